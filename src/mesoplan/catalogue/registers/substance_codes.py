"""Codes of substances in the registers, to catalogue ids."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

SUBSTANCE_CODES: Mapping[tuple[Literal["bdpm", "unii"], str], str] = MappingProxyType({})
