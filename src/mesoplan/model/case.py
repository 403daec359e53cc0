"""The case: what is asked for. ``None`` is *not asked*; an empty tuple is *asked, none*."""

import datetime as dt
import math
from typing import Literal

from pydantic import Field

from mesoplan.core.units import Quantity
from mesoplan.model.base import Record
from mesoplan.model.landmarks import Landmarks, Pixel, Ruler
from mesoplan.model.protocol import Intent, Pattern


class Named(Record):
    """A name the case gave: as written, and the catalogue id it stands for (``None``: unknown)."""

    written: str
    id: str | None = None
    kind: Literal["substance", "class", "condition", "medicine", "atc"] | None = None
    atc: tuple[str, ...] = ()


class PatientCondition(Record):
    """A condition, and where it lies (``None``: taken as in the field)."""

    name: Named
    area: str | None = None


class Earlier(Record):
    """An earlier treatment, here or elsewhere."""

    substance: Named
    amount: Quantity | None = None
    date: dt.date


class Patient(Record):
    """The person treated."""

    name: str | None = None
    record_number: str | None = None
    birth_date: dt.date | None = None
    age_years: float
    sex: Literal["female", "male", "other"] | None = None
    weight_kg: float | None = None
    phototype: int | None = None
    pregnant: bool | None = None
    breastfeeding: bool | None = None
    allergies: tuple[Named, ...] | None = None
    conditions: tuple[PatientCondition, ...] | None = None
    medicines: tuple[Named, ...] | None = None
    history: tuple[Earlier, ...] | None = None


class Treatment(Record):
    """What is to be done, when and where."""

    indication: str
    intent: Intent
    intent_assumed: bool = False
    protocol: str | None = None
    date: dt.date | None = None
    country: str | None = None
    sessions: int | None = None
    interval_days: float | None = None
    target_depth_mm: float | None = None
    reason: str | None = None


class Anaesthetic(Record):
    """A local anaesthetic given the same day by other means."""

    substance: Named
    amount: Quantity
    form: Literal["cream", "block", "infiltration"]


class Today(Record):
    """What else was or will be given that day; ``None`` is not asked."""

    anaesthetics: tuple[Anaesthetic, ...] | None = None
    caffeine_mg: float | None = None


class Skin(Record):
    """Measured thickness that replaces the site's range."""

    epidermis_mm: float | None = None
    dermis_mm: float | None = None


class Photograph(Record):
    """A photograph that areas lie on, as the case names it.

    ``landmarks`` where it shows a face. ``picture`` is the upright picture as a JPEG without
    any metadata, for drawing; it is not part of the JSON form, ``sha256`` of the file is.
    """

    file: str
    sha256: str
    width_px: int
    height_px: int
    landmarks: Landmarks | None = None
    picture: bytes | None = Field(default=None, exclude=True, repr=False)


class Limb(Record):
    """A limb on a photograph: its circumference, and its two edges at one height."""

    circumference_mm: float
    edges_px: tuple[Pixel, Pixel]


class Area(Record):
    """A treated area in its own frame. Exactly one shape is given.

    ``lesion_mm`` is length, width and height of a raised scar: an ellipse that stands above
    the skin. An area on a photograph has a ``region`` of the face, or ``outline_px`` with a
    ``scale``, a ``limb`` or the landmarks of a face; ``erased_px`` is left out of it.
    """

    site: str
    side: Literal["left", "right", "midline"] | None = None
    position: Literal["medial", "lateral"] | None = None
    rectangle_mm: tuple[float, float] | None = None
    ellipse_mm: tuple[float, float] | None = None
    outline_mm: tuple[tuple[float, float], ...] | None = None
    lesion_mm: tuple[float, float, float] | None = None
    photo: str | None = None
    region: str | None = None
    outline_px: tuple[Pixel, ...] | None = None
    scale: Ruler | None = None
    limb: Limb | None = None
    erased_px: tuple[tuple[Pixel, ...], ...] = ()
    skin: Skin | None = None

    @property
    def lesion_cm3(self) -> float | None:
        """Volume of a lesion as half an ellipsoid, π/6 · length · width · height."""
        if self.lesion_mm is None:
            return None
        length, width, height = self.lesion_mm
        return math.pi / 6 * length * width * height / 1000.0


class TechniqueChoice(Record):
    """What the case overrides of the protocol's technique."""

    id: str | None = None
    needle: str | None = None
    angle_deg: float | None = None
    inserted_mm: float | None = None
    spacing_mm: float | None = None
    row_spacing_mm: float | None = None
    margin_mm: float | None = None
    pattern: Pattern | None = None
    volume_per_point: Quantity | None = None
    volume_per_area: Quantity | None = None
    volume_per_cm3: Quantity | None = None


class Reconstitute(Record):
    """The diluent of a powder and its volume."""

    diluent: str
    volume: Quantity


class CaseIngredient(Record):
    """An entry of a syringe: a product, or a substance with a strength."""

    product: str | None = None
    substance: str | None = None
    strength: Quantity | None = None
    volume: Quantity
    reconstitute: Reconstitute | None = None
    written: str


class CaseSyringe(Record):
    """A mixture and the areas its pass covers (``None``: all).

    ``mixture`` is the id of the clinic's own mixture that the contents come from.
    """

    prepared_by: Literal["pharmacy", "practitioner"] | None = None
    areas: tuple[int, ...] | None = None
    mixture: str | None = None
    contents: tuple[CaseIngredient, ...]


class Engine(Record):
    """How the exposure is computed.

    ``parameters`` is the law of tissue and medicine, ``flow`` what the blood flow does after the
    injection; as-mixed: at rest, or closed by epinephrine where a mixture holds it. ``runs`` of
    varied inputs give the bands, drawn from ``seed``; 0 gives none.
    """

    parameters: Literal["recommended", "dancik", "surrey"] = "recommended"
    flow: Literal["as-mixed", "rest", "injection", "epinephrine"] = "as-mixed"
    runs: int = 64
    seed: int = 1


class Case(Record):
    """A whole case file, every name resolved against the catalogue."""

    name: str
    patient: Patient
    treatment: Treatment
    today: Today | None = None
    photographs: tuple[Photograph, ...] = ()
    areas: tuple[Area, ...]
    technique: TechniqueChoice = TechniqueChoice()
    syringes: tuple[CaseSyringe, ...] | None = None
    engine: Engine = Engine()

    def photograph(self, area: Area) -> Photograph | None:
        """The photograph that an area lies on; ``None`` where it lies on none."""
        return next((photo for photo in self.photographs if photo.file == area.photo), None)
