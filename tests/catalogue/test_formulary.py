"""The clinic's own formulary: what it may say, how it is refused, how it is marked and screened."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from helpers import PAIN, REMOVE, changed, run, toml, write_case
from mesoplan import Plan, check, read_case
from mesoplan.catalogue import Catalogue, load_catalogue
from mesoplan.catalogue.formulary import with_formulary
from mesoplan.catalogue.verify import verify
from mesoplan.core.errors import Fault, InputError

FORMULARY = """
format = "mesoplan/formulary"
version = 1
name = "Clinic Rossi"
edition = "2026-11"

[[product]]
id = "rossi-lidocaine-5"
name = "Lidocaine 5 mg/mL, own dilution"
kind = "compounded"
form = "solution"
contents = [{ substance = "lidocaine", form = "hydrochloride", strength = "5 mg/mL" }]
container = "vial"
container_volume_ml = 10
excipients = ["methylparaben"]
excipients_complete = true
ph = { value = 6.4, unit = "pH" }
osmolality_mosm_kg = { value = 290, unit = "mOsm/kg" }

[[mixture]]
id = "rossi-back"
name = "House mixture for the back"
contents = [
  { product = "rossi-lidocaine-5", volume = "1 mL" },
  { product = "sodium-chloride-0.9", volume = "3 mL" },
]

[[protocol]]
id = "rossi-back-pain"
version = "1"
name = "Back pain, house protocol"
indication = "localized-pain"
intent = "treat"
default = false
purpose = "Ease pain of the back."
sessions = { value = 3, unit = "sessions" }
interval_days = { value = 7, unit = "d" }
scale = "vas"
instruments = ["pain score"]
review = "Score before each session."

[protocol.technique]
id = "micro-deposit"
needle = "30G 4 mm"
angle_deg = { value = 30, unit = "deg" }
inserted_mm = { value = 3, unit = "mm" }
spacing_mm = { value = 20, unit = "mm" }
pattern = "square"
volume_per_point_ml = { value = 0.1, unit = "mL" }

[[protocol.syringes]]
contents = [{ product = "rossi-lidocaine-5", volume = "2 mL" }]

