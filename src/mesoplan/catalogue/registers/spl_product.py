"""One product of a label: codes, routes, ingredients of the product and of the parts of a kit."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from mesoplan.catalogue.registers.draft import Draft, product
from mesoplan.catalogue.registers.faults import FaultList, quoted
from mesoplan.catalogue.registers.kinds import LONGEST_TEXT, MOST_INGREDIENTS
from mesoplan.catalogue.registers.ndc_text import NDC_CODE, date, marketing
from mesoplan.catalogue.registers.route_codes import route_id, route_ids
from mesoplan.catalogue.registers.strengths import us_quantity
from mesoplan.catalogue.registers.text import spaced

HL7 = "{urn:hl7-org:v3}"
_INNER = (f"{HL7}manufacturedProduct", f"{HL7}manufacturedMedicine")
_ROUTE = f"{HL7}consumedIn/{HL7}substanceAdministration/{HL7}routeCode"
_PART_PRODUCT = f"{HL7}partProduct"
_RIGHT = "give a Structured Product Labeling file"


def spl_product(
    outer: Element, file: str, line: int, dated: str, faults: FaultList
) -> Draft | None:
    """The product of one ``manufacturedProduct``; a fault where its code is none."""
    inner = next((found for tag in _INNER if (found := outer.find(tag)) is not None), outer)
    code_element = inner.find(f"{HL7}code")
    code = spaced(code_element.get("code", "") if code_element is not None else "").upper()
    if not NDC_CODE.fullmatch(code):
        right = "labeler and product, such as 0074-3799"
        faults.add(file, line, f"{quoted(code)} is no product code", right)
        return None
    parts = [
        (part, made) for part in inner.findall(f"{HL7}part") for made in part.findall(_PART_PRODUCT)
    ]
    ingredients = list(_ingredients(inner, "", ()))
    for part, made in parts:
        routes = route_ids([*_routes(part), *_routes(made)])
        ingredients += _ingredients(made, _name(made) or "part", routes)
    if len(ingredients) > MOST_INGREDIENTS:
        faults.add(file, line, f"{code}: more than {MOST_INGREDIENTS} ingredients", _RIGHT)
        return None
    places = [outer, inner, *(place for pair in parts for place in pair)]
    written = tuple(dict.fromkeys(route for place in places for route in _routes(place)))
    record = product(
        {
            "id": f"spl:{code}",
            "kind": "spl",
            "code": code,
            "name": _name(inner) or _generic(inner) or code,
            "generic": _generic(inner) or None,
            "dosage_form": _forms(inner, [made for _, made in parts]) or None,
            "routes": route_ids(written),
            "routes_written": written,
            "status": _status(outer) or None,
            "marketing": _marketing(outer),
            "ingredients": tuple(ingredients),
            "excipients_listed": any(row["role"] == "inactive" for row in ingredients),
            "dated": date(dated) or None,
        },
        faults,
        file,
        line,
    )
    return None if record is None else Draft(record, file, line)


def _text(element: Element | None) -> str:
    return "" if element is None else spaced("".join(element.itertext()))[:LONGEST_TEXT]


def _name(element: Element) -> str:
    return _text(element.find(f"{HL7}name"))


def _generic(element: Element) -> str:
    return _text(element.find(f"{HL7}asEntityWithGeneric/{HL7}genericMedicine/{HL7}name"))


def _display(element: Element | None) -> str:
    return (
        "" if element is None else spaced(element.get("displayName") or element.get("code") or "")
    )


def _forms(inner: Element, parts: list[Element]) -> str:
    forms = [_display(element.find(f"{HL7}formCode")) for element in (inner, *parts)]
    first, rest = forms[0], "; ".join(dict.fromkeys(form for form in forms[1:] if form))
    return f"{first}: {rest}" if rest else first


def _routes(element: Element) -> list[str]:
    """Routes by their word where the table knows it, else by their code."""
    found = []
    for route in element.findall(_ROUTE):
        word, code = spaced(route.get("displayName", "")), spaced(route.get("code", ""))
        found.append(code if route_id(word) is None and route_id(code) else word or code)
    return [text[:LONGEST_TEXT] for text in found if text]


def _status(outer: Element) -> str:
    return _display(outer.find(f"{HL7}subjectOf/{HL7}approval/{HL7}code"))


def _marketing(outer: Element) -> str | None:
    act = outer.find(f"{HL7}subjectOf/{HL7}marketingAct")
    if act is None:
        return None
    low, high = (act.find(f"{HL7}effectiveTime/{HL7}{end}") for end in ("low", "high"))
    ends = (
        low.get("value", "") if low is not None else "",
        "" if high is None else high.get("value", ""),
    )
    when = marketing(*ends) or ""
    status = act.find(f"{HL7}statusCode")
    return spaced(f"{'' if status is None else status.get('code', '')} {when}") or None


def _ingredients(element: Element, part: str, routes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Active ingredients, their moieties and the inactive ones."""
    rows = [(e, e.get("classCode", "")) for e in element.findall(f"{HL7}ingredient")]
    rows += [(e, "ACTI") for e in element.findall(f"{HL7}activeIngredient")]
    rows += [(e, "IACT") for e in element.findall(f"{HL7}inactiveIngredient")]
    for number, (row, kind) in enumerate(rows, start=1):
        substance = row.find(f"{HL7}ingredientSubstance")
        if substance is None:
            substance = row.find(f"{HL7}activeIngredientSubstance")
        if substance is None:
            substance = row.find(f"{HL7}inactiveIngredientSubstance")
        name = "" if substance is None else _name(substance)
        if substance is None or not name:
            continue
        strength = _strength(row.find(f"{HL7}quantity"))
        common = {"part": part or None, "routes": routes, "link": str(number)}
        yield {
            **common,
            **_substance(substance, name),
            "role": "active" if kind.startswith("ACTI") else "inactive",
            "strength": strength or None,
            "quantity": us_quantity(strength),
        }
        if kind.startswith("ACTI"):
            for moiety in substance.iterfind(f"{HL7}activeMoiety/{HL7}activeMoiety"):
                if _name(moiety):
                    yield {**common, **_substance(moiety, _name(moiety)), "role": "moiety"}


def _substance(element: Element, name: str) -> dict[str, Any]:
    code = element.find(f"{HL7}code")
    text = spaced(code.get("code", "")) if code is not None else ""
    return {"name": name, "code": text or None, "code_system": "unii" if text else None}


def _strength(quantity: Element | None) -> str:
    if quantity is None:
        return ""
    top, bottom = quantity.find(f"{HL7}numerator"), quantity.find(f"{HL7}denominator")
    if top is None or bottom is None:
        return ""
    amount = f"{top.get('value', '')} {top.get('unit', '')}"
    volume = f"{bottom.get('value', '')} {bottom.get('unit', '')}"
    return spaced(f"{amount}/{volume}")[:LONGEST_TEXT]
