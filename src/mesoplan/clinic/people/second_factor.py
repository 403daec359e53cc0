"""Where the clinic requires a second factor, whoever has none sets one up before anything else."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mesoplan.clinic.middleware import HANDED_OVER

_WITHOUT = ("/static/", "/accounts/", "/lock/", "/health/")
"""Signing out, the lock, and the pages that set a factor up."""
_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""Recovery codes stand in for one of these; alone they are none."""


def require_second_factor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Lead whoever lacks a required second factor to the page that sets one up."""

    def answer(request: HttpRequest) -> HttpResponse:
        if (
            not settings.REQUIRE_SECOND_FACTOR
            or not request.user.is_authenticated
            or request.path.startswith(_WITHOUT)
            or HANDED_OVER in request.session  # the patient holds the tablet
            or is_mfa_enabled(request.user, _FACTORS)
        ):
            return get_response(request)
        target = f"{reverse('mfa_index')}?{urlencode({'needed': '1'})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": target})
        return redirect(target)

    return answer
