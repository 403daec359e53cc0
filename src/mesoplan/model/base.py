"""The base of every record: frozen, strict about keys, finite numbers only."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Trust = Literal["verified", "read", "recalled", "computed", "proposal"]
"""How far a figure may be trusted.

verified: checked in the primary source; read: seen in the named source (mostly an abstract or
one table); recalled: general knowledge, not checked; computed: arithmetic on other figures;
proposal: this project's own suggestion.
"""

Id = Annotated[str, Field(pattern=r"^([a-z]+:)?[a-z0-9]+([-.][a-z0-9]+)*$")]
"""Lower case words joined by hyphens (a strength may hold a decimal point).

A product of a public register has the register's name and a colon before its code.
"""

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]


class Record(BaseModel):
    """Frozen plain data; an unknown key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
