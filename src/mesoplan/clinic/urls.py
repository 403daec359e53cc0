"""All pages. Each part of the clinic keeps its own addresses in a module of its own."""

from django.urls import include, path

from mesoplan.clinic import home

handler500 = "mesoplan.clinic.fault_pages.failed"
urlpatterns = [
    path("", home.day, name="day"),
    path("health/", home.health, name="health"),
    path("", include("mesoplan.clinic.people.urls")),
    path("patients/", include("mesoplan.clinic.patients.urls")),
    path("", include("mesoplan.clinic.planning.urls")),
    path("", include("mesoplan.clinic.delivery.urls")),
    path("", include("mesoplan.clinic.consent.urls")),
    path("", include("mesoplan.clinic.formulary.urls")),
    path("stock/", include("mesoplan.clinic.stock.urls")),
    path("audit/", include("mesoplan.clinic.audit.urls")),
    path("backup/", include("mesoplan.clinic.backup.urls")),
]
