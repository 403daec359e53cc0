"""Forms of accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mesoplan.clinic.roles import ROLES


class AcceptForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("User name"), max_length=41)
    full_name = forms.CharField(label=_("Full name, as it stands on sheets"), max_length=120)
    registration = forms.CharField(
        label=_("Professional registration number"), max_length=64, required=False
    )
    password = forms.CharField(
        label=_("Password, at least 12 characters"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    pin = forms.CharField(
        label=_("Personal code, 4 to 8 digits"),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("It unlocks a screen on which you are signed in already."),
    )
    practitioner = forms.BooleanField(label=_("I treat patients too"), required=False)


class InviteForm(forms.Form):
    """Somebody new."""

    full_name = forms.CharField(label=_("Name"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role, role) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class OwnForm(forms.Form):
    """One's own code and registration number."""

    registration = forms.CharField(
        label=_("Professional registration number"), max_length=64, required=False
    )
    pin = forms.RegexField(
        r"^[0-9]{4,8}$",
        label=_("New personal code, 4 to 8 digits"),
        required=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class BreakGlassForm(forms.Form):
    """Why a restricted record is opened."""

    reason = forms.CharField(label=_("Reason"), min_length=10, max_length=2000)
