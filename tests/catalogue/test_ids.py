"""Every id that the format promises is known, in any letter case."""

import pytest

from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.names import atc_code, folded

IDS = {
    "substance": """lidocaine procaine mepivacaine bupivacaine caffeine aminophylline
        tranexamic-acid deoxycholic-acid onabotulinumtoxina hyaluronic-acid
        triamcinolone-acetonide buflomedil dutasteride ascorbic-acid sodium-chloride""",
    "indication": """facial-rejuvenation mesolift biorevitalisation mesobotox fine-wrinkles
        cellulite submental-fat localized-fat keloid hypertrophic-scar acne-scar striae
        androgenetic-alopecia alopecia-areata melasma localized-pain""",
    "technique": """intraepidermic papule nappage point-by-point micro-deposit retrograde-linear
        coup-par-coup mixed mesoperfusion injector multi-needle short-microneedle roller
        intralesional""",
    "site": """forehead glabella temple crows-feet upper-eyelid lower-eyelid cheek nose upper-lip
        chin jawline submental neck posterior-neck decollete scalp hand-dorsum shoulder upper-arm
        axilla elbow wrist abdomen flank upper-back lower-back buttock thigh knee calf
        ankle-foot""",
    "condition": """epilepsy cardiac-arrhythmia uncontrolled-hypertension ischaemic-heart-disease
        heart-failure stroke-or-peripheral-arterial-disease thromboembolism bleeding-disorder
        neuromuscular-disease active-skin-infection herpes-simplex keloid-tendency
        immunosuppression diabetes renal-failure liver-failure acute-porphyria peptic-ulcer
        nsaid-asthma g6pd-deficiency dpd-deficiency autoimmune-disease hyperthyroidism psoriasis
        vitiligo lichen-planus glaucoma gallstones lymphoedema varicose-veins cancer
        body-dysmorphic-disorder vasovagal-history filler-in-field tattoo-in-field""",
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in IDS.items() for name in names.split()]
)
def test_a_promised_id_is_known(kind: str, name: str) -> None:
    catalogue = load_catalogue()
    assert name in catalogue.records[kind]
    for text in (name, name.upper(), name.title(), name.replace("-", " ")):
        assert catalogue.find(kind, text) == name


def test_an_id_wins_over_a_synonym() -> None:
    catalogue = load_catalogue()
    for kind in ("substance", "class", "site", "condition", "indication", "technique", "medicine"):
        for name in catalogue.records[kind]:
            assert catalogue.find(kind, name) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ATC:N06AB08", "N06AB08"),
        ("atc:n06ab08", "N06AB08"),
        (" N06AB08 ", "N06AB08"),
        ("ATC:N", "N"),
        ("N06A", "N06A"),
        ("N", None),
        ("N06", None),
        ("N06AB8", None),
        ("N06AB088", None),
        ("zinc", None),
        ("", None),
    ],
)
def test_atc_codes(text: str, code: str | None) -> None:
    assert atc_code(text) == code


def test_names_are_compared_without_case_accents_and_hyphens() -> None:
    assert folded("Acide  Désoxycholique") == folded("acide-desoxycholique")
    assert folded("ÉPILEPSIE") == "epilepsie"


@pytest.mark.parametrize(
    "indication", ["facial-rejuvenation", "mesolift", "mesobotox", "cellulite"]
)
@pytest.mark.parametrize("intent", ["treat", "maintain", "prevent"])
def test_the_first_protocols_exist_for_every_intent(indication: str, intent: str) -> None:
    protocol = load_catalogue().default_protocol(indication, intent)  # type: ignore[arg-type]
    assert protocol is not None
    assert protocol.evidence.statement
    assert protocol.scale
    assert protocol.instruments


def test_the_catalogue_has_one_version_per_content() -> None:
    assert load_catalogue().version.startswith("sha256:")
    assert load_catalogue() is load_catalogue()
