"""What the words of a dosage form say against an injection into the skin."""

import re
from dataclasses import dataclass

from mesoplan.catalogue.names import folded
from mesoplan.model.base import Trust


@dataclass(frozen=True)
class FormRule:
    """Words of a form, and words that lift the rule when they stand beside."""

    rule: str
    pattern: re.Pattern[str]
    text: str
    sources: tuple[str, ...]
    trust: Trust
    unless: re.Pattern[str] | None = None
    skin_label_lifts: bool = False

    def hits(self, form: str) -> bool:
        """Whether a form, in the register's words, falls under the rule."""
        plain = folded(form)
        if not self.pattern.search(plain):
            return False
        return self.unless is None or not self.unless.search(plain)


_INJECTABLE = re.compile(r"inject|parenter|intradermal|subcutan")

FORM_RULES = (
    FormRule(
        "oily-form",
        re.compile(r"\bhuil|\boily\b|\boil\b|oleag"),
        "an oily form: necrosis and granulomas in the skin",
        ("S108",),
        "read",
    ),
    FormRule(
        "emulsion",
        re.compile(r"emulsi|liposom|lipid complex"),
        "an emulsion: oil in the skin",
        ("S108",),
        "read",
    ),
    FormRule(
        "implant",
        re.compile(r"implant|microsphere|matrice|insert\b|pellet|wafer"),
        "a solid that stays in the tissue",
        ("S24",),
        "read",
    ),
    FormRule(
        "depot",
        re.compile(r"liberation prolongee|extended release|prolonged release|depot"),
        "releases slowly: a depot stays in the skin",
        ("general-knowledge",),
        "recalled",
    ),
    FormRule(
        "suspension",
        re.compile(r"suspension|dispersion"),
        "a suspension: particles do not dissolve in the skin",
        ("S24",),
        "read",
        skin_label_lifts=True,
    ),
    FormRule(
        "mouth-form",
        re.compile(r"oral|buvable|comprime|tablet|capsule|gelule"),
        "its form is for the mouth",
        ("general-knowledge",),
        "recalled",
        unless=_INJECTABLE,
    ),
    FormRule(
        "infusion-form",
        re.compile(r"perfusion|infusion"),
        "made to run into a vein",
        ("general-knowledge",),
        "recalled",
        unless=_INJECTABLE,
    ),
    FormRule(
        "not-an-injection",
        re.compile(
            r"dialyse|dialysis|hemofiltration|colle\b|compresse|sealant|irrigation|cardiopleg"
            r"|conservation|aerosol|\bgaz\b|\bgas\b|dispositif|systeme de diffusion|patch|\bgel\b"
            r"|creme|cream|ointment|pommade|collyre|suppositoire|marquage|intravesical"
        ),
        "its form is not made for an injection into tissue",
        ("general-knowledge",),
        "recalled",
        unless=_INJECTABLE,
    ),
    FormRule(
        "radiopharmaceutical",
        re.compile(r"radiopharm|generateur|eluat\b|marquage"),
        "a radiopharmaceutical",
        ("general-knowledge",),
        "recalled",
    ),
)
"""Rules by the words of the form, French and English."""

POWDER = re.compile(r"poudre|lyophilis|powder")
KIT = re.compile(r"\bkit\b|trousse")