[protocol.evidence]
grade = "none"
statement = "Practice of the clinic."
alternative = "Exercise."
sources = ["own-formulary"]
"""
PRODUCT = {"product": "rossi-lidocaine-5", "volume": "2 mL"}


def loaded(folder: Path, text: str = FORMULARY, name: str = "clinic.toml") -> Catalogue:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return with_formulary(load_catalogue(), folder)


def refused(folder: Path, old: str, new: str) -> tuple[Fault, ...]:
    """The faults of the formulary with one text replaced."""
    assert FORMULARY.count(old) >= 1
    with pytest.raises(InputError) as caught:
        loaded(folder, FORMULARY.replace(old, new, 1))
    return caught.value.faults


def planned(folder: Path, catalogue: Catalogue, **changes: Any) -> Plan:
    path = write_case(folder, changed(PAIN, **changes))
    return check(read_case(path, catalogue), catalogue)


def with_product(**changes: Any) -> dict[str, Any]:
    return {"syringes": [{"prepared_by": "practitioner", "contents": [PRODUCT]}], **changes}


def rules_of(plan: Plan, severity: str) -> dict[str, str]:
    return {f.rule: f.message for f in plan.findings if f.severity == severity}


# ---- What is read ----


def test_no_folder_and_an_empty_one_are_the_shipped_catalogue(tmp_path: Path) -> None:
    shipped = load_catalogue()
    assert with_formulary(shipped, tmp_path / "none") is shipped
    assert with_formulary(shipped, tmp_path) is shipped
    (tmp_path / "notes.txt").write_text("no formulary", encoding="utf-8")
    assert with_formulary(shipped, tmp_path) is shipped


def test_a_formulary_without_entries_changes_nothing(tmp_path: Path) -> None:
    head = FORMULARY.split("[[product]]")[0]
    assert loaded(tmp_path, head) is load_catalogue()


def test_products_mixtures_and_protocols_stand_beside_the_shipped(tmp_path: Path) -> None:
    merged, shipped = loaded(tmp_path), load_catalogue()
    assert merged.products["rossi-lidocaine-5"].own == "2026-11"
    assert merged.protocols["rossi-back-pain"].own == "2026-11"
    assert merged.mixtures["rossi-back"].own == "2026-11"
    for kind, records in shipped.records.items():
        assert all(merged.records[kind][name] is record for name, record in records.items())
    assert shipped.mixtures == {}


def test_a_figure_without_a_source_is_a_proposal_of_the_clinic(tmp_path: Path) -> None:
    ph = loaded(tmp_path).products["rossi-lidocaine-5"].ph
    assert ph is not None
    assert (ph.value, ph.trust, ph.sources) == (6.4, "proposal", ("own-formulary",))


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    first = loaded(tmp_path / "a")
    same = loaded(tmp_path / "b", name="another-name.toml")
    other = loaded(tmp_path / "c", FORMULARY.replace('"5 mg/mL"', '"6 mg/mL"'))
    assert first.version == same.version
    assert len({first.version, other.version, load_catalogue().version}) == 3


def test_several_files_are_one_formulary(tmp_path: Path) -> None:
    products, rest = FORMULARY.split("[[mixture]]")
    head = FORMULARY.split("[[product]]")[0]
    (tmp_path / "b.toml").write_text(products, encoding="utf-8")
    merged = loaded(tmp_path, f"{head}[[mixture]]{rest}", "a.toml")  # read before its product
    assert "rossi-lidocaine-5" in merged.products
    assert {"rossi-back"} == set(merged.mixtures)


# ---- What is refused, with file, entry and field ----


@pytest.mark.parametrize(
    ("old", "new", "key", "wrong"),
    [
        ('ph = { value = 6.4, unit = "pH" }', "ph = { value = 6.4 }",
         "clinic.toml: product rossi-lidocaine-5.ph.unit", "required"),
        ('ph = { value = 6.4, unit = "pH" }', "ph = 6.4",
         "clinic.toml: product rossi-lidocaine-5.ph", ""),
        ('container = "vial"', 'container = "bucket"',
         "clinic.toml: product rossi-lidocaine-5.container", ""),
        ('container = "vial"', 'container = "vial"\ncolour = "red"',
         "clinic.toml: product rossi-lidocaine-5.colour", ""),
        ("container_volume_ml = 10", "container_volume_ml = -10",
         "clinic.toml: product rossi-lidocaine-5.container_volume_ml", ""),
        ('id = "rossi-lidocaine-5"\n', "",
         "clinic.toml: product without id.id", "required"),
        ('id = "rossi-lidocaine-5"', 'id = "Rossi Lidocaine"',
         "clinic.toml: product Rossi Lidocaine.id", ""),
        ('volume_per_point_ml = { value = 0.1, unit = "mL" }',
         "volume_per_point_ml = { value = 0.1 }",
         "clinic.toml: protocol rossi-back-pain.technique.volume_per_point_ml.unit", "required"),
        ("[[mixture]]", "[[substance]]\nid = 'x'\n\n[[mixture]]",
         "clinic.toml: substance", "unknown table"),
        ("[[mixture]]", "[house]\nid = 'x'\n\n[[mixture]]", "clinic.toml: house", "unknown table"),
        ("version = 1\nname", "version = 2\nname", "clinic.toml", "no formulary"),
        ('"mesoplan/formulary"', '"mesoplan/case"', "clinic.toml", "no formulary"),
        ('edition = "2026-11"', "", "clinic.toml", "edition"),
        ('edition = "2026-11"', 'edition = " "', "clinic.toml", "edition"),
        ("format =", "format", "clinic.toml", "TOML"),
    ],
)  # fmt: skip
def test_a_fault_names_file_entry_and_field(
    tmp_path: Path, old: str, new: str, key: str, wrong: str
) -> None:
    found = refused(tmp_path, old, new)
    assert [fault.key for fault in found] == [key]
    assert wrong in found[0].wrong


@pytest.mark.parametrize(
    ("old", "new", "entry", "wrong"),
    [
        ('"5 mg/mL"', '"5"', "product rossi-lidocaine-5", "has no unit"),
        ('"5 mg/mL"', '"0,5 mg/mL"', "product rossi-lidocaine-5", "decimal comma"),
        ('"5 mg/mL"', '"5 mL"', "product rossi-lidocaine-5", "is a volume"),
        ('substance = "lidocaine"', 'substance = "lidocane"', "product rossi-lidocaine-5",
         "unknown substance lidocane"),
        ('form = "hydrochloride"', 'form = "sulfate"', "product rossi-lidocaine-5",
         "no form sulfate"),
        ('["methylparaben"]', '["salt"]', "product rossi-lidocaine-5", "unknown excipient salt"),
        ('product = "sodium-chloride-0.9"', 'product = "water"', "mixture rossi-back",
         "unknown product water"),
        ('volume = "2 mL" }]', 'volume = "2" }]', "protocol rossi-back-pain", "has no unit"),
        ('indication = "localized-pain"', 'indication = "pain"', "protocol rossi-back-pain",
         "unknown indication pain"),
        ('id = "micro-deposit"', 'id = "dots"', "protocol rossi-back-pain",
         "unknown technique dots"),
        ('scale = "vas"', 'scale = "smile"', "protocol rossi-back-pain", "unknown scale smile"),
        ('needle = "30G 4 mm"', 'needle = "fine"', "protocol rossi-back-pain",
         "unknown needle fine"),
    ],
)  # fmt: skip
def test_a_reference_to_nothing_or_a_missing_unit_names_the_entry(
    tmp_path: Path, old: str, new: str, entry: str, wrong: str
) -> None:
    lines = [fault.line() for fault in refused(tmp_path, old, new)]
    assert [line for line in lines if entry in line and wrong in line], lines


POWDER = '{ product = "onabotulinumtoxina-100", volume = "1 mL" }'
DISSOLVED = POWDER.replace(" }", ', reconstitute = { diluent = "water", volume = "2 mL" } }')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{ product = "rossi-lidocaine-5", volume = "1 mL" }',
         '{ product = "rossi-lidocaine-5", volume = "1" }'),
        ('{ product = "rossi-lidocaine-5", volume = "1 mL" }', POWDER),
        ('{ product = "rossi-lidocaine-5", volume = "1 mL" }', DISSOLVED),
        ('{ product = "rossi-lidocaine-5", volume = "2 mL" }', POWDER),
        ('{ product = "rossi-lidocaine-5", volume = "2 mL" }', DISSOLVED),
        ('volume_per_point_ml = { value = 0.1, unit = "mL" }',
         'volume_per_point_ml = { value = 100, unit = "µL" }'),
        ('ph = { value = 6.4, unit = "pH" }', 'ph = { value = 64, unit = "mg" }'),
        ('interval_days = { value = 7, unit = "d" }',
         'interval_days = { value = -7, unit = "d" }'),
        ('excipients_complete = true',
         'excipients_complete = true\nsources = ["S-none"]\ntrust = "read"'),
        ('excipients_complete = true', 'excipients_complete = true\ntrust = "verified"'),
        ('name = "Clinic Rossi"\n', ""),
    ],
    ids=["mixture-without-unit", "mixture-dry-powder", "mixture-unknown-diluent",
         "protocol-dry-powder", "protocol-unknown-diluent", "figure-in-another-unit",
         "ph-as-mass", "negative-interval", "unknown-source", "verified-by-the-clinic",
         "without-name"],
)  # fmt: skip
def test_what_a_plan_would_stumble_over_is_refused_when_read(
    tmp_path: Path, old: str, new: str
) -> None:
    assert refused(tmp_path, old, new)


def test_a_reference_to_nothing_names_its_file(tmp_path: Path) -> None:
    found = refused(tmp_path, 'substance = "lidocaine"', 'substance = "lidocane"')
    assert all(fault.key.startswith("clinic.toml") for fault in found)


def test_a_row_that_is_no_table_is_refused(tmp_path: Path) -> None:
    head = FORMULARY.split("[[product]]")[0]
    assert refused(tmp_path, FORMULARY, f'{head}product = ["saline"]')


def test_an_empty_mixture_is_refused(tmp_path: Path) -> None:
    head, tail = FORMULARY.split("[[mixture]]")[0], FORMULARY.split("[[protocol]]", 1)[1]
    empty = '[[mixture]]\nid = "nothing"\nname = "Nothing"\ncontents = []\n[[protocol]]'
    assert refused(tmp_path, FORMULARY, f"{head}{empty}{tail}")


def test_the_evidence_of_an_own_protocol_needs_no_source(tmp_path: Path) -> None:
    assert loaded(tmp_path, FORMULARY.replace('sources = ["own-formulary"]', ""))


def test_an_own_default_is_no_fault_of_the_catalogue(tmp_path: Path) -> None:
    merged = loaded(tmp_path, FORMULARY.replace("default = false", "default = true"))
    assert verify(merged).faults == ()


def test_an_own_mixture_of_shipped_products_is_marked(tmp_path: Path) -> None:
    text = FORMULARY.replace(
        '{ product = "rossi-lidocaine-5", volume = "1 mL" }',
        '{ product = "lidocaine-hydrochloride-10", volume = "1 mL" }',
    )
    syringe = {"prepared_by": "practitioner", "mixture": "rossi-back"}
    plan = planned(tmp_path, loaded(tmp_path / "own", text), syringes=[syringe])
    assert [f for f in plan.findings if "rossi-back" in f.subjects]


def test_all_faults_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("not toml", encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(b'name = "Cabinet M\xe9dical"')
    bad = FORMULARY.replace('container = "vial"', 'container = "bucket"').replace(
        '"mixture"', '"mixtures"'
    )
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, bad)
    keys = [fault.key for fault in caught.value.faults]
    assert [key.split(":")[0] for key in keys] == ["broken.toml", "clinic.toml", "latin.toml"]


@pytest.mark.parametrize(
    ("kind", "taken", "own"),
    [
        ("product", "lidocaine-hydrochloride-10", "rossi-lidocaine-5"),
        ("protocol", "localized-pain-treat", "rossi-back-pain"),
    ],
)
def test_nothing_of_the_catalogue_is_replaced(
    tmp_path: Path, kind: str, taken: str, own: str
) -> None:
    found = refused(tmp_path, f'id = "{own}"', f'id = "{taken}"')
    assert [fault.key for fault in found] == [f"clinic.toml: {kind} {taken}"]
    assert "taken" in found[0].wrong


def test_an_id_stands_once_over_all_files(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(FORMULARY, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        loaded(tmp_path)
    assert {fault.key for fault in caught.value.faults} == {
        "other.toml: product rossi-lidocaine-5",
        "other.toml: mixture rossi-back",
        "other.toml: protocol rossi-back-pain",
    }


def test_a_name_of_the_catalogue_still_means_the_catalogue(tmp_path: Path) -> None:
    shipped = load_catalogue().products["lidocaine-hydrochloride-10"]
    text = FORMULARY.replace(
        'name = "Lidocaine 5 mg/mL, own dilution"',
        f'name = "Own"\nbrands = ["{shipped.name}", "{shipped.id}"]',
    )
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, text)
    assert [shipped.id in fault.wrong for fault in caught.value.faults] == [True, True]


def test_a_brand_of_a_substance_cannot_be_taken(tmp_path: Path) -> None:
    """Botox on a lidocaine product would put the wrong medicine into every case that names it."""
    text = FORMULARY.replace(
        'name = "Lidocaine 5 mg/mL, own dilution"', 'name = "Own"\nbrands = ["Botox"]'
    )
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, text)
    assert "onabotulinumtoxina" in caught.value.faults[0].wrong


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('["methylparaben"]', '["epinephrine"]', "is an active substance"),
        ('strength = "5 mg/mL"', 'strength = "5000 U/mL"', "is not stated in U/mL"),
        ("excipients_complete = true", 'excipients_complete = true\ntrust = "read"', "marked read"),
    ],
)
def test_an_own_product_cannot_hide_what_it_holds(
    tmp_path: Path, old: str, new: str, wrong: str
) -> None:
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, FORMULARY.replace(old, new))
    assert wrong in caught.value.faults[0].wrong


def test_a_wrong_formulary_is_bad_input_for_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESOPLAN_HOME", str(tmp_path))
    (tmp_path / "formulary").mkdir()
    (tmp_path / "formulary" / "bad.toml").write_text("x = 1", encoding="utf-8")
    for arguments in (["catalogue", "list", "products"], ["check", write_case(tmp_path, PAIN)]):
        ran = run(*arguments)
        assert ran.code == 2
        assert ran.out == ""
        assert all(line.startswith("error: bad.toml: ") for line in ran.error_lines)


# ---- The same rules ----


def test_the_allergies_of_the_patient_meet_an_own_product(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path / "own")
    for allergy in ("lidocaine", "amide-local-anaesthetic", "methylparaben"):
        plan = planned(tmp_path, catalogue, **with_product(patient__allergies=[allergy]))
        (finding,) = [f for f in plan.findings if f.rule.startswith("allergy")]
        assert finding.severity == "critical"
        assert {allergy, "rossi-lidocaine-5"} <= set(finding.subjects)


def test_the_limits_meet_an_own_product(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path / "own")
    plan = planned(tmp_path, catalogue, **with_product())
    (total,) = plan.totals
    # 30 points x 0.02 mL x 5 mg/mL
    assert total.amount.value == pytest.approx(3.0)
    assert total.limit is not None
    # 30 x 2 mL x 5 mg/mL = 300 mg, above 4.5 mg/kg x 62 kg = 279 mg
    over = planned(tmp_path, catalogue, **with_product(technique__volume_per_point="2 mL"))
    assert "dose-maximum" in rules_of(over, "critical")


def test_the_ph_of_an_own_product_is_weighed(tmp_path: Path) -> None:
    acid = loaded(tmp_path / "own", FORMULARY.replace("value = 6.4", "value = 2.0"))
    assert (
        "pH 2 lies outside" in rules_of(planned(tmp_path, acid, **with_product()), "warning")["ph"]
    )
    mild = loaded(tmp_path / "mild")
    assert "ph" not in rules_of(planned(tmp_path, mild, **with_product()), "warning")


def test_an_own_product_without_its_label_is_not_checked(tmp_path: Path) -> None:
    plan = planned(tmp_path, loaded(tmp_path / "own"), **with_product())
    (finding,) = [f for f in plan.findings if f.rule == "own-routes"]
    assert not finding.checked


def test_a_block_holds_for_an_own_product(tmp_path: Path) -> None:
    text = FORMULARY.replace(
        '{ substance = "lidocaine", form = "hydrochloride", strength = "5 mg/mL" }',
        '{ substance = "deoxycholic-acid", form = "acid", strength = "10 mg/mL" }',
    )
    form = load_catalogue().substances["deoxycholic-acid"].forms
    text = text.replace('form = "acid"', f'form = "{form[0].name if form else "acid"}"')
    plan = planned(tmp_path, loaded(tmp_path / "own", text), **with_product())
    assert plan.status == "blocked"


# ---- Protocols and mixtures in a case, and the mark ----

BY_PROTOCOL = {
    "syringes": REMOVE,
    "technique": REMOVE,
    "treatment__protocol": "rossi-back-pain",
}


def test_an_own_protocol_is_named_and_never_the_default(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path / "own", FORMULARY.replace("default = false", "default = true"))
    shipped = load_catalogue().default_protocol("localized-pain", "treat")
    assert catalogue.default_protocol("localized-pain", "treat") == shipped
    plan = planned(tmp_path, catalogue, **BY_PROTOCOL)
    assert plan.protocol is not None
    assert plan.protocol.id == "rossi-back-pain"
    # 60 x 50 mm at 20 mm: 3 x 2 points of 0.1 mL
    assert len(plan.points) == 6
    assert plan.totals[0].amount.value == pytest.approx(3.0)
    assert plan.protocol.evidence.grade == "none"


def test_an_own_mixture_is_named_in_place_of_contents(tmp_path: Path) -> None:
    syringe = {"prepared_by": "practitioner", "mixture": "rossi-back"}
    plan = planned(tmp_path, loaded(tmp_path / "own"), syringes=[syringe])
    (prepared,) = plan.syringes
    assert prepared.volume_ml == 4.0
    strength = {s.substance: s.concentration.value for s in prepared.substances}
    assert strength["lidocaine"] == pytest.approx(1.25)  # 1 mL of 5 mg/mL in 4 mL


@pytest.mark.parametrize(
    ("syringe", "wrong"),
    [
        ({"mixture": "rossi-back", "contents": [PRODUCT]}, "beside contents"),
        ({"mixture": "rossi-bck"}, "rossi-bck"),
        ({}, "missing"),
    ],
)
def test_a_mixture_that_cannot_be_is_refused_with_its_key(
    tmp_path: Path, syringe: dict[str, Any], wrong: str
) -> None:
    catalogue = loaded(tmp_path / "own")
    values = changed(PAIN, syringes=[{"prepared_by": "practitioner", **syringe}])
    with pytest.raises(InputError) as caught:
        read_case(write_case(tmp_path, values), catalogue)
    key = "syringes[0].mixture" if "mixture" in syringe else "syringes[0].contents"
    assert [f.key for f in caught.value.faults if wrong in f.line()] == [key]


def test_a_mixture_without_a_formulary_is_refused(tmp_path: Path) -> None:
    values = changed(PAIN, syringes=[{"prepared_by": "practitioner", "mixture": "rossi-back"}])
    with pytest.raises(InputError) as caught:
        read_case(write_case(tmp_path, values), load_catalogue())
    assert "syringes[0].mixture" in [fault.key for fault in caught.value.faults]


def test_own_entries_are_marked_in_findings_and_plan(tmp_path: Path) -> None:
    plan = planned(tmp_path, loaded(tmp_path / "own"), **BY_PROTOCOL)
    (finding,) = [f for f in plan.findings if f.rule == "own-unreviewed"]
    assert set(finding.subjects) == {"rossi-lidocaine-5", "rossi-back-pain"}
    assert "2026-11" in finding.message
    assert plan.provenance.catalogue != load_catalogue().version


def test_own_entries_are_marked_in_the_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESOPLAN_HOME", str(tmp_path))
    loaded(tmp_path / "formulary")
    for kind, name in (
        ("products", "rossi-lidocaine-5"),
        ("mixtures", "rossi-back"),
        ("protocols", "rossi-back-pain"),
    ):
        rows = {row["id"]: row["name"] for row in run("catalogue", "list", kind, "--json").document}
        assert rows[name].endswith("(own, unreviewed: 2026-11)")
        assert run("catalogue", "show", kind, name, "--json").document["own"] == "2026-11"
    marked = [name for name, text in rows.items() if "own, unreviewed" in text]
    assert marked == ["rossi-back-pain"]


def test_the_formulary_lies_under_xdg_data_home_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MESOPLAN_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "mesoplan").mkdir()
    loaded(tmp_path / "mesoplan" / "formulary")
    values = changed(PAIN, syringes=[{"prepared_by": "practitioner", "contents": [PRODUCT]}])
    path = tmp_path / "case.toml"
    path.write_text(toml(values), encoding="utf-8")
    assert read_case(path).syringes is not None


def test_the_catalogue_of_the_process_is_left_alone(tmp_path: Path) -> None:
    before = dataclasses.replace(load_catalogue())
    loaded(tmp_path)
    assert load_catalogue() == before


def test_an_own_compound_hides_no_incompatible_pair(tmp_path: Path) -> None:
    """Diclofenac with lidocaine in one own product is as milky as from two."""
    text = FORMULARY.replace(
        'contents = [{ substance = "lidocaine", form = "hydrochloride", strength = "5 mg/mL" }]',
        """contents = [
  { substance = "lidocaine", form = "hydrochloride", strength = "5 mg/mL" },
  { substance = "diclofenac", form = "sodium salt", strength = "5 mg/mL" },
]""",
    )
    syringe = {"prepared_by": "pharmacy", "contents": [PRODUCT]}
    plan = planned(tmp_path, loaded(tmp_path / "own", text), syringes=[syringe])
    assert [f for f in plan.findings if f.rule == "incompatible-pair" and f.severity == "critical"]


def test_an_own_route_or_volume_clears_nothing(tmp_path: Path) -> None:
    """A clinic's own word on route and volume is a proposal: licence and dose stay open."""
    text = FORMULARY.replace(
        'contents = [{ substance = "lidocaine", form = "hydrochloride", strength = "5 mg/mL" }]',
        'contents = [{ substance = "minoxidil", form = "substance", strength = "1 mg/mL" }]',
    ).replace(
        "excipients_complete = true",
        """excipients_complete = true
routes = [{ route = "intradermal" }]
label_volume_ml = { value = 1000, unit = "mL" }""",
    )
    plan = planned(tmp_path, loaded(tmp_path / "own", text), **with_product())
    rules = {f.rule for f in plan.findings if f.severity == "warning"}
    assert "own-routes" in rules
    assert "no-parenteral-licence" in rules
    assert plan.status != "ok"
