"""Address of the clinic's own formulary."""

from django.urls import path

from mesoplan.clinic.formulary import views

urlpatterns = [path("formulary/", views.page, name="formulary")]
