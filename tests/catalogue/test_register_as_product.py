"""A register's product in a case: what is taken over, what is refused, how it is screened."""

from pathlib import Path
from typing import Any

import pytest
from register_helpers import filled

from helpers import PAIN, changed, write_case
from mesoplan import check, read_case
from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.registers import (
    as_product,
    default_store_path,
    is_register_id,
    open_store,
)
from mesoplan.core.errors import InputError
from mesoplan.core.units import Quantity
from mesoplan.model.register import RegisterIngredient, RegisterProduct

MG_ML = Quantity(value=20.0, unit="mg/mL")


def entry(**changes: Any) -> RegisterIngredient:
    plain = {"name": "CHLORHYDRATE DE PROCAÏNE", "strength": "20 mg", "per": "1 ml de solution"}
    return RegisterIngredient.model_validate({**plain, "quantity": MG_ML, **changes})


def listed(*ingredients: RegisterIngredient, form: str = "solution injectable") -> RegisterProduct:
    return RegisterProduct(
        id="bdpm:60000001",
        kind="bdpm",
        code="60000001",
        name="ESSAI 20 mg/ml",
        dosage_form=form,
        routes=("intradermal", "auricular"),
        ingredients=ingredients,
    )


def test_what_the_register_states_is_taken_over_and_nothing_else() -> None:
    found = as_product(listed(entry()), load_catalogue())
    (content,) = found.contents
    assert (content.substance, content.form, content.strength) == (
        "procaine",
        "hydrochloride",
        "20.0 mg/mL",
    )
    assert [(r.route, r.countries) for r in found.routes] == [("intradermal", ("FR",))]
    assert found.ph is None
    assert found.osmolality_mosm_kg is None
    assert not found.excipients_complete
    assert found.own == "register bdpm"


def powder(**changes: Any) -> RegisterProduct:
    vial = {"quantity": None, "per": "un flacon", "part": "poudre"}
    return listed(
        entry(**{**vial, "name": "TOXINE BOTULINIQUE TYPE A", "strength": "100 U.", **changes}),
        form="poudre pour solution injectable",
    )


@pytest.mark.parametrize(
    "product",
    [
        listed(entry(name="VIRUS DE LA GRIPPE")),
        listed(entry(quantity=None)),
        listed(entry(quantity=Quantity(value=20.0, unit="U/mL"))),
        listed(),
        powder(name="ACIDE TRANEXAMIQUE", strength="100 mg", per="1 ml de solution reconstituée"),
        powder(name="ACIDE TRANEXAMIQUE", strength="900 mg", per="1 g de poudre"),
        powder(name="ACIDE TRANEXAMIQUE", strength="1.500 mg"),
        powder(name="ACIDE TRANEXAMIQUE", strength="40 mg", part="solvant"),
    ],
    ids=["unknown", "no-strength", "units-of-a-mass", "nothing", "per-ml-dissolved",
         "per-gram-of-powder", "thousands", "solvent"],
)  # fmt: skip
def test_what_cannot_be_read_in_one_way_is_refused(product: RegisterProduct) -> None:
    with pytest.raises(InputError) as caught:
        as_product(product, load_catalogue())
    assert caught.value.faults[0].key == "bdpm:60000001"


def test_a_powder_states_its_container() -> None:
    product = powder(name="ACIDE TRANEXAMIQUE", strength="500 mg")
    (content,) = as_product(product, load_catalogue()).contents
    assert content.per_container == "500 mg"


def test_register_ids_are_told_from_names() -> None:
    assert is_register_id("BDPM:60000001")
    assert not is_register_id("lidocaine-hydrochloride-10")
    assert not is_register_id("isotope: nothing")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MESOPLAN_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    filled(tmp_path / "home")
    return tmp_path


def injectable(home: Path) -> str:
    """Any product of the fixtures that the catalogue can screen."""
    assert default_store_path().parent == home / "home"
    with open_store() as store:
        for product in store.injectables():
            try:
                found = as_product(product, load_catalogue())
            except InputError:
                continue
            if found.form == "solution" and found.contents[0].substance == "procaine":
                return product.id
    raise AssertionError("the fixtures hold no procaine")


def test_a_case_names_a_register_product_by_its_id(home: Path) -> None:
    name = injectable(home)
    syringe = {"prepared_by": "practitioner", "contents": [{"product": name, "volume": "2 mL"}]}
    path = write_case(home, changed(PAIN, syringes=[syringe], patient__allergies=["paba"]))
    plan = check(read_case(path))
    assert [t.substance for t in plan.totals] == ["procaine"]
    assert any(f.rule == "allergy" and f.severity == "critical" for f in plan.findings)
    (own,) = [f for f in plan.findings if f.rule == "own-unreviewed"]
    assert name in own.subjects


def test_an_unknown_register_id_names_its_key(home: Path) -> None:
    syringe = {"contents": [{"product": "bdpm:99999999", "volume": "2 mL"}]}
    path = write_case(home, changed(PAIN, syringes=[syringe]))
    with pytest.raises(InputError) as caught:
        read_case(path)
    assert [fault.key for fault in caught.value.faults] == ["syringes[0].contents[0].product"]
