"""The form of a plan, and the case table it stands for.

The form only carries what was written: every quantity is read, and refused, by the library's
own reader of case files.
"""

import datetime as dt
from typing import Any, get_args

from django import forms
from django.utils.translation import gettext_lazy as _

from mesoplan.catalogue import Catalogue
from mesoplan.core.countries import COUNTRIES
from mesoplan.model.protocol import Pattern

_EMPTY = [("", "–")]
SIDES = [*_EMPTY, ("left", _("left")), ("right", _("right")), ("midline", _("midline"))]
SHAPES = [("rectangle_mm", _("rectangle")), ("ellipse_mm", _("ellipse"))]
FORMS = [("cream", _("cream")), ("block", _("block")), ("infiltration", _("infiltration"))]
ASKED = [
    ("", _("not asked")),
    ("none", _("asked, none")),
    ("given", _("given, as listed below")),
]
_NUMBERS = ("sessions", "interval_days", "target_depth_mm")
_TECHNIQUE_NUMBERS = ("angle_deg", "inserted_mm", "spacing_mm", "margin_mm")
_TECHNIQUE_TEXTS = ("id", "needle", "pattern", "volume_per_point")


class _Plain(forms.Form):
    use_required_attribute = False

    def set(self, name: str) -> Any:
        """A field's value, or None where it was left empty."""
        value = self.cleaned_data.get(name)
        return None if value in ("", None) else value


