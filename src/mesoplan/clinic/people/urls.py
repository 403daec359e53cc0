"""Addresses of accounts. Of allauth only what is used: nobody signs up or resets by mail."""

from allauth.account import views as account
from django.urls import include, path

from mesoplan.clinic.people import lock_views, views

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("welcome/<str:token>/", views.invitation, name="invitation"),
    path("staff/", views.staff_page, name="staff"),
    path("staff/invite/", views.staff_invite, name="staff-invite"),
    path("staff/<uuid:public_id>/", views.staff_change, name="staff-change"),
    path("staff/links/<int:link_id>/", views.staff_link, name="staff-link"),
    path("me/", views.own, name="own-account"),
    path("me/awake/", lock_views.awake, name="awake"),
    path("lock/", lock_views.lock, name="lock"),
    path("lock/now/", lock_views.lock_now, name="lock-now"),
    path("break-glass/<uuid:patient_id>/", lock_views.break_glass, name="break-glass"),
]
