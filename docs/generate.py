"""Writes tables of ids, rules, messages and sources from the catalogue: they cannot go stale."""

from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from generate_pages import pages
from generate_rights import rights
from generate_text import code, escaped, number, sources, table, trust

from mesoplan.catalogue import Catalogue, load_catalogue
from mesoplan.catalogue.read import KINDS
from mesoplan.model.base import Record
from mesoplan.model.rule import Checklist


def _rows(catalogue: Catalogue, kind: str) -> list[Any]:
    return [record for _, record in sorted(catalogue.records[kind].items())]


def ids(catalogue: Catalogue) -> dict[str, str]:
    """The tables of ids, by file name."""
    rows = {kind: _rows(catalogue, kind) for kind in KINDS}
    return {
        "sites": table(
            ("id", "name", "epidermis", "skin (epidermis and dermis)", "fat", "face", "sources"),
            (
                (f"`{r.id}`", escaped(r.name), number(r.epidermis_mm), number(r.skin_mm),
                 number(r.subcutis_mm), "yes" if r.face else "no", sources(r))
                for r in rows["site"]
            ),
        ),
        "techniques": table(
            ("id", "name", "deposit", "plane", "pattern", "sources", "trust"),
            (
                (f"`{r.id}`", escaped(r.name), r.deposit, r.plane, r.pattern, sources(r), trust(r))
                for r in rows["technique"]
            ),
        ),
        "indications": table(
            ("id", "name", "aesthetic", "protocols", "sources"),
            (
                (f"`{r.id}`", escaped(r.name), "yes" if r.aesthetic else "no",
                 code(p.id for p in rows["protocol"] if p.indication == r.id), sources(r))
                for r in rows["indication"]
            ),
        ),
        "protocols": table(
            ("id", "name", "intent", "default", "evidence", "sources"),
            (
                (f"`{r.id}`", escaped(r.name), r.intent, "yes" if r.default else "no",
                 r.evidence.grade, sources(r))
                for r in rows["protocol"]
            ),
        ),
        "conditions": table(
            ("id", "name", "also written", "only in the field"),
            (
                (f"`{r.id}`", escaped(r.name), escaped(", ".join(r.synonyms)) or "none",
                 "yes" if r.field else "no")
                for r in rows["condition"]
            ),
        ),
        "substances": table(
            ("id", "name", "role", "classes", "sources", "trust"),
            (
                (f"`{r.id}`", escaped(r.name), r.role, code(r.classes), sources(r), trust(r))
                for r in rows["substance"]
            ),
        ),
        "classes": table(
            ("id", "name", "parents", "doses add up", "sources"),
            (
                (f"`{r.id}`", escaped(r.name), code(r.parents), "yes" if r.additive else "no",
                 sources(r))
                for r in rows["class"]
            ),
        ),
        "products": table(
            ("id", "name", "kind", "form", "labelled routes", "sources", "trust"),
            (
                (f"`{r.id}`", escaped(r.name), r.kind, r.form,
                 ", ".join(dict.fromkeys(route.route for route in r.routes)) or "none known",
                 sources(r), trust(r))
                for r in rows["product"]
            ),
        ),
        "needles": table(
            ("id", "written", "outer diameter mm", "dead space", "sources"),
            (
                (f"`{r.id}`", f"`{r.label}`", f"{r.outer_diameter_mm:g}",
                 number(r.dead_space_ml), sources(r))
                for r in rows["needle"]
            ),
        ),
        "syringes": table(
            ("id", "name", "volume mL", "graduation mL", "dead space", "sources"),
            (
                (f"`{r.id}`", escaped(r.name), f"{r.volume_ml:g}", f"{r.graduation_ml:g}",
                 number(r.dead_space_ml), sources(r))
                for r in rows["syringe"]
            ),
        ),
        "medicines": table(
            ("id", "name", "ATC"),
            ((f"`{r.id}`", escaped(r.name), ", ".join(r.atc)) for r in rows["medicine"]),
        ),
        "scales": table(
            ("id", "name", "better", "sources"),
            ((f"`{r.id}`", escaped(r.name), r.better, sources(r)) for r in rows["scale"]),
        ),
    }  # fmt: skip


def messages(catalogue: Catalogue) -> str:
    """Every finding text of the message catalogue, and every finding that stands in a rule file."""
    texts = catalogue.messages.texts
    found = sorted(k.removesuffix(".message") for k in texts if k.endswith(".message"))
    rows = [
        (f"`{name.removeprefix('finding.')}`", escaped(texts[f"{name}.message"]),
         escaped(texts[f"{name}.clears_when"]))
        for name in found
    ]  # fmt: skip
    return table(("message id", "text", "cleared when"), rows)


