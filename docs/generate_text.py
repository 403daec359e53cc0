"""Words and tables that every generated page is made of."""

from collections.abc import Iterable, Sequence
from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.catalogue.verify import walk
from mesoplan.model.figure import Figure, Sourced

UNKNOWN = "not known"


def escaped(text: object) -> str:
    """Text that a cell of a Markdown table can hold."""
    plain = " ".join(str(text).split())
    for mark in "\\|*_<>[]$`#":
        plain = plain.replace(mark, f"\\{mark}")
    return plain


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def number(figure: Figure | None) -> str:
    """A figure as value or range with unit."""
    if figure is None:
        return "not known"
    text = "" if figure.value is None else f"{figure.value:g}"
    if figure.low is not None and figure.high is not None:
        span = f"{figure.low:g} to {figure.high:g}"
        text = f"{text} ({span})" if text else span
    return f"{text} {'' if figure.unit == '1' else figure.unit}".strip()


def sources(record: Any) -> str:
    """Every source a record cites, at any depth."""
    cited = [name for part in walk(record) for name in getattr(part, "sources", ())]
    return escaped(", ".join(sorted(set(cited)))) or "none"


def trust(record: Any) -> str:
    """The marks of trust a record carries, at any depth."""
    marks = {getattr(part, "trust", None) for part in walk(record)} - {None}
    return ", ".join(sorted(str(mark) for mark in marks))


def code(texts: Iterable[str]) -> str:
    """Ids one after the other."""
    return ", ".join(f"`{text}`" for text in texts) or "none"


def stem(name: str) -> str:
    """An id as a name of a file: Sphinx takes what follows a dot for a suffix."""
    return name.replace(".", "-")


def stated(fact: Sourced) -> str:
    """Mark of trust, sources and note of a fact, in brackets."""
    note = f"; {escaped(fact.note)}" if fact.note else ""
    return f"({fact.trust}: {escaped(', '.join(fact.sources))}{note})"


def figure(found: Figure | None) -> str:
    """A figure with its mark of trust and sources, or "not known"."""
    return UNKNOWN if found is None else f"{number(found)} {stated(found)}"


def figures(found: Sequence[Figure]) -> str:
    """Every figure of one quantity; several are sources that disagree."""
    if len(found) < 2:
        return figure(found[0] if found else None)
    return "<br>".join(figure(one) for one in found)


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """A table of two columns: what, and what is known of it."""
    return table(("", ""), rows)


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "".join(f"- {item}\n" for item in items)


def link(kind: str, name: str, catalogue: Catalogue) -> str:
    """A link to the page of a record from the page of another; plain text for an unknown id."""
    record = catalogue.records[kind].get(name)
    if record is None:
        return f"`{name}`"
    return f"[{escaped(record.name)}](../{kind}s/{stem(name)}.md)"


def names(kind: str, ids: Iterable[str], catalogue: Catalogue) -> str:
    """The names of records, one after the other."""
    records = catalogue.records[kind]
    return ", ".join(escaped(records[i].name) if i in records else f"`{i}`" for i in ids)


def citations(record: Any, catalogue: Catalogue) -> str:
    """Everything a page cites, in full, with what was seen of it."""
    cited = sorted({name for part in walk(record) for name in getattr(part, "sources", ())})
    rows = [catalogue.sources[name] for name in cited if name in catalogue.sources]
    if not rows:
        return "None.\n"
    return table(
        ("source", "kind", "citation", "what was seen of it"),
        ((escaped(r.id), r.kind, escaped(r.citation), escaped(r.seen)) for r in rows),
    )


LEGEND = (
    "Marks of trust: *verified* checked in the primary source, *read* seen in the named source, "
    "*recalled* not checked, *computed* arithmetic, *proposal* of this project. Kinds of source: "
    "P paper, L label, R regulator, T training, C commercial, W weak, M this project.\n"
)


def page(title: str, back: str, *parts: str) -> str:
    """A page that its index links to and that no table of contents lists."""
    head = f"---\norphan: true\n---\n\n# {escaped(title)}\n\n[{back}](index.md)\n"
    return "\n".join((head, *parts))
