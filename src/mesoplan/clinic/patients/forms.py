"""Forms of a patient's record."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.patients.models import Patient

YES_NO = [("", _("not asked")), ("yes", _("yes")), ("no", _("no"))]
SEXES = [
    ("", _("not asked")),
    ("female", _("female")),
    ("male", _("male")),
    ("other", _("other")),
]
INTENTS = [("treat", _("treat")), ("maintain", _("maintain")), ("prevent", _("prevent"))]


def day_input() -> forms.DateInput:
    """The browser's own field for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


VIEW_NAMES = [
    ("front", _("front")),
    ("left-45", _("left, 45°")),
    ("left-90", _("left, 90°")),
    ("right-45", _("right, 45°")),
    ("right-90", _("right, 90°")),
    ("other", _("other")),
]


class IdentityForm(forms.Form):
    """Who, and how to reach them."""

    family_name = forms.CharField(label=_("Family name"), max_length=120)
    given_names = forms.CharField(label=_("Given names"), max_length=120)
    birth_date = forms.DateField(label=_("Birth date"), widget=day_input())
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    general_practitioner = forms.CharField(label=_("Own doctor"), max_length=200, required=False)


class NewPatientForm(IdentityForm):
    """A new patient; the clinic may have numbers of its own."""

    record_number = forms.CharField(
        label=_("Record number"),
        max_length=32,
        required=False,
        help_text=_("Left empty: the next of the year."),
    )


class FactsForm(forms.Form):
    """What is asked beside the lists."""

    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    phototype = forms.TypedChoiceField(
        label=_("Phototype (Fitzpatrick)"),
        choices=[("", _("not asked")), *((n, str(n)) for n in range(1, 7))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    pregnant = forms.ChoiceField(label=_("Pregnant"), choices=YES_NO, required=False)
    breastfeeding = forms.ChoiceField(label=_("Breastfeeding"), choices=YES_NO, required=False)

    asked_again = forms.BooleanField(
        label=_("Pregnancy and breastfeeding were asked again today"), required=False
    )

    def values(self) -> dict[str, Any]:
        """As the record keeps them."""
        asked = {"yes": True, "no": False, "": None}
        found = {k: v for k, v in self.cleaned_data.items() if k != "asked_again"}
        for key in ("pregnant", "breastfeeding"):
            found[key] = asked[found[key]]
        return found


class WrittenForm(forms.Form):
    """An allergy, condition or medicine, as it is said."""

    written = forms.CharField(label=_("Name, as it is said"), max_length=120)


class AllergyForm(WrittenForm):
    """An allergy."""

    reaction = forms.CharField(label=_("What happened"), max_length=200, required=False)


class ConditionForm(WrittenForm):
    """A condition."""

    site = forms.ChoiceField(label=_("Where"), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        if isinstance(field, forms.ChoiceField):
            sites = [(site.id, site.name) for site in catalogue.sites.values()]
            field.choices = [("", _("not said: taken as in the field")), *sites]


class EarlierForm(forms.Form):
    """Something given elsewhere."""

    substance = forms.CharField(label=_("What was given"), max_length=120)
    amount = forms.CharField(
        label=_("Amount, with its unit"), max_length=40, required=False, help_text=_("64 U, 20 mg")
    )
    given_on = forms.DateField(label=_("On"), widget=day_input())


class WeightForm(forms.Form):
    """A weight."""

    weight_kg = forms.DecimalField(label=_("Weight, kg"), max_digits=5, decimal_places=1)
    measured_on = forms.DateField(label=_("Weighed on"), widget=day_input())
    confirmed = forms.BooleanField(
        label=_("Weighed again: this is the weight"), required=False, widget=forms.HiddenInput
    )

    def ask_to_confirm(self) -> None:
        """Show the tick that confirms a weight far from the last one."""
        self.fields["confirmed"].widget = forms.CheckboxInput(attrs={"id": "id_weights_confirmed"})


class CourseForm(forms.Form):
    """A new course."""

    indication = forms.ChoiceField(label=_("Indication"))
    intent = forms.ChoiceField(label=_("Intent"), choices=INTENTS)
    examination = forms.CharField(label=_("Examination"), widget=forms.Textarea, required=False)
    diagnosis = forms.CharField(label=_("Diagnosis"), widget=forms.Textarea, required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["indication"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.id, one.name) for one in catalogue.indications.values()]


class PhotoForm(forms.Form):
    """A photograph."""

    photo = forms.FileField(
        label=_("Photograph (JPEG, PNG or WebP)"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    view = forms.ChoiceField(label=_("View"), choices=VIEW_NAMES)
    course = forms.TypedChoiceField(
        label=_("Course"), required=False, coerce=uuid.UUID, empty_value=None
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["course"]
        if isinstance(field, forms.ChoiceField):
            courses = patient.courses.order_by("-opened_at")
            named = [(str(c.pk), f"{c.indication}, {c.opened_at:%Y-%m-%d}") for c in courses]
            field.choices = [("", _("none")), *named]


class MergeForm(forms.Form):
    """The record that is joined to this one."""

    record_number = forms.CharField(label=_("Record number of the record that goes"), max_length=32)


class BirthDateForm(forms.Form):
    """What opens a questionnaire by a link."""

    birth_date = forms.DateField(label=_("Your birth date"), widget=day_input())
