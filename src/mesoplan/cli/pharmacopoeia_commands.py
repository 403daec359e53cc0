"""mesoplan pharmacopoeia: import public registers, search them, say what suits the skin."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.registers import (
    REGISTERS,
    default_store_path,
    eligibility,
    find_register_product,
    import_register,
    match_product,
    open_store,
    route_id,
)
from mesoplan.cli.output import DONE, err, help_when_bare, out, print_json
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import format_number
from mesoplan.model.register import (
    Eligibility,
    RegisterKind,
    RegisterProduct,
    Verdict,
)

pharmacopoeia_app = typer.Typer(
    help="Import public medicine registers; find products; say which suit the skin.",
    rich_markup_mode=None,
)
pharmacopoeia_app.callback(invoke_without_command=True)(help_when_bare)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, nothing else.")]


@pharmacopoeia_app.command("import")
def import_command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="bdpm, ndc or spl.")],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="File or folder of the register.")],
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Import a register; an older import of it is replaced as a whole."""
    register = _kind(kind)
    with _bar(register) as show:
        made = import_register(register, path, default_store_path(), datetime.now(UTC), show)
    if as_json:
        print_json(made.model_dump(mode="json") | {"store": str(default_store_path())})
        return DONE
    again = f", {made.passed_over} repeated and passed over" if made.passed_over else ""
    files = ", ".join(made.files)
    _line(f"{register}: {made.records} products from {files}{again}")
    _line(f"kept in {default_store_path()}")
    _line(REGISTERS[register].notice)
    return DONE


@pharmacopoeia_app.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words of a name or a substance.")],
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Search names and substances; accents, case and language do not count."""
    with open_store() as store:
        found = store.search(text, _other_names(text))
    if as_json:
        print_json({"text": text, "products": [_brief(product) for product in found]})
        return DONE
    for product in found:
        _line(_summary(product))
    if not found:
        _line(f'no product with "{text}"')
    return DONE


@pharmacopoeia_app.command()
def route(
    name: Annotated[str, typer.Argument(metavar="ROUTE", help="A word or a code of a route.")],
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """List the products labelled for a route, whatever their market status."""
    with open_store() as store:
        wanted = route_id(name)
        if wanted is None:
            known = ", ".join(found for found, _ in store.routes())
            raise InputError([Fault("ROUTE", f'"{name}" is unknown', f"one of {known}")])
        found = store.by_route(wanted)
    if as_json:
        print_json({"route": wanted, "products": [_brief(product) for product in found]})
        return DONE
    for product in found:
        _line(_summary(product))
    _line(f"{len(found)} products labelled for the {wanted} route")
    return DONE


@pharmacopoeia_app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id such as bdpm:60002283.")],
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Show one product as its register states it, and the substances it was matched to."""
    product = find_register_product(name)
    with open_store() as store:
        origin = next(row for row in store.provenance() if row.kind == product.kind)
    matches = match_product(product, load_catalogue())
    if as_json:
        print_json(
            product.model_dump(mode="json")
            | {
                "substances": [match.model_dump(mode="json") for match in matches],
                "provenance": origin.model_dump(mode="json"),
                "notice": REGISTERS[product.kind].notice,
            }
        )
        return DONE
    for line in _details(product):
        _line(line)
    for match in matches:
        meaning = (
            f"{match.substance} (by {match.by})" if match.substance else "not in the catalogue"
        )
        _line(f"substance: {match.ingredient} = {meaning}")
    _line(f"imported {origin.imported_at} from {', '.join(origin.files)}")
    _line(REGISTERS[product.kind].notice)
    return DONE


