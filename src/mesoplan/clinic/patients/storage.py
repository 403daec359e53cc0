"""Files of the record on disk: AES-256-GCM, bound to patient, visit, kind and view."""

import datetime as dt
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from mesoplan.clinic.patients.models import Patient, StoredFile
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import MesoplanError

_NONCE_BYTES = 12


class DamagedFileError(MesoplanError):
    """A stored file is missing, was changed, or belongs elsewhere."""


def path_of(stored: StoredFile) -> Path:
    """Where the encrypted content lies."""
    name = str(stored.id)
    return Path(settings.CLINIC_FOLDER.files) / name[:2] / f"{name}.aes"


def store(
    content: bytes,
    *,
    kind: str,
    media_type: str,
    now: dt.datetime,
    by: User | None,
    patient: Patient | None = None,
    visit: str = "",
    view: str = "",
) -> StoredFile:
    """Encrypt and keep a file. Call it within the transaction that refers to it.

    The content is on disk before the row is: a transaction undone leaves an encrypted file that
    nothing names, never a row without its file.
    """
    stored = StoredFile(
        patient=patient,
        bound_to=str(patient.pk) if patient else "clinic",
        kind=kind,
        visit=visit,
        view=view,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored_at=now,
        stored_by=by,
    )
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(settings.CLINIC_FOLDER.key("files")).encrypt(nonce, content, stored.binding())
    path = path_of(stored)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    made = path.with_suffix(".new")
    try:
        with made.open("wb") as file:
            file.write(nonce + sealed)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError:
        made.unlink(missing_ok=True)  # half a file would fill a full disk further
        raise
    stored.save(force_insert=True)
    return stored


def content_of(stored: StoredFile) -> bytes:
    """The content in the clear.

    Raises
    ------
    DamagedFileError
        If the file is missing, was changed, or was put in the place of another.
    """
    if not _belongs(stored):
        raise DamagedFileError(
            f"file {stored.id}: belongs to another record; restore the record from a backup"
        )
    try:
        sealed = path_of(stored).read_bytes()
        key = settings.CLINIC_FOLDER.key("files")
        content = AESGCM(key).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], stored.binding()
        )
    except (OSError, InvalidTag, ValueError) as error:
        raise DamagedFileError(
            f"file {stored.id}: cannot be opened ({type(error).__name__}); restore it from a backup"
        ) from error
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise DamagedFileError(
            f"file {stored.id}: is not what was stored; restore it from a backup"
        )
    return content


def _belongs(stored: StoredFile) -> bool:
    """Whether the file was sealed for its patient, or for one who was joined to that one."""
    if stored.patient_id is None:
        return stored.bound_to == "clinic"
    if stored.bound_to == str(stored.patient_id):
        return True
    joined = Patient.objects.filter(merged_into_id=stored.patient_id)
    seen = set()
    while found := [p.pk for p in joined if p.pk not in seen]:
        seen.update(found)
        joined = Patient.objects.filter(merged_into_id__in=found)
    return stored.bound_to in {str(pk) for pk in seen}
