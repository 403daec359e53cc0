"""Forms of the stock."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mesoplan.catalogue import Catalogue


class ReceiptForm(forms.Form):
    """What came."""

    product = forms.ChoiceField(label=_("Product"))
    gtin = forms.CharField(label=_("GTIN"), max_length=14, required=False)
    lot_number = forms.CharField(label=_("Lot"), max_length=40)
    expires_on = forms.DateField(
        label=_("Expires on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],  # 6/7/2027 is two days
    )
    containers = forms.IntegerField(label=_("Containers (vials, ampoules, syringes)"))
    container_volume = forms.CharField(
        label=_("Content of one, with its unit"), max_length=20, required=False,
        help_text=_('"10 mL"; empty: what the product\'s record says.'),
    )  # fmt: skip
    multi_dose = forms.BooleanField(
        label=_("Multi-dose: may serve several patients"), required=False
    )
    other_expiry_confirmed = forms.BooleanField(
        label=_("The same lot with another expiry: I read the pack again"), required=False
    )

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        if isinstance(field, forms.ChoiceField):
            products = sorted(catalogue.products.values(), key=lambda p: p.name)
            field.choices = [("", "–"), *((p.id, p.name) for p in products)]
