"""Forms of a session. What is entered is echoed with its unit before it counts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mesoplan.clinic.planning.forms import ASKED, AnaestheticForm

YES_NO = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
_HIGHEST_MMHG = 300
_HIGHEST_PER_MIN = 250


class RecheckForm(forms.Form):
    """The day's recheck, before anything is drawn."""

    use_required_attribute = False

    weight_kg = forms.FloatField(
        label=_("Weight today, kg"), min_value=2, max_value=400, required=False,
        help_text=_("Empty: not weighed today; the record's weight counts."),
    )  # fmt: skip
    systolic_mmhg = forms.IntegerField(
        label=_("Systolic, mmHg"), min_value=40, max_value=_HIGHEST_MMHG
    )
    diastolic_mmhg = forms.IntegerField(
        label=_("Diastolic, mmHg"), min_value=20, max_value=_HIGHEST_MMHG
    )
    pulse_per_min = forms.IntegerField(
        label=_("Pulse, per minute"), min_value=20, max_value=_HIGHEST_PER_MIN
    )
    field_clear = forms.ChoiceField(
        label=_("Skin of the field clear: no infection, wound or rash"), choices=YES_NO
    )
    pregnant = forms.ChoiceField(label=_("Pregnant"), choices=YES_NO, required=False)
    breastfeeding = forms.ChoiceField(label=_("Breastfeeding"), choices=YES_NO, required=False)
    changed = forms.CharField(
        label=_("What changed since the plan was made"), max_length=500,
        help_text=_('"nothing" where nothing did. A new allergy or medicine goes into the record.'),
    )  # fmt: skip
    anaesthetics_asked = forms.ChoiceField(
        label=_("Other anaesthetics today"), choices=ASKED, required=False
    )
    caffeine_asked = forms.ChoiceField(label=_("Caffeine today"), choices=ASKED, required=False)
    caffeine_mg = forms.FloatField(label=_("Caffeine, mg"), min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        """The lower pressure lies below the upper one."""
        values = self.cleaned_data
        high, low = values.get("systolic_mmhg"), values.get("diastolic_mmhg")
        if high is not None and low is not None and low >= high:
            raise forms.ValidationError(_("The diastolic pressure lies below the systolic one."))
        return values


Drugs = forms.formset_factory(AnaestheticForm, extra=1, max_num=6)


def recheck_of(form: RecheckForm, drugs: Any) -> dict[str, Any]:
    """The recheck as the record keeps it; unasked things stay unasked."""
    values = dict(form.cleaned_data)
    today: dict[str, Any] = {}
    asked, caffeine = values.pop("anaesthetics_asked"), values.pop("caffeine_asked")
    rows = [
        {key: row.cleaned_data[key] for key in ("substance", "amount", "form")}
        for row in drugs
        if row.cleaned_data.get("substance")
    ]
    if asked == "none" and not rows:
        today["anaesthetics"] = []
    elif rows or asked == "given":
        today["anaesthetics"] = rows
    amount = values.pop("caffeine_mg")
    if amount is not None:
        today["caffeine_mg"] = amount
    elif caffeine == "none":
        today["caffeine_mg"] = 0
    for key in ("field_clear", "pregnant", "breastfeeding"):
        values[key] = {"yes": True, "no": False}.get(values[key])
    return values | {"today": today}


class SignForm(forms.Form):
    """Discharge and signature."""

    observed_min = forms.IntegerField(label=_("Observed, minutes"), min_value=0, max_value=1440)
    well = forms.BooleanField(label=_("The patient feels well"), required=False)
    skin_looked_at = forms.BooleanField(label=_("The skin was looked at"), required=False)
    told_what_to_watch_for = forms.BooleanField(
        label=_("Told what to watch for, up to six months"), required=False
    )
    has_contact = forms.BooleanField(label=_("Has our number for questions"), required=False)
    deviations = forms.CharField(
        label=_("Departures from the plan, and why"), widget=forms.Textarea, required=False
    )
    password = forms.CharField(label=_("Your password, as signature"), widget=forms.PasswordInput)
