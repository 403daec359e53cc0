"""Addresses of backups."""

from django.urls import path

from mesoplan.clinic.backup import views

urlpatterns = [
    path("", views.page, name="backup"),
    path("now/", views.now, name="backup-now"),
    path("code/", views.code, name="backup-code"),
]
