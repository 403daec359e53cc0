"""What every request passes: headers, one shape for faults, the lock after idle time."""

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mesoplan.clinic.fault_pages import fault_page, message_for
from mesoplan.clinic.patients.access import RestrictedRecordError

Answer = Callable[[HttpRequest], HttpResponse]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; object-src 'none'"
)
_UNLOCKED = ("/static/", "/lock/", "/accounts/logout/")
LAST_SEEN = "last_seen"
LOCKED = "locked"
HANDED_OVER = "handed_over"
"""Session key: the patient who holds the tablet and sees the questionnaire alone."""
HANDED_CONSENT = "handed_consent"
"""Session key beside it: the consent that the patient sees alone, in place of the questionnaire."""
_FOR_PATIENTS = ("/static/", "/patients/intake/")
_TO_CONSENT = ("/static/", "/consents/handed/")


def security_headers(get_response: Answer) -> Answer:
    """The strict content policy; pages are never kept by a browser or a proxy."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


class faults:  # noqa: N801  a middleware, named like the others
    """Faults raised on purpose become a page that says what to do; nothing else is caught."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A page, where somebody comes back to an address that only takes forms."""
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for a restricted record, a damaged file, a full disk, a clock set back."""
        if isinstance(error, RestrictedRecordError):
            values = {"patient_id": error.patient.pk}
            return render(request, "clinic/restricted.html", values, status=403)
        message = message_for(error)
        return None if message is None else fault_page(request, message)


def idle_lock(get_response: Answer) -> Answer:
    """After idle time the session asks for the personal code before it shows anything."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated or request.path.startswith(_UNLOCKED):
            return get_response(request)
        if HANDED_OVER in request.session:
            # No idle lock while the patient reads, but nothing else is to be had.
            request.session[LAST_SEEN] = int(time.time())
            consents = HANDED_CONSENT in request.session
            allowed = request.path.startswith(_TO_CONSENT if consents else _FOR_PATIENTS)
            page = "consent-handed" if consents else "intake"
            return get_response(request) if allowed else redirect(page)
        now = int(time.time())
        seen = int(request.session.get(LAST_SEEN, now))
        if now - seen > settings.IDLE_MINUTES * 60 or now < seen - 120:
            request.session[LOCKED] = True
        if request.session.get(LOCKED):
            if request.headers.get("HX-Request"):
                return HttpResponse(status=403, headers={"HX-Refresh": "true"})
            return redirect(f"/lock/?{urlencode({'next': _back_to(request)})}")
        if now - seen > 15 or LAST_SEEN not in request.session:
            request.session[LAST_SEEN] = now
        return get_response(request)

    return answer


def _back_to(request: HttpRequest) -> str:
    """Where to go on after the lock: this page, or the one whose form was sent."""
    if request.method == "GET":
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return "/"
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
