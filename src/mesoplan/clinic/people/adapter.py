"""Accounts come from invitations alone; allauth signs people in and keeps second factors."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedClinic(DefaultAccountAdapter):
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
