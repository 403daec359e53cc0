"""Addresses of consents."""

from django.urls import path

from mesoplan.clinic.consent import handed_views, text_views, views

urlpatterns = [
    path("texts/", text_views.text_list, name="consent-texts"),
    path("plans/<uuid:plan_id>/consent/", views.treatment_new, name="consent-new"),
    path("patients/<uuid:patient_id>/consents/", views.of_patient, name="consents"),
    path(
        "patients/<uuid:patient_id>/photograph-consent/", views.photograph_new, name="consent-photo"
    ),
    path("consents/handed/", handed_views.read, name="consent-handed"),
    path("consents/handed/done/", handed_views.done, name="consent-handed-done"),
    path("consents/<uuid:pk>/", views.page, name="consent"),
    path("consents/<uuid:pk>/hand-over/", handed_views.hand_over, name="consent-hand-over"),
    path("consents/<uuid:pk>/sign/", views.sign, name="consent-sign"),
    path("consents/<uuid:pk>/scan/", views.scan, name="consent-scan"),
    path("consents/<uuid:pk>/withdraw/", views.withdraw, name="consent-withdraw"),
    path("consents/<uuid:pk>/consent.pdf", views.pdf, name="consent-pdf"),
]
