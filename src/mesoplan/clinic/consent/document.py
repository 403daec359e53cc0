"""The document of a consent: typeset, filed, and opened again to see that it is what was signed."""

import base64
import datetime as dt
import hashlib
from importlib.metadata import version as version_of
from importlib.resources import files
from typing import Any, Literal

from django.utils import timezone
from django.utils.formats import date_format

from mesoplan.clinic.consent.drawn import drawn_size
from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.patients.models import StoredFile
from mesoplan.clinic.patients.storage import DamagedFileError, content_of, store
from mesoplan.clinic.people.models import User
from mesoplan.core.hashing import content_hash
from mesoplan.report.typeset import typeset

TEMPLATE = "consent.typ"
Condition = Literal["unchanged", "earlier", "differs", "damaged"]


def moment(at: dt.datetime) -> str:
    """A date with its time and zone, as the document prints it."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'j F Y H:i')} {local:%Z}"


def typesetter() -> str:
    """Hash of what the document is typeset with: template and version of the program's setter."""
    folder = files("mesoplan.report") / "templates"
    texts = [(folder / name).read_text("utf-8") for name in ("common.typ", TEMPLATE)]
    return content_hash([*texts, version_of("typst")])


def consent_pdf(content: dict[str, Any]) -> bytes:
    """The document of a content; the same content gives the same bytes."""
    signed = content.get("signed") or {}
    drawn = signed.get("drawing")
    data = {**content, "signed": {**signed, "drawing": bool(drawn)} if signed else None}
    return typeset(TEMPLATE, data, {"signature.svg": _as_svg(drawn)} if drawn else {})


def _as_svg(drawn: str) -> str:
    width, height = drawn_size(base64.b64decode(drawn))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}"'
        f' xlink:href="data:image/png;base64,{drawn}"/></svg>'
    )


def filed(
    consent: Consent, document: bytes, media_type: str, *, by: User, now: dt.datetime
) -> StoredFile:
    """File a document and open it again. Within the caller's transaction.

    Raises
    ------
    DamagedFileError
        If what lies on disk is not what was handed over, or a PDF is none.
    """
    if media_type == "application/pdf" and not document.startswith(b"%PDF"):
        raise DamagedFileError("the document of the consent came out empty; nothing was signed")
    suffix = "jpg" if media_type == "image/jpeg" else "pdf"
    kept = store(
        document, kind="consent", media_type=media_type, now=now, by=by,
        patient=consent.patient, visit=str(consent.pk), view=f"consent.{suffix}",
    )  # fmt: skip
    again = content_of(kept)
    if not again or hashlib.sha256(again).digest() != hashlib.sha256(document).digest():
        raise DamagedFileError(f"file {kept.id}: is not what was signed; nothing was signed")
    return kept


def condition(consent: Consent) -> Condition | None:
    """What became of the filed document; ``None`` where nothing is filed.

    ``unchanged``: it opens, and content makes it again byte for byte. ``earlier``: it opens; it
    was typeset with an earlier template, which this program cannot make again. ``differs``: the
    content in the record makes another document. ``damaged``: it cannot be opened.
    """
    if consent.document is None:
        return None
    try:
        content_of(consent.document)
    except DamagedFileError:
        return "damaged"
    if consent.on_paper:
        same = consent.content["signed"]["paper_sha256"] == consent.document.sha256
        return "unchanged" if same else "differs"
    made = hashlib.sha256(consent_pdf(consent.content)).hexdigest()
    if made == consent.document.sha256:
        return "unchanged"
    return "differs" if consent.content.get("typesetter") == typesetter() else "earlier"
