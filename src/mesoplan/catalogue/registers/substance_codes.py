"""Codes of substances in the registers, to catalogue ids: codes outlive changes of spelling.

The codes of the French register were read from its composition file of 2019 beside the names; the
UNII codes from published lists. A code that is not here is matched by its name.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

_BDPM = {
    "acetylcysteine": "01014",
    "aminophylline": "00655 01130",
    "articaine": "16661 76288",
    "ascorbic-acid": "01023",
    "biotin": "00072",
    "bleomycin": "02952 55004",
    "bupivacaine": "00034 42227",
    "caffeine": "00420 03093 04196",
    "copper": "03192 05348 18516 97454",
    "cyanocobalamin": "01539",
    "cynara": "00123",
    "dexamethasone": "01608",
    "dexpanthenol": "02201",
    "diclofenac": "00037 22364 36592 48613 99970",
    "dutasteride": "36065",
    "epinephrine": "01080 04280 04862",
    "escin": "04557",
    "finasteride": "32743",
    "fluorouracil": "01931",
    "glycine": "01021",
    "ketoprofen": "00823",
    "ketorolac": "96655",
    "levocarnitine": "08152",
    "lidocaine": "05431 05432 56635",
    "lysine": "00563 07301",
    "lysine-acetylsalicylate": "03107",
    "magnesium-sulfate": "03019 51223 84160",
    "manganese": "00831 03904 10109 64114",
    "mepivacaine": "18408",
    "methylprednisolone-acetate": "03927",
    "minoxidil": "20394",
    "niacinamide": "02452",
    "pentoxifylline": "03511",
    "piroxicam": "25336",
    "procaine": "00101",
    "proline": "03482",
    "pyridoxine": "02284 03984",
    "retinol": "00622",
    "ropivacaine": "38741 44437 83934",
    "selenium": "05363",
    "thiamine": "01823 24418 48694",
    "thiocolchicoside": "01830",
    "tranexamic-acid": "01068",
    "triamcinolone-acetonide": "05209",
    "triiodothyroacetic-acid": "03037",
    "verapamil": "05242",
    "yohimbine": "03626",
    "zinc": "00931 01119 01473 05246 69380",
}
_UNII = {"lidocaine": "98PI200987 V13007Z41A"}

SUBSTANCE_CODES: Mapping[tuple[Literal["bdpm", "unii"], str], str] = MappingProxyType(
    {("bdpm", code): name for name, codes in _BDPM.items() for code in codes.split()}
    | {("unii", code): name for name, codes in _UNII.items() for code in codes.split()}
)
"""System and code to substance."""
