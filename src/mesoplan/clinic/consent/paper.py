"""A consent signed on paper: its scan is filed beside what was shown, marked as such."""

import datetime as dt
import hashlib
from io import BytesIO

from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.consent.sign import keep, name_faults, same_day_faults
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError

LARGEST_BYTES = 20_000_000
_LEAST_PX = 600
_TAIL = 2048


def file_scan(
    consent: Consent,
    scan: bytes,
    *,
    signed_name: str,
    signed_on: dt.date | None,
    same_day_wished: bool,
    by: User,
    now: dt.datetime,
) -> Consent:
    """File the scan of a consent that was printed, and signed on paper.

    It counts from when it is filed. The scan is kept as it came.

    Raises
    ------
    InputError
        For a file that is no whole PDF or JPEG, a day before it was shown or in the future, and
        everything that keeps a consent from being signed on the screen.
    """
    shown_on, today = timezone.localdate(consent.shown_at), timezone.localdate(now)
    name, faults = name_faults(consent, signed_name)
    if signed_on is None:
        faults.append(Fault("signed_on", "is missing", "give the day written beside the signature"))
    elif not shown_on <= signed_on <= today:
        wrong = f"{signed_on} lies before it was shown, or in the future"
        faults.append(Fault("signed_on", wrong, f"a day from {shown_on} to {today}"))
    same_day = signed_on == shown_on
    faults += same_day_faults(consent, same_day=same_day, wished=same_day_wished)
    media_type = _media_type(scan, faults)
    if faults or signed_on is None:
        raise InputError(faults)
    is_same_day = same_day and consent.text.kind == "treatment"
    mark = {
        "name": name,
        "at": signed_on.isoformat(),
        "same_day": is_same_day,
        "witness": by.full_name,
        "drawing": None,
        "paper_sha256": hashlib.sha256(scan).hexdigest(),
    }
    content = {**consent.content, "signed": mark}
    return keep(consent, content, scan, media_type, name=name, same_day=is_same_day, by=by, now=now)


def _media_type(scan: bytes, faults: list[Fault]) -> str:
    right = "choose the scan: a PDF, or a JPEG of a page"
    if not scan:
        faults.append(Fault("scan", "is missing", right))
    elif len(scan) > LARGEST_BYTES:
        wrong = f"is larger than {LARGEST_BYTES // 1_000_000} MB"
        faults.append(Fault("scan", wrong, "scan it in grey at 150 dots an inch"))
    elif scan.startswith(b"%PDF"):
        if b"%%EOF" not in scan[-_TAIL:]:
            faults.append(Fault("scan", "is a PDF that breaks off", "scan it again"))
        return "application/pdf"
    elif not _is_page(scan):
        faults.append(Fault("scan", "is neither a PDF nor a readable JPEG of a page", right))
    return "image/jpeg"


def _is_page(scan: bytes) -> bool:
    try:
        with Image.open(BytesIO(scan), formats=["JPEG"]) as picture:
            picture.load()
            return min(picture.size) >= _LEAST_PX
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
