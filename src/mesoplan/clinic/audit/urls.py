"""Addresses of the audit log."""

from django.urls import path

from mesoplan.clinic.audit import views

urlpatterns = [
    path("", views.audit_list, name="audit"),
    path("audit.csv", views.audit_csv, name="audit-csv"),
    path("verify/", views.audit_verify, name="audit-verify"),
]
