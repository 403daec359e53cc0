"""Addresses of the stock."""

from django.urls import path

from mesoplan.clinic.stock import views

urlpatterns = [
    path("", views.stock_list, name="stock"),
    path("receipt/", views.receipt, name="receipt"),
    path("lots/<uuid:pk>/", views.lot_page, name="lot"),
    path("lots/<uuid:pk>/change/", views.lot_change, name="lot-change"),
    path("recall/", views.recall_page, name="recall"),
    path("recall/<uuid:pk>.csv", views.recall_csv, name="recall-csv"),
]
