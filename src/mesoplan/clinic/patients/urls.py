"""Addresses of patients."""

from django.urls import path

from mesoplan.clinic.patients import (
    entry_views,
    intake_views,
    link_views,
    merge_views,
    photo_views,
    views,
)

urlpatterns = [
    path("", views.patient_list, name="patients"),
    path("new/", views.patient_new, name="patient-new"),
    path("match/<slug:kind>/", entry_views.entry_match, name="entry-match"),
    path("intake/", intake_views.answer, name="intake"),
    path("intake/done/", intake_views.done, name="intake-done"),
    path("intake/link/thanks/", link_views.thanks, name="intake-thanks"),
    path("intake/link/<str:token>/", link_views.answer, name="intake-link"),
    path("<uuid:pk>/", views.record, name="patient"),
    path("<uuid:pk>/identity/", views.patient_identity, name="patient-identity"),
    path("<uuid:pk>/facts/", entry_views.facts, name="patient-facts"),
    path("<uuid:pk>/list/<slug:kind>/", entry_views.entry_add, name="entry-add"),
    path(
        "<uuid:pk>/list/<slug:kind>/<int:entry>/strike/",
        entry_views.entry_strike,
        name="entry-strike",
    ),
    path("<uuid:pk>/courses/", entry_views.course_new, name="course-new"),
    path(
        "<uuid:pk>/courses/<uuid:course_id>/close/", entry_views.course_close, name="course-close"
    ),
    path("<uuid:pk>/photographs/", photo_views.photo_add, name="photo-add"),
    path("<uuid:pk>/photographs/<uuid:file_id>/", photo_views.photo, name="photo"),
    path("<uuid:pk>/photographs/<uuid:file_id>/page/", photo_views.photo_page, name="photo-page"),
    path("<uuid:pk>/merge/", merge_views.merge, name="patient-merge"),
    path("<uuid:pk>/restrict/", merge_views.restriction, name="patient-restrict"),
    path("<uuid:pk>/intake/", intake_views.hand_over, name="intake-hand-over"),
    path("<uuid:pk>/intake/link/", intake_views.link, name="intake-link-new"),
    path("<uuid:pk>/intake/<int:intake_id>/", intake_views.review, name="intake-review"),
]
