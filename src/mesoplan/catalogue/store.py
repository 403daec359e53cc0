"""The loaded catalogue: every record by kind and id, its names, its version."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from mesoplan.catalogue.messages import Messages, read_messages
from mesoplan.catalogue.names import NameIndex, atc_code, index
from mesoplan.catalogue.read import data_folder, read_records
from mesoplan.core.hashing import content_hash
from mesoplan.model.case import Named
from mesoplan.model.face import DangerZone, FaceRegion, ForbiddenZone
from mesoplan.model.instrument import Needle, Supply, Syringe
from mesoplan.model.product import Product
from mesoplan.model.protocol import Indication, Intent, OwnMixture, Protocol, Technique
from mesoplan.model.rule import (
    Checklist,
    ConditionRule,
    CountryRule,
    Emergency,
    ExcipientRule,
    MedicineRule,
    PairRule,
)
from mesoplan.model.site import Site
from mesoplan.model.substance import Substance
from mesoplan.model.uncertainty import EngineFigure, VariedInput
from mesoplan.model.vocabulary import Condition, Entry, Medicine, Scale, Source, SubstanceClass


@dataclass(frozen=True)
class Catalogue:
    """All records. ``version`` is the hash of their content."""

    version: str
    records: Mapping[str, Mapping[str, Any]]
    messages: Messages
    names: Mapping[str, NameIndex]

    @property
    def sources(self) -> Mapping[str, Source]:
        """Sources by id."""
        return self.records["source"]

    @property
    def classes(self) -> Mapping[str, SubstanceClass]:
        """Substance classes by id."""
        return self.records["class"]

    @property
    def substances(self) -> Mapping[str, Substance]:
        """Substances by id."""
        return self.records["substance"]

    @property
    def products(self) -> Mapping[str, Product]:
        """Products by id."""
        return self.records["product"]

    @property
    def needles(self) -> Mapping[str, Needle]:
        """Needles by id."""
        return self.records["needle"]

    @property
    def syringes(self) -> Mapping[str, Syringe]:
        """Delivering syringes by id."""
        return self.records["syringe"]

    @property
    def supplies(self) -> Mapping[str, Supply]:
        """Other supplies by id."""
        return self.records["supply"]

    @property
    def sites(self) -> Mapping[str, Site]:
        """Body sites by id."""
        return self.records["site"]

    @property
    def face_regions(self) -> Mapping[str, FaceRegion]:
        """Regions of the face by id."""
        return self.records["face-region"]

    @property
    def face_forbidden(self) -> Mapping[str, ForbiddenZone]:
        """Where no point may lie on a face, by id."""
        return self.records["face-forbidden"]

    @property
    def face_dangers(self) -> Mapping[str, DangerZone]:
        """Structures that may lie under the skin of a face, by id."""
        return self.records["face-danger"]

    @property
    def techniques(self) -> Mapping[str, Technique]:
        """Techniques by id."""
        return self.records["technique"]

    @property
    def indications(self) -> Mapping[str, Indication]:
        """Indications by id."""
        return self.records["indication"]

    @property
    def protocols(self) -> Mapping[str, Protocol]:
        """Protocols by id."""
        return self.records["protocol"]

    @property
    def mixtures(self) -> Mapping[str, OwnMixture]:
        """The clinic's own mixtures by id; the catalogue itself has none."""
        return self.records.get("mixture", {})

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """Patient conditions by id."""
        return self.records["condition"]

    @property
    def medicines(self) -> Mapping[str, Medicine]:
        """Medicines that patients take, by id."""
        return self.records["medicine"]

    @property
    def scales(self) -> Mapping[str, Scale]:
        """Outcome scales by id."""
        return self.records["scale"]

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Definitions, origin, layers and claims by id."""
        return self.records["entry"]

    @property
    def condition_rules(self) -> Mapping[str, ConditionRule]:
        """Contraindications by id."""
        return self.records["condition-rule"]

    @property
    def medicine_rules(self) -> Mapping[str, MedicineRule]:
        """Interactions by id."""
        return self.records["medicine-rule"]

    @property
    def pairs(self) -> Mapping[str, PairRule]:
        """Mixture pairs by id."""
        return self.records["pair"]

    @property
    def excipient_rules(self) -> Mapping[str, ExcipientRule]:
        """Excipient rules by id."""
        return self.records["excipient-rule"]

    @property
    def country_rules(self) -> Mapping[str, CountryRule]:
        """Country rules by id."""
        return self.records["country-rule"]

    @property
    def emergencies(self) -> Mapping[str, Emergency]:
        """Emergency cards by id."""
        return self.records["emergency"]

    @property
    def checklists(self) -> Mapping[str, Checklist]:
        """Tick lists of a session by id."""
        return self.records["checklist"]

    @property
    def varied_inputs(self) -> Mapping[str, VariedInput]:
        """What the runs of uncertainty vary, by id."""
        return self.records["varied-input"]

    @property
    def engine_figures(self) -> Mapping[str, EngineFigure]:
        """Figures of the evaluation by id."""
        return self.records["engine-figure"]

    def class_line(self, class_id: str) -> frozenset[str]:
        """A class with all its ancestors; empty for an unknown class."""
        line: set[str] = set()
        todo = [class_id]
        while todo:
            name = todo.pop()
            if name in line or name not in self.classes:
                continue
            line.add(name)
            todo += self.classes[name].parents
        return frozenset(line)

    def classes_of(self, substance_id: str) -> frozenset[str]:
        """All classes of a substance, ancestors included; empty for an unknown substance."""
        substance = self.substances.get(substance_id)
        if substance is None:
            return frozenset()
        return frozenset().union(*(self.class_line(name) for name in substance.classes))

    def default_protocol(self, indication: str, intent: Intent) -> Protocol | None:
        """The default protocol of an indication for an intent, or ``None``."""
        for protocol in self.protocols.values():
            # A clinic's own protocol is never a default: it has to be named.
            wanted = (protocol.indication, protocol.intent) == (indication, intent)
            if wanted and protocol.default and not protocol.own:
                return protocol
        return None

    def find(self, kind: str, text: str) -> str | None:
        """The id that a name, brand or synonym stands for among one kind of record."""
        return self.names[kind].find(text)

    def name_of(self, text: str, kinds: tuple[str, ...]) -> Named:
        """A written name resolved against kinds in order, then as an ATC code.

        A text that nothing explains keeps ``id`` ``None``; the rules report it as not checked.
        """
        for kind in kinds:
            if kind == "atc":
                code = atc_code(text)
                if code is not None:
                    return Named(written=text, id=code, kind="atc", atc=(code,))
                continue
            found = self.find(kind, text)
            if found is not None:
                record = self.records[kind][found]
                return Named(
                    written=text, id=found, kind=kind, atc=tuple(getattr(record, "atc", ()))
                )
        return Named(written=text)


def build_catalogue(folder: Traversable, language: str = "en") -> Catalogue:
    """The catalogue of a folder of TOML files."""
    records = read_records(folder)
    plain = {
        kind: [record.model_dump(mode="json") for _, record in sorted(rows.items())]
        for kind, rows in records.items()
    }
    names = {kind: index(rows.values()) for kind, rows in records.items()}
    return Catalogue(content_hash(plain), records, read_messages(language), names)


@functools.cache
def load_catalogue(language: str = "en") -> Catalogue:
    """The catalogue that ships with mesoplan; read once per process because it never changes."""
    return build_catalogue(data_folder(), language)
