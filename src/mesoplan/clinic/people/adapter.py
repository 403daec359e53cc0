"""What allauth asks of the clinic: nobody signs up alone; secrets of second factors are sealed."""

import base64
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

_PURPOSE = b"mesoplan second factor 1"
_NONCE_BYTES = 12


class ClosedClinic(DefaultAccountAdapter):
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Always: a tablet left open must not get a passkey of whoever walks by."""
        return True


class SecondFactors(DefaultMFAAdapter):
    """Whoever copies the database has no second factor of anybody: its key lies outside."""

    def encrypt(self, text: str) -> str:
        """The secret of an app or of recovery codes, as the table keeps it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = _cipher().encrypt(nonce, text.encode(), _PURPOSE)
        return base64.b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        whole = base64.b64decode(encrypted_text)
        return _cipher().decrypt(whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], _PURPOSE).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        """The name proposed for a further passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey {number}").format(number=count + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a device shows where it asks for a passkey: the clinic's name."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.CLINIC_NAME}


def _cipher() -> AESGCM:
    key = settings.CLINIC_FOLDER.key("files")
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(key))
