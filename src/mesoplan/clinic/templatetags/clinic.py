"""Filters of the clinic's pages."""

from typing import Any

from django import template

from mesoplan.clinic.rights import may
from mesoplan.core.units import format_number

register = template.Library()


@register.filter
def allowed(user: Any, right: Any) -> bool:
    """Whether a user has a right."""
    return bool(user.is_authenticated and may(user, right))


@register.filter
def number(value: Any) -> str:
    """A number as the sheets print it; ``None`` is not known."""
    return "not known" if value is None else format_number(float(value))


@register.filter
def quantity(value: Any) -> str:
    """A quantity of a document with its unit; ``None`` is not known."""
    return "not known" if value is None else f"{format_number(value['value'])} {value['unit']}"


@register.filter
def percent(value: Any) -> str:
    """A share as per cent, to three figures; ``None`` is not known."""
    return "not known" if value is None else f"{100 * float(value):.3g} %"
