"""Wrong passwords beside the sign-in lead to a pause, for the right one too."""

import pytest
from django.core.cache import cache
from django.core.management import call_command

from mesoplan.clinic.people.attempts import AT_MOST, refuse_wrong_password
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted():
    call_command("createcachetable", verbosity=0)
    cache.clear()


def test_right_password_passes_and_forgets_earlier_slips(account):
    user = account("nurse")
    for _ in range(3):
        for _ in range(AT_MOST - 1):
            with pytest.raises(InputError, match="not theirs"):
                refuse_wrong_password(user, "wrong", user.username)
        refuse_wrong_password(user, "a long password!", user.username)


def test_after_too_many_even_the_right_one_waits(account):
    user = account("nurse")
    for _ in range(AT_MOST):
        with pytest.raises(InputError, match="not theirs"):
            refuse_wrong_password(user, "wrong", user.username)
    with pytest.raises(InputError, match="too many"):
        refuse_wrong_password(user, "a long password!", user.username)
    # another person is not held up
    other = account("desk")
    refuse_wrong_password(other, "a long password!", other.username)


def test_names_that_nobody_has_are_counted_too():
    for _ in range(AT_MOST):
        with pytest.raises(InputError, match="not theirs"):
            refuse_wrong_password(None, "x", "nobody")
    with pytest.raises(InputError, match="too many"):
        refuse_wrong_password(None, "x", "nobody")
