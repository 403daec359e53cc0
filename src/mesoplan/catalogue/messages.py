"""Texts by message id: findings and sheets are ids with parameters until they are rendered."""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mesoplan.catalogue.read import data_folder
from mesoplan.core.errors import CatalogueError


@dataclass(frozen=True)
class Messages:
    """The texts of one language."""

    language: str
    texts: Mapping[str, str]

    def text(self, message_id: str, /, **parameters: str) -> str:
        """The text with its placeholders filled.

        Raises
        ------
        CatalogueError
            If the id is unknown, or a placeholder has no parameter.
        """
        template = self.texts.get(message_id)
        if template is None:
            raise CatalogueError(f"messages {self.language}: no text {message_id!r}")
        wanted = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        missing = wanted - parameters.keys()
        if missing:
            raise CatalogueError(f"messages {self.language}: {message_id} needs {sorted(missing)}")
        return template.format(**parameters)


def read_messages(language: str = "en") -> Messages:
    """The texts of a language: every ``messages/<language>*.toml``, tables joined by dots.

    Raises
    ------
    CatalogueError
        If there are none, or an id stands twice.
    """
    texts: dict[str, str] = {}
    for file in sorted((data_folder() / "messages").iterdir(), key=lambda item: item.name):
        if not file.name.startswith(language) or not file.name.endswith(".toml"):
            continue
        for message_id, text in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
            if message_id in texts:
                raise CatalogueError(f"{file.name}: {message_id} stands twice")
            texts[message_id] = text
    if not texts:
        raise CatalogueError(f"no messages in language {language!r}")
    return Messages(language, texts)


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            rows += _flat(value, f"{name}.")
        elif isinstance(value, str):
            rows.append((name, value))
        else:
            raise CatalogueError(f"messages: {name} is no text")
    return rows
