"""What tests of the clinic share: accounts by role, a patient, a client signed in."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from mesoplan.clinic.models import Patient, User

NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def account(db: None) -> Callable[..., User]:
    """Makes an account with roles."""

    def make(*roles: str, username: str = "") -> User:
        name = username or "-".join(roles) or "nobody"
        return User.objects.create_user(name, f"Dr {name.title()}", list(roles), "a long password!")

    return make


@pytest.fixture
def signed_in(account: Callable[..., User]) -> Callable[..., Client]:
    """A browser of somebody with roles; ``client.user`` is the account."""

    def make(*roles: str, username: str = "") -> Client:
        client = Client()
        client.user = account(*roles, username=username)  # type: ignore[attr-defined]
        client.force_login(client.user)  # type: ignore[attr-defined]
        return client

    return make


@pytest.fixture
def patient(db: None) -> Patient:
    """An adult who was asked nothing yet. Invented."""
    return Patient.objects.create(
        record_number="T-0001",
        family_name="Sample",
        given_names="Alba",
        birth_date=dt.date(1980, 1, 31),
        created_at=NOW,
    )
