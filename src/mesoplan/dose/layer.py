"""One layer of skin as the transport equation sees it."""

from dataclasses import dataclass

from mesoplan.dose._checks import number, refuse


@dataclass(frozen=True)
class Layer:
    """A homogeneous layer.

    Parameters
    ----------
    thickness_mm : float
        Thickness, mm, above 0.
    diffusivity_mm2_h : float
        Diffusivity D of the total concentration, mm2/h, above 0.
    clearance_per_h : float
        Loss k by blood, lymph and degradation, 1/h, at least 0.
    capacity : float
        Capacity K = C / u: total tissue over free aqueous concentration, above 0.

    Raises
    ------
    InputError
        Naming every property that cannot be used.
    """

    thickness_mm: float
    diffusivity_mm2_h: float
    clearance_per_h: float
    capacity: float

    def __post_init__(self) -> None:
        refuse(
            [
                *number("thickness_mm", self.thickness_mm, above=0.0),
                *number("diffusivity_mm2_h", self.diffusivity_mm2_h, above=0.0),
                *number("clearance_per_h", self.clearance_per_h, at_least=0.0),
                *number("capacity", self.capacity, above=0.0),
            ]
        )