class PlanForm(_Plain):
    """What is planned beside areas, mixture and what else is given that day."""

    session_date = forms.DateField(
        label=_("Day of the session"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    country = forms.ChoiceField(label=_("Country whose rules apply"))
    protocol = forms.ChoiceField(
        label=_("Protocol"), required=False, help_text=_("Empty: the default of the indication.")
    )
    sessions = forms.IntegerField(label=_("Sessions"), required=False)
    interval_days = forms.FloatField(label=_("Days between sessions"), required=False)
    target_depth_mm = forms.FloatField(label=_("Depth of what is treated, mm"), required=False)
    id = forms.ChoiceField(
        label=_("Technique"), required=False, help_text=_("Empty: the protocol's.")
    )
    needle = forms.ChoiceField(label=_("Needle"), required=False)
    angle_deg = forms.FloatField(label=_("Angle, degrees"), required=False)
    inserted_mm = forms.FloatField(label=_("Inserted length, mm"), required=False)
    spacing_mm = forms.FloatField(label=_("Spacing, mm"), required=False)
    margin_mm = forms.FloatField(label=_("Margin, mm"), required=False)
    pattern = forms.ChoiceField(
        label=_("Pattern"), required=False, choices=[*_EMPTY, *((p, p) for p in get_args(Pattern))]
    )
    volume_per_point = forms.CharField(
        label=_("Volume per point"), required=False, help_text=_('With its unit: "0.02 mL".')
    )
    prepared_by = forms.ChoiceField(
        label=_("Who prepares the mixture"),
        required=False,
        choices=[*_EMPTY, ("practitioner", _("practitioner")), ("pharmacy", _("pharmacy"))],
    )
    anaesthetics_asked = forms.ChoiceField(
        label=_("Other anaesthetics that day"), choices=ASKED, required=False
    )
    caffeine_asked = forms.ChoiceField(label=_("Caffeine that day"), choices=ASKED, required=False)
    caffeine_mg = forms.FloatField(label=_("Caffeine, mg"), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, indication: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "country": [*_EMPTY, *((code, code) for code in sorted(COUNTRIES))],
            "protocol": [
                *_EMPTY,
                *(
                    (p.id, p.name)
                    for p in catalogue.protocols.values()
                    if p.indication == indication
                ),
            ],
            "id": [*_EMPTY, *((t.id, t.name) for t in catalogue.techniques.values())],
            "needle": [*_EMPTY, *((n.label, n.label) for n in catalogue.needles.values())],
        }
        for name, options in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = options


class AreaForm(_Plain):
    """One area on a body site."""

    site = forms.ChoiceField(label=_("Site"), required=False)
    side = forms.ChoiceField(label=_("Side"), choices=SIDES, required=False)
    shape = forms.ChoiceField(label=_("Shape"), choices=SHAPES, required=False)
    width_mm = forms.FloatField(label=_("Width, mm"), required=False)
    height_mm = forms.FloatField(label=_("Height, mm"), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [*_EMPTY, *((s.id, s.name) for s in catalogue.sites.values())]

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty."""
        values = self.cleaned_data
        named = values.get("site")
        sizes = [values.get("width_mm"), values.get("height_mm")]
        if named and None in sizes:
            raise forms.ValidationError(_("Give width and height in millimetres."))
        if not named and any(size is not None for size in sizes):
            raise forms.ValidationError(_("Choose the site."))
        return values


class ContentForm(_Plain):
    """One thing drawn into a syringe."""

    syringe = forms.IntegerField(
        label=_("Syringe"), min_value=1, max_value=9, initial=1, required=False
    )
    product = forms.ChoiceField(label=_("Product"), required=False)
    volume = forms.CharField(label=_("Volume"), required=False)
    reconstitute_with = forms.ChoiceField(label=_("Reconstituted with"), required=False)
    reconstitute_volume = forms.CharField(label=_("its volume"), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = [*_EMPTY, *((p.id, p.name) for p in catalogue.products.values())]
        for name in ("product", "reconstitute_with"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = products

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty."""
        values = self.cleaned_data
        named = values.get("product")
        if named and not (values.get("volume") and values.get("syringe")):
            raise forms.ValidationError(_('Give the syringe and the volume with its unit: "1 mL".'))
        if not named and (values.get("volume") or values.get("reconstitute_volume")):
            raise forms.ValidationError(_("Choose the product."))
        return values


class AnaestheticForm(_Plain):
    """A local anaesthetic given that day by other means."""

    substance = forms.CharField(label=_("Substance"), required=False)
    amount = forms.CharField(label=_("Amount"), required=False)
    form = forms.ChoiceField(label=_("Form"), choices=FORMS, required=False)


class CaseFileForm(forms.Form):
    """A case file, and the photograph and landmarks it names."""

    case = forms.FileField(label=_("Case file (TOML)"))
    photo = forms.FileField(label=_("Photograph it names"), required=False)
    landmarks = forms.FileField(label=_("Landmarks it names"), required=False)


Areas = forms.formset_factory(AreaForm, extra=3, max_num=24)
Contents = forms.formset_factory(ContentForm, extra=3, max_num=24)
Anaesthetics = forms.formset_factory(AnaestheticForm, extra=1, max_num=6)


def table_of(
    plan: PlanForm, areas: Any, contents: Any, anaesthetics: Any, *, indication: str, intent: str
) -> dict[str, Any]:
    """The case table that the forms stand for; all of them valid."""
    treatment = {
        "indication": indication,
        "intent": intent,
        "date": plan.cleaned_data["session_date"],
        "country": plan.set("country"),
        "protocol": plan.set("protocol"),
        **{name: plan.set(name) for name in _NUMBERS},
    }
    technique = {name: plan.set(name) for name in (*_TECHNIQUE_TEXTS, *_TECHNIQUE_NUMBERS)}
    table: dict[str, Any] = {
        "format": "mesoplan/case",
        "version": 1,
        "treatment": _given(treatment),
        "areas": [_area(row) for row in areas if row.set("site")],
    }
    if _given(technique):
        table["technique"] = _given(technique)
    today = _today(plan, anaesthetics)
    if today:
        table["today"] = today
    syringes = _syringes(plan, contents)
    if syringes:
        table["syringes"] = syringes
    return table


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _area(row: Any) -> dict[str, Any]:
    size = [row.cleaned_data["width_mm"], row.cleaned_data["height_mm"]]
    return _given({"site": row.set("site"), "side": row.set("side"), row.set("shape"): size})


def _today(plan: PlanForm, anaesthetics: Any) -> dict[str, Any]:
    today: dict[str, Any] = {}
    asked = plan.set("anaesthetics_asked")
    rows = [_given(row.cleaned_data) for row in anaesthetics if row.set("substance")]
    if asked == "none":
        today["anaesthetics"] = []
    elif asked == "given" or rows:
        today["anaesthetics"] = rows
    caffeine = plan.set("caffeine_mg")
    if plan.set("caffeine_asked") == "none":
        today["caffeine_mg"] = 0
    elif caffeine is not None:
        today["caffeine_mg"] = caffeine
    return today


def _syringes(plan: PlanForm, contents: Any) -> list[dict[str, Any]]:
    by_number: dict[int, list[dict[str, Any]]] = {}
    for row in contents:
        if not row.set("product"):
            continue
        entry: dict[str, Any] = {"product": row.set("product"), "volume": row.set("volume")}
        if row.set("reconstitute_with") or row.set("reconstitute_volume"):
            entry["reconstitute"] = _given(
                {"with": row.set("reconstitute_with"), "volume": row.set("reconstitute_volume")}
            )
        by_number.setdefault(row.cleaned_data["syringe"], []).append(entry)
    return [
        _given({"prepared_by": plan.set("prepared_by"), "contents": by_number[number]})
        for number in sorted(by_number)
    ]


def initial_of(case: dict[str, Any]) -> dict[str, Any]:
    """What the forms show for a stored case: ``plan``, ``areas``, ``contents``, ``anaesthetics``.

    Raises
    ------
    ValueError
        If the case holds what the form cannot carry, so that nothing gets lost on the way.
    """
    treatment, today = dict(case["treatment"]), dict(case.get("today", {}))
    plan = {**treatment, **case.get("technique", {})}
    plan["session_date"] = dt.date.fromisoformat(plan.pop("date"))
    if "anaesthetics" in today:
        plan["anaesthetics_asked"] = "given" if today["anaesthetics"] else "none"
    if "caffeine_mg" in today:
        plan["caffeine_asked"] = "given" if today["caffeine_mg"] else "none"
        plan["caffeine_mg"] = today["caffeine_mg"] or None
    areas, contents = [], []
    for area in case["areas"]:
        shape = next((name for name, _label in SHAPES if name in area), None)
        if shape is None or area.keys() - {"site", "side", shape}:
            raise ValueError("an area that only a case file can state")
        width, height = area[shape]
        areas.append(area | {"shape": shape, "width_mm": width, "height_mm": height})
    for number, syringe in enumerate(case.get("syringes", []), 1):
        if syringe.keys() - {"prepared_by", "contents"}:
            raise ValueError("a syringe that only a case file can state")
        plan["prepared_by"] = syringe.get("prepared_by", "")
        for entry in syringe["contents"]:
            if "product" not in entry:
                raise ValueError("a substance without a product")
            dissolved = entry.get("reconstitute", {})
            contents.append(
                {
                    "syringe": number,
                    "product": entry["product"],
                    "volume": entry["volume"],
                    "reconstitute_with": dissolved.get("with", ""),
                    "reconstitute_volume": dissolved.get("volume", ""),
                }
            )
    rows = today.get("anaesthetics", [])
    return {"plan": plan, "areas": areas, "contents": contents, "anaesthetics": rows}
