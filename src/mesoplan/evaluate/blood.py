"""What reaches the blood: plasma peak, time and AUC of each active substance."""

from collections.abc import Sequence

import numpy as np

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Quantity
from mesoplan.model.exposure import Exposure
from mesoplan.model.mixture import Mixture
from mesoplan.model.plan import Systemic


def systemic(
    exposure: Exposure, mixtures: Sequence[Mixture], catalogue: Catalogue
) -> tuple[Systemic, ...]:
    """Plasma peak and time per active substance; ``None`` where constants are not published."""
    curves = {curve.substance: curve for curve in exposure.plasma}
    found = []
    names = dict.fromkeys(c.substance for mixture in mixtures for c in mixture.contents)
    for name in names:
        substance = catalogue.substances[name]
        if substance.role == "vehicle":
            continue
        curve = curves.get(name)
        if curve is None:
            note = catalogue.messages.text("indicator.plasma-unknown")
            found.append(Systemic(substance=name, cmax=None, tmax=None, note=note))
            continue
        constants = substance.pharmacokinetics
        figures = [f for f in (constants.volume_l_per_kg, constants.half_life_h) if f is not None]
        place = int(curve.concentration.argmax())
        auc = float(np.trapezoid(curve.concentration, curve.times_h))
        note = catalogue.messages.text(
            "indicator.plasma", trust=", ".join(sorted({figure.trust for figure in figures}))
        )
        found.append(
            Systemic(
                substance=name,
                cmax=Quantity(value=float(curve.concentration[place]), unit=f"{curve.unit}/L"),
                tmax=Quantity(value=float(curve.times_h[place]), unit="h"),
                auc=Quantity(value=auc, unit=f"{curve.unit}·h/L"),
                note=note,
                sources=tuple(dict.fromkeys(s for figure in figures for s in figure.sources)),
            )
        )
    return tuple(found)
