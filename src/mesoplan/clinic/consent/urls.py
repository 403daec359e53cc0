"""Addresses of consents."""

from django.urls import path

from mesoplan.clinic.consent import views

urlpatterns = [
    path("texts/", views.text_list, name="consent-texts"),
    path("plans/<uuid:plan_id>/consent/", views.treatment_new, name="consent-new"),
    path(
        "patients/<uuid:patient_id>/photograph-consent/", views.photograph_new, name="consent-photo"
    ),
    path("consents/<uuid:pk>/", views.page, name="consent"),
    path("consents/<uuid:pk>/sign/", views.sign, name="consent-sign"),
    path("consents/<uuid:pk>/withdraw/", views.withdraw, name="consent-withdraw"),
    path("consents/<uuid:pk>/consent.pdf", views.pdf, name="consent-pdf"),
]
