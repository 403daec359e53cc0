"""Names in a case file that must stand in the catalogue."""

from mesoplan.catalogue import Catalogue
from mesoplan.workflow.table import Table


def record(table: Table, name: str, kind: str, catalogue: Catalogue) -> str | None:
    """An id of the catalogue, in any letter case or by name; unknown ones are refused."""
    text = table.text(name)
    if text is None:
        return None
    found = catalogue.find(kind, text)
    if found is None:
        near = catalogue.names[kind].nearest(text)
        right = f'did you mean "{near}"?' if near else f"see mesoplan catalogue list {kind}"
        table.fault(name, f'"{text}" is unknown', right)
    return found


def site(table: Table, name: str, catalogue: Catalogue) -> str | None:
    """The id of a site."""
    return record(table, name, "site", catalogue)
