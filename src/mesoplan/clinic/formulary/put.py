"""The clinic's own formulary: read, echoed, put in force, kept in versions."""

import datetime as dt
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.formulary import with_formulary
from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.formulary.load import formulary_folder
from mesoplan.clinic.formulary.models import FormularyVersion
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash

FILE = "clinic.toml"
EXAMPLE = """format = "mesoplan/formulary"
version = 1
name = "{clinic}"
edition = "{edition}"

# [[product]], [[mixture]] and [[protocol]] tables: see the how-to "Your own formulary".
"""
_LARGEST = 500_000


@dataclass(frozen=True)
class Understood:
    """What the reader took from a text, in words, to be compared with the label."""

    products: tuple[str, ...]
    mixtures: tuple[str, ...]
    protocols: tuple[str, ...]


def understand(text: str) -> Understood:
    """Read a formulary and say what it says.

    Raises
    ------
    InputError
        With every fault of the text.
    """
    if len(text) > _LARGEST:
        raise InputError([Fault("text", "is longer than a formulary", "shorten it")])
    with tempfile.TemporaryDirectory(prefix="mesoplan-") as made:
        (Path(made) / FILE).write_text(text, "utf-8")
        shipped = load_catalogue()
        own = with_formulary(shipped, Path(made))
    products = [p for name, p in own.products.items() if name not in shipped.products]
    protocols = [p for name, p in own.protocols.items() if name not in shipped.protocols]
    return Understood(
        products=tuple(
            f"{p.name}: "
            + ", ".join(
                f"{c.substance} ({c.form}) {c.strength or c.per_container}" for c in p.contents
            )
            + f"; {p.container}"
            + (f" of {p.container_volume_ml:g} mL" if p.container_volume_ml else "")
            + "; excipients "
            + (", ".join(p.excipients) or "none stated")
            + ("" if p.excipients_complete else " (list not known to be whole)")
            for p in products
        ),
        mixtures=tuple(
            f"{m.name}: " + ", ".join(f"{c.product} {c.volume}" for c in m.contents)
            for m in own.mixtures.values()
        ),
        protocols=tuple(
            f"{p.name}, version {p.version}: {p.indication}, {p.intent}; evidence"
            f" {p.evidence.grade}"
            for p in protocols
        ),
    )


def put_in_force(text: str, *, by: User, now: dt.datetime) -> FormularyVersion:
    """Put a formulary in force; plans made from now on use it.

    Raises
    ------
    InputError
        With every fault of the text; the one in force stays then.
    """
    text = text.replace("\r\n", "\n")
    understand(text)
    folder = formulary_folder()
    with audited(by, "formulary.put", now=now) as note:
        made = FormularyVersion.objects.create(
            text=text, text_hash=content_hash(text), put_at=now, put_by=by
        )
        note["hash"] = made.text_hash
        folder.mkdir(mode=0o700, exist_ok=True)
        new = folder / f".{FILE}.new"
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(folder / FILE)
    return made


def in_force() -> str:
    """The text in force; empty where the clinic has none."""
    file = formulary_folder() / FILE
    return file.read_text("utf-8") if file.exists() else ""