@pharmacopoeia_app.command()
def eligible(
    name: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One product; by default all injectables.")
    ] = None,
    verdict: Annotated[
        str | None, typer.Option("--verdict", help="labelled, off-label or excluded only.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Say whether a product suits the intradermal route, why, and what is not known."""
    catalogue = load_catalogue()
    if name is not None:
        one = eligibility(find_register_product(name), catalogue)
        if as_json:
            print_json(one.model_dump(mode="json"))
        else:
            _explain(one)
        return DONE
    wanted = _verdicts(verdict)
    with open_store() as store:
        results = [
            found
            for product in store.injectables()
            if (found := eligibility(product, catalogue)).verdict in wanted
        ]
    if as_json:
        print_json({"products": [found.model_dump(mode="json") for found in results]})
        return DONE
    for found in results:
        first = next((r.text for r in found.reasons if r.effect == "against"), "")
        first = first or next((r.text for r in found.reasons), "nothing on record")
        _line(f"{found.id}  {found.verdict}  {found.name}: {first}")
    counts = Counter(found.verdict for found in results)
    _line(", ".join(f"{counts[v]} {v}" for v in get_args(Verdict) if counts[v]) or "none")
    open_ones = sum(found.verdict == "off-label" and not _all_known(found) for found in results)
    if open_ones:
        _line(f"{open_ones} off-label with an active substance that the catalogue does not know")
    _line("No register states pH and osmolality; nothing here is a clearance.")
    return DONE


def _all_known(found: Eligibility) -> bool:
    return bool(found.substances) and all(match.substance for match in found.substances)


def _line(text: str) -> None:
    out().print(text, soft_wrap=True, markup=False)


def _kind(text: str) -> RegisterKind:
    for kind in REGISTERS:
        if kind == text.casefold():
            return kind
    raise InputError([Fault("KIND", f'"{text}" is no register', f"one of {', '.join(REGISTERS)}")])


def _verdicts(text: str | None) -> tuple[str, ...]:
    names: tuple[str, ...] = get_args(Verdict)
    if text is None:
        return names
    if text.casefold() not in names:
        raise InputError([Fault("--verdict", f'"{text}" is unknown', f"one of {', '.join(names)}")])
    return (text.casefold(),)


@contextmanager
def _bar(register: str) -> Iterator[Any]:
    """A progress bar on standard error, where that is a terminal."""
    console = err()
    columns = (TextColumn("importing {task.description}"), BarColumn(), DownloadColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(register, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _other_names(text: str) -> tuple[str, ...]:
    """The catalogue's names of a substance in all languages, so that each finds the other."""
    catalogue = load_catalogue()
    found = catalogue.find("substance", text)
    if found is None:
        return ()
    substance = catalogue.substances[found]
    return (substance.name, *substance.synonyms)


def _brief(product: RegisterProduct) -> dict[str, Any]:
    return {
        "id": product.id,
        "name": product.name,
        "routes": list(product.routes),
        "status": _status(product),
    }


def _status(product: RegisterProduct) -> str | None:
    return "; ".join(filter(None, (product.status, product.marketing))) or None


def _summary(product: RegisterProduct) -> str:
    routes = ", ".join(product.routes) or "no route stated"
    return f"{product.id}  {product.name}  [{routes}]  {_status(product) or 'status not known'}"


def _details(product: RegisterProduct) -> Iterator[str]:
    yield f"{product.id}  {product.name}"
    for label, value in (
        ("generic name", product.generic),
        ("form", product.dosage_form),
        ("routes", ", ".join(product.routes_written) or None),
        ("status", _status(product)),
        ("holder", product.holder),
        ("dated", product.dated),
    ):
        yield f"{label}: {value or 'not known'}"
    if product.strength_text:
        yield f"strengths, not assigned: {product.strength_text}"
    for item in product.ingredients:
        strength = " / ".join(filter(None, (item.strength, item.per))) or "strength not known"
        read = ""
        if item.quantity is not None:
            read = f" = {format_number(item.quantity.value)} {item.quantity.unit}"
        part = f" in {item.part}" if item.part else ""
        yield f"{item.role}: {item.name}, {strength}{read}{part}"


def _explain(found: Eligibility) -> None:
    _line(f"{found.id}  {found.name}")
    _line(f"intradermal: {found.verdict}")
    for reason in found.reasons:
        cited = ", ".join(reason.sources)
        mark = f" [{reason.trust}: {cited}]" if reason.trust else ""
        clears = f"; cleared when {reason.clears_when}" if reason.clears_when else ""
        _line(f"{reason.effect}: {reason.text}{clears}{mark}")
    for text in found.not_known:
        _line(f"not known: {text}")