def rules(catalogue: Catalogue) -> str:
    """The rules that stand in the catalogue's rule files."""
    kinds = ("condition-rule", "medicine-rule", "excipient-rule", "country-rule")
    rows = [
        (f"`{r.id}`", kind, r.severity, "yes" if r.overridable else "no", escaped(r.message),
         sources(r), trust(r))
        for kind in kinds
        for r in _rows(catalogue, kind)
    ]  # fmt: skip
    head = ("rule", "kind", "severity", "overridable", "text", "sources", "trust")
    return table(head, rows)


def pairs(catalogue: Catalogue) -> str:
    """The pairs of substances with data."""
    rows = [
        (f"`{r.a}`", f"`{r.b}`", r.verdict, escaped(r.condition) or "none", sources(r), trust(r))
        for r in _rows(catalogue, "pair")
    ]
    return table(("substance or class", "with", "verdict", "condition", "sources", "trust"), rows)


def countries(catalogue: Catalogue) -> str:
    """The rules of every country on record, the strictest first."""
    order = ("critical", "warning", "info")
    rows = sorted(
        _rows(catalogue, "country-rule"), key=lambda r: (r.country, order.index(r.severity), r.id)
    )
    head = ("country", "severity", "rule", "text", "date", "sources", "trust")
    return table(
        head,
        (
            (r.country, r.severity, escaped(r.message), escaped(r.legal_text),
             escaped(r.text_date), sources(r), trust(r))
            for r in rows
        ),
    )  # fmt: skip


def checklists(catalogue: Catalogue) -> str:
    """Every tick list, in the order of the session."""
    phases = get_args(Checklist.model_fields["phase"].annotation)
    rows = sorted(_rows(catalogue, "checklist"), key=lambda r: phases.index(r.phase))
    parts = []
    for r in rows:
        note = f" ({escaped(r.note)})" if r.note else ""
        parts.append(f"## {escaped(r.title)}\n\n`{r.id}`, {r.phase}\n")
        parts.append("".join(f"- {escaped(item)}\n" for item in r.items))
        parts.append(f"Sources: {sources(r)}. Trust: {r.trust}{note}.\n")
    return "\n".join(parts)


def bibliography(catalogue: Catalogue) -> str:
    """All sources."""
    rows = [
        (escaped(r.id), r.kind, escaped(r.citation), escaped(r.seen))
        for r in _rows(catalogue, "source")
    ]
    return table(("source", "kind", "citation", "what was seen of it"), rows)


def _form(annotation: Any) -> str:
    """A type in the words of a TOML file."""
    if annotation is type(None):
        return ""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _form(parts[0])
    if origin is Literal:
        return "one of " + ", ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return f"list of {_form(parts[0])}"
    if origin in (Union, UnionType):
        return " or ".join(filter(None, map(_form, parts)))
    words = {str: "text", float: "number", int: "whole number", bool: "`true` or `false`"}
    return words.get(annotation, f"[{annotation.__name__}](#{annotation.__name__.lower()})")


def _record(model: type[Record], title: str) -> str:
    rows = [
        (f"`{name}`", _form(field.annotation), "yes" if field.is_required() else "no")
        for name, field in model.model_fields.items()
    ]
    return f"### {title}\n\n{table(('key', 'form', 'required'), rows)}"


def _inner(model: type[Record], found: dict[str, type[Record]]) -> None:
    """Every record that stands inside a record, by name."""
    todo = [field.annotation for field in model.model_fields.values()]
    while todo:
        part = todo.pop()
        todo += get_args(part)
        if isinstance(part, type) and issubclass(part, Record) and part.__name__ not in found:
            found[part.__name__] = part
            _inner(part, found)


def fields() -> str:
    """The keys of every kind of table in the catalogue's files."""
    inner: dict[str, type[Record]] = {}
    parts = ["## Tables\n"]
    for kind, model in KINDS.items():
        parts.append(_record(model, f"[[{kind}]]"))
        _inner(model, inner)
    parts.append("## Tables inside tables\n")
    parts += [_record(model, name) for name, model in sorted(inner.items())]
    return "\n".join(parts)


def write(folder: Path) -> None:
    """Write every generated part below a folder; a file is touched only where it changes."""
    catalogue = load_catalogue()
    parts = {
        **ids(catalogue),
        "messages": messages(catalogue),
        "rules": rules(catalogue),
        "countries": countries(catalogue),
        "checklists": checklists(catalogue),
        "pairs": pairs(catalogue),
        "bibliography": bibliography(catalogue),
        "fields": fields(),
        "rights": rights(),
        **pages(catalogue),
    }
    for name, text in parts.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).with_suffix("").as_posix() not in parts:
            old.unlink()  # a page of a record that is no more


if __name__ == "__main__":
    write(Path(__file__).resolve().parent / "reference" / "generated")
