"""Addresses of plans."""

from django.urls import path

from mesoplan.clinic.planning import views

urlpatterns = [
    path("courses/<uuid:course_id>/plan/", views.plan_new, name="plan-new"),
    path("courses/<uuid:course_id>/case-file/", views.plan_case_file, name="plan-case-file"),
    path("plans/<uuid:pk>/", views.plan_page, name="plan"),
    path("plans/<uuid:pk>/change/", views.plan_change, name="plan-change"),
    path(
        "plans/<uuid:pk>/change-by-file/",
        views.plan_case_file_change,
        name="plan-case-file-change",
    ),
    path("plans/<uuid:pk>/answer/", views.plan_answer, name="plan-answer"),
    path("plans/<uuid:pk>/approve/", views.plan_approve, name="plan-approve"),
    path("plans/<uuid:pk>/end/", views.plan_end, name="plan-end"),
    path("plans/<uuid:pk>/compare/<uuid:other>/", views.plan_compare, name="plan-compare"),
    path("plans/<uuid:pk>/files/<str:name>", views.plan_file, name="plan-file"),
]
