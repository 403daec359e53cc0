"""Addresses of patients."""

from django.urls import path

from mesoplan.clinic.patients import intake_views, views

urlpatterns = [
    path("", views.patient_list, name="patients"),
    path("new/", views.patient_new, name="patient-new"),
    path("intake/", intake_views.answer, name="intake"),
    path("intake/done/", intake_views.done, name="intake-done"),
    path("<uuid:pk>/", views.record, name="patient"),
    path("<uuid:pk>/identity/", views.patient_identity, name="patient-identity"),
    path("<uuid:pk>/facts/", views.facts, name="patient-facts"),
    path("<uuid:pk>/list/<slug:kind>/", views.entry_add, name="entry-add"),
    path("<uuid:pk>/list/<slug:kind>/<int:entry>/strike/", views.entry_strike, name="entry-strike"),
    path("<uuid:pk>/courses/", views.course_new, name="course-new"),
    path("<uuid:pk>/courses/<uuid:course_id>/close/", views.course_close, name="course-close"),
    path("<uuid:pk>/photographs/", views.photo_add, name="photo-add"),
    path("<uuid:pk>/photographs/<uuid:file_id>/", views.photo, name="photo"),
    path("<uuid:pk>/merge/", views.merge, name="patient-merge"),
    path("<uuid:pk>/restrict/", views.restriction, name="patient-restrict"),
    path("<uuid:pk>/intake/", intake_views.hand_over, name="intake-hand-over"),
    path("<uuid:pk>/intake/<int:intake_id>/", intake_views.review, name="intake-review"),
]
