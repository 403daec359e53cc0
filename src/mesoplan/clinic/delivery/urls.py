"""Addresses of sessions."""

from django.urls import path

from mesoplan.clinic.delivery import views

urlpatterns = [
    path("plans/<uuid:plan_id>/start/", views.start, name="delivery-start"),
    path("sessions/<uuid:pk>/", views.page, name="delivery"),
    path("sessions/<uuid:pk>/recheck/", views.recheck, name="delivery-recheck"),
    path("sessions/<uuid:pk>/answer/", views.answer, name="delivery-answer"),
    path("sessions/<uuid:pk>/draw/", views.draw, name="delivery-draw"),
    path("sessions/<uuid:pk>/syringe/<int:syringe>/", views.confirm, name="delivery-confirm"),
    path("sessions/<uuid:pk>/second/<int:syringe>/", views.second_check, name="delivery-second"),
    path("sessions/<uuid:pk>/label/<int:syringe>/", views.label, name="delivery-label"),
    path("sessions/<uuid:pk>/go-on/", views.go_on, name="delivery-go-on"),
    path("sessions/<uuid:pk>/tick/", views.tick, name="delivery-tick"),
    path("sessions/<uuid:pk>/mark/", views.mark, name="delivery-mark"),
    path("sessions/<uuid:pk>/note/", views.note, name="delivery-note"),
    path("sessions/<uuid:pk>/sign/", views.sign, name="delivery-sign"),
]
