"""Packs read, stock as a sum of events, lots that may be drawn, and recall."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clinic.cases import TODAY, course_of
from clinic.conftest import NOW
from mesoplan.clinic.models import (
    AuditEvent,
    Delivery,
    Draw,
    Lot,
    Patient,
    PlanVersion,
    StockEvent,
    User,
    VialOpening,
)
from mesoplan.clinic.stock import events, recall
from mesoplan.clinic.stock.gs1 import PackCode, read_pack
from mesoplan.clinic.stock.pick import check_lot
from mesoplan.core.errors import InputError

FNC1 = "\x1d"
GTIN = "09506000134352"
WHOLE = PackCode(GTIN, "AB-12/c", dt.date(2028, 2, 29), "77X")
GEL = "hyaluronic-acid-10"
POWDER = "glutathione-600"


def keys(error):
    return [fault.key for fault in error.value.faults]


# ------------------------------------------------------------------------------------- packs
@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}1728022910AB-12/c{FNC1}2177X",
        f"{FNC1}01{GTIN}2177X{FNC1}10AB-12/c{FNC1}17280229",
        f"]d201{GTIN}10AB-12/c{FNC1}172802292177X",
        f"]C101{GTIN}172802292177X{FNC1}10AB-12/c",
        f"]Q301{GTIN}172802292177X{FNC1}10AB-12/c{FNC1}",
        f"  (01){GTIN}(17)280229(10)AB-12/c(21)77X \n",
    ],
)
def test_pack_says_the_same_however_the_scanner_sends_it(text):
    assert read_pack(text) == WHOLE


def test_pack_without_serial_is_whole():
    assert read_pack(f"01{GTIN}1728022910L7").serial == ""


@pytest.mark.parametrize(
    ("month", "last"), [("2802", "2028-02-29"), ("2702", "2027-02-28"), ("2711", "2027-11-30")]
)
def test_day_00_is_the_last_of_its_month(month, last):
    assert read_pack(f"01{GTIN}17{month}0010L7").expires_on.isoformat() == last


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("01095060001343531728022910L7", "wrong check digit"),
        ("(01)09506000134353(17)280229(10)L7", "wrong check digit"),
        (f"01{GTIN}17280229", "says no lot"),
        (f"01{GTIN}10L7", "says no expiry"),
        ("1728022910L7", "says no product"),
        # the scanner swallowed the separator: the expiry is lost in the lot
        (f"01{GTIN}10L717280229", "says no expiry"),
        (f"01{GTIN}1728130110L7", "scan:"),
        (f"01{GTIN}1727022910L7", "scan:"),
        ("5901234123457", "scan:"),
        ("", "scan:"),
        ("](d2", "scan:"),
    ],
)
def test_pack_that_is_wrong_says_what(text, wrong):
    with pytest.raises(InputError, match=wrong) as error:
        read_pack(text)
    assert keys(error) == ["scan"]


# ---------------------------------------------------------------------------------- receipts
@pytest.fixture
def doctor(account):
    return account("practitioner")


def receipt(**changes):
    values = {
        "product": GEL,
        "lot_number": "L1",
        "expires_on": dt.date(2027, 6, 30),
        "containers": 5,
    }
    return events.Receipt(**(values | changes))


def receive(doctor, **changes):
    return events.receive(receipt(**changes), by=doctor, now=NOW, today=TODAY)


def test_receipt_takes_the_content_of_the_product_s_record(doctor):
    lot = receive(doctor, gtin=GTIN)
    assert (lot.container_ml, lot.gtin, lot.single_dose) == (Decimal("2.0"), GTIN, True)
    assert events.level(lot) == 5
    row = AuditEvent.objects.get(action="stock.received")
    assert str(lot.pk) in row.details


def test_two_receipts_of_one_lot_are_two_events_of_one_row(doctor):
    first = receive(doctor)
    second = receive(doctor, containers=3, lot_number="  L1 ")
    assert first.pk == second.pk
    assert [e.containers for e in first.events.order_by("pk")] == [5, 3]
    assert events.level(first) == 8


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"expires_on": dt.date(2026, 11, 24)}, "expires_on"),
        ({"product": "snake-oil"}, "product"),
        ({"lot_number": "  "}, "lot_number"),
        ({"containers": 0}, "containers"),
        ({"containers": -4}, "containers"),
        ({"containers": 100_001}, "containers"),
        ({"container_volume": "2"}, "container_volume"),
        ({"container_volume": "2,0 mL"}, "container_volume"),
        ({"container_volume": "2 mg"}, "container_volume"),
        ({"container_volume": "20 mL"}, "container_volume"),
        ({"container_volume": "0.2 mL"}, "container_volume"),
        ({"product": POWDER, "container_volume": "0.0004 mL"}, "container_volume"),
    ],
)
def test_receipt_that_is_wrong_keeps_nothing(doctor, changes, key):
    with pytest.raises(InputError) as error:
        receive(doctor, **changes)
    assert keys(error) == [key]
    assert not Lot.objects.exists()
    assert not AuditEvent.objects.filter(action="stock.received").exists()


def test_receipt_on_its_last_day_is_taken_and_every_fault_is_told_at_once(doctor):
    assert receive(doctor, expires_on=TODAY).expires_on == TODAY
    with pytest.raises(InputError) as error:
        receive(doctor, lot_number="", containers=0, container_volume="3 mL")
    assert keys(error) == ["lot_number", "containers", "container_volume"]


def test_content_is_the_same_in_another_unit(doctor):
    assert receive(doctor, container_volume="2000 µL").container_ml == Decimal("2.0")


def test_recalled_lot_is_not_received_again(doctor):
    lot = receive(doctor)
    recall.mark_recalled(lot, "Particles, by the maker.", by=doctor, now=NOW)
    with pytest.raises(InputError, match=r"is recalled: Particles"):
        receive(doctor)
    assert events.level(lot) == 5


def test_other_expiry_is_confirmed_before_it_counts(doctor):
    receive(doctor)
    other = dt.date(2028, 6, 30)
    with pytest.raises(InputError, match="2027-06-30") as error:
        receive(doctor, expires_on=other)
    assert keys(error) == ["expires_on"]
    assert Lot.objects.count() == 1
    receive(doctor, expires_on=other, other_expiry_confirmed=True)
    assert Lot.objects.filter(lot_number="L1").count() == 2


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"container_volume": "10 mL"}, "container_volume"),
        ({"single_dose": False}, "multi_dose"),
        ({"gtin": "04012345678901"}, "gtin"),
    ],
)
def test_another_pack_of_a_known_lot_is_refused(doctor, changes, key):
    lot = receive(doctor, product=POWDER, container_volume="5 mL", gtin=GTIN)
    with pytest.raises(InputError) as error:
        receive(doctor, product=POWDER, **({"container_volume": "5 mL", "gtin": GTIN} | changes))
    assert keys(error) == [key]
    lot.refresh_from_db()
    assert (events.level(lot), lot.container_ml) == (5, Decimal("5.000"))


# ------------------------------------------------------------------------------ waste, count
def test_waste_and_count_are_events_with_their_reason(doctor):
    lot = receive(doctor)
    events.waste(lot, 2, " Fell down. ", by=doctor, now=NOW)
    assert events.count(lot, 4, "Found one in the other fridge.", by=doctor, now=NOW) == 1
    assert events.count(lot, 4, "", by=doctor, now=NOW) == 0
    rows = lot.events.order_by("pk").values_list("kind", "containers", "reason")
    assert list(rows)[1:] == [
        ("waste", -2, "Fell down."),
        ("count", 1, "Found one in the other fridge."),
        ("count", 0, ""),
    ]
    assert AuditEvent.objects.filter(action="stock.count").count() == 2


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (lambda lot, by: events.waste(lot, 6, "Too many.", by=by, now=NOW), "containers"),
        (lambda lot, by: events.waste(lot, 0, "None.", by=by, now=NOW), "containers"),
        (lambda lot, by: events.waste(lot, -3, "Back.", by=by, now=NOW), "containers"),
        (lambda lot, by: events.waste(lot, 1, " x ", by=by, now=NOW), "reason"),
        (lambda lot, by: events.waste(lot, 1, "y" * 301, by=by, now=NOW), "reason"),
        (lambda lot, by: events.waste(lot, 1, "nul \x00 here", by=by, now=NOW), "reason"),
        (lambda lot, by: events.count(lot, -1, "Less.", by=by, now=NOW), "found"),
        (lambda lot, by: events.count(lot, 100_001, "More.", by=by, now=NOW), "found"),
        (lambda lot, by: events.count(lot, 4, "", by=by, now=NOW), "reason"),
        (lambda lot, by: recall.mark_recalled(lot, "z" * 301, by=by, now=NOW), "reason"),
        (lambda lot, by: recall.mark_recalled(lot, " ", by=by, now=NOW), "reason"),
    ],
)
def test_change_that_is_wrong_leaves_the_level(doctor, act, key):
    lot = receive(doctor)
    with pytest.raises(InputError) as error:
        act(lot, doctor)
    assert keys(error) == [key]
    assert events.level(lot) == 5
    assert lot.events.count() == 1


def test_count_is_against_what_is_there_when_it_is_written(doctor, monkeypatch):
    """A container opened between the reading of the level and the writing is not missing."""
    lot = receive(doctor)
    real = events.audited

    def late(*arguments, **named):
        monkeypatch.undo()
        StockEvent.objects.create(lot=lot, kind="use", containers=-1, at=NOW, by=doctor)
        return real(*arguments, **named)

    monkeypatch.setattr(events, "audited", late)
    assert events.count(lot, 4, "", by=doctor, now=NOW) == 0
    assert events.level(lot) == 4


def acts():
    numbers = st.integers(-2, 12)
    return st.lists(
        st.tuples(st.sampled_from(["receive", "open", "waste", "count"]), numbers), max_size=25
    )


class AnySequence(TestCase):
    """Whatever is done in whatever order, and whatever of it is refused."""

    @example_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(acts())
    def test_stock_is_the_sum_of_its_events_and_never_below_nothing(self, done):
        from mesoplan.clinic.delivery import prepare
        from mesoplan.clinic.delivery.lines import Line

        doctor = User.objects.create_user("d", "Dr D", ["practitioner"], "a long password!")
        patient = Patient.objects.create(
            record_number="T-1", family_name="A", given_names="B", birth_date=TODAY,
            created_at=NOW,
        )  # fmt: skip
        delivery = Delivery(patient=patient)
        lot = receive(doctor, containers=3)
        line = Line.__new__(Line)  # only its keeping time is asked
        object.__setattr__(line, "discard_after_h", None)
        expected = 3
        for act, number in done:
            try:
                if act == "receive":
                    receive(doctor, containers=number)
                    expected += number
                elif act == "open":
                    prepare._opened(delivery, line, lot, doctor, NOW, NOW)
                    expected -= 1
                elif act == "waste":
                    events.waste(lot, number, "Fell down.", by=doctor, now=NOW)
                    expected -= number
                else:
                    events.count(lot, number, "Counted anew.", by=doctor, now=NOW)
                    expected = number
            except InputError:
                pass
            assert events.level(lot) == expected >= 0
            running = 0
            for event in lot.events.order_by("pk"):
                running += event.containers
                assert running >= 0
            assert running == expected


# --------------------------------------------------------------------------------- check_lot
def lot_of(product, **changes):
    values = {"lot_number": "L9", "expires_on": dt.date(2027, 6, 30)} | changes
    return Lot(product=product, product_name=product, **values)


@pytest.mark.django_db
def test_lot_that_may_be_drawn_says_nothing():
    assert check_lot(lot_of(GEL), GEL, TODAY) == []
    assert check_lot(lot_of(GEL, expires_on=TODAY), GEL, TODAY) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lot", "planned", "words"),
    [
        ("lidocaine-hydrochloride-20", "lidocaine-hydrochloride-10", ("20 mg/mL", "10 mg/mL")),
        (
            "lidocaine-hydrochloride-20-epinephrine",
            "lidocaine-hydrochloride-20",
            ("epinephrine base 5 µg/mL", "lidocaine hydrochloride 20 mg/mL"),
        ),
        ("caffeine-citrate-25", "caffeine-sodium-benzoate-125", ("caffeine citrate", "caffeine")),
        ("diclofenac-25", "diclofenac-cyclodextrin-25", ("sodium salt 25 mg/mL",)),
        ("onabotulinumtoxina-100", "abobotulinumtoxina-125", ("100 U", "125 U")),
        ("gone-from-the-catalogue", GEL, ("gone-from-the-catalogue",)),
    ],
)
def test_other_product_is_named_to_strength_salt_and_additive(lot, planned, words):
    (fault,) = check_lot(lot_of(lot), planned, TODAY)
    assert fault.key == "lot L9"
    drawn, wanted = fault.wrong.split("planned is")
    assert all(word in drawn + wanted for word in words)
    assert drawn != wanted


@pytest.mark.django_db
def test_lot_expired_and_recalled_says_both():
    old = lot_of(GEL, expires_on=dt.date(2026, 11, 24), recalled_at=NOW, recall_reason="Glass.")
    said = [fault.wrong for fault in check_lot(old, GEL, TODAY)]
    assert said == ["expired on 2026-11-24", "is recalled: Glass."]


# ------------------------------------------------------------------------------------ recall
AREAS = [
    {"site": "cheek", "side": "left"},
    {"region": "chin", "side": None},
    {"site": "cheek", "side": "left"},
]


def plan_of(patient, doctor, areas=AREAS):
    number = patient.plans.count() + 1
    return PlanVersion.objects.create(
        patient=patient, course=course_of(patient, doctor), number=number, version=1,
        state="delivered", case={}, document={"case": {"areas": areas}}, document_hash="x",
        patient_revision=1, session_date=TODAY, made_at=NOW, made_by=doctor,
    )  # fmt: skip


def drawn(patient, lot, doctor, *volumes, day=TODAY, state="signed", areas=AREAS):
    delivery = Delivery.objects.create(
        patient=patient, plan=plan_of(patient, doctor, areas), session=1, state=state,
        given_on=day, started_at=NOW, started_by=doctor,
    )  # fmt: skip
    vial = VialOpening.objects.create(
        lot=lot, opened_at=NOW, opened_by=doctor, use_by=NOW, patient=patient
    )
    for number, volume in enumerate(volumes):
        Draw.objects.create(
            delivery=delivery, lot=lot, vial=vial, syringe=number, item=0,
            volume_ml=Decimal(volume), at=NOW, by=doctor,
        )  # fmt: skip
    return delivery


def another(number, **changes):
    values = {"family_name": f"Other{number}", "given_names": "O."} | changes
    return Patient.objects.create(
        record_number=f"T-1{number:03}", birth_date=dt.date(1971, 3, 4), created_at=NOW, **values
    )


def test_recall_finds_patients_areas_days_and_volumes(doctor, patient):
    lot, same_number = receive(doctor), receive(doctor, product=POWDER)
    patient.phone, patient.email = "+33 1 23", "a@example.org"
    patient.save()
    hidden = another(1, restricted=True)
    drawn(patient, lot, doctor, "0.5", "0.25", day=dt.date(2026, 3, 2))
    drawn(hidden, lot, doctor, "1", state="abandoned")
    drawn(another(2), same_number, doctor, "2")
    late, early = recall.treated_with(lot, by=doctor, now=NOW)
    assert (late.name, late.restricted, late.state) == ("OTHER1 O.", True, "abandoned")
    assert (early.name, early.restricted) == ("SAMPLE Alba", False)
    assert (early.given_on, early.volume_ml) == (dt.date(2026, 3, 2), "0.75")
    assert early.areas == "left cheek, chin"
    assert early.contact == "+33 1 23 a@example.org"
    assert early.birth_date == dt.date(1980, 1, 31)


def test_recall_mark_stands_once_and_stops_the_drawing(doctor):
    lot = recall.mark_recalled(receive(doctor), " The maker. ", by=doctor, now=NOW)
    assert (lot.recall_reason, lot.recalled_by) == ("The maker.", doctor)
    assert check_lot(lot, GEL, TODAY)
    with pytest.raises(InputError, match="already"):
        recall.mark_recalled(lot, "Again.", by=doctor, now=NOW)
    assert AuditEvent.objects.filter(action="stock.recalled").count() == 1


def test_each_question_of_a_recall_stands_in_the_log(doctor, patient):
    lot = receive(doctor)
    drawn(patient, lot, doctor, "1")
    recall.treated_with(lot, by=doctor, now=NOW)
    row = AuditEvent.objects.get(action="stock.recall-query")
    assert str(lot.pk) in row.details
    assert '"found":1' in row.details
    assert "Sample" not in row.details


def test_recall_asks_the_same_number_of_questions_for_many(doctor, patient):
    lot = receive(doctor)
    drawn(patient, lot, doctor, "1")
    with CaptureQueriesContext(connection) as one:
        assert len(recall.treated_with(lot, by=doctor, now=NOW)) == 1
    for number in range(30):
        drawn(another(number), lot, doctor, "1", "0.5")
    with CaptureQueriesContext(connection) as many:
        assert len(recall.treated_with(lot, by=doctor, now=NOW)) == 31
    assert len(many) == len(one)


def test_recall_goes_by_the_index(doctor, patient):
    lot = receive(doctor)
    drawn(patient, lot, doctor, "1")
    with CaptureQueriesContext(connection) as asked:
        recall.treated_with(lot, by=doctor, now=NOW)
    (question,) = [q["sql"] for q in asked if "clinic_draw" in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {question}")
        steps = [row[-1] for row in cursor.fetchall()]
    assert any("clinic_draw" in s and "USING INDEX" in s and "lot_id=?" in s for s in steps), steps
    assert not [step for step in steps if step.startswith("SCAN")]


# ------------------------------------------------------------------------------------- pages
def test_csv_is_safe_for_a_spreadsheet_and_marks_the_restricted(signed_in, doctor):
    lot = receive(doctor)
    evil = another(
        1, family_name="=HYPERLINK(1)", phone="+33 1", restricted=True, given_names="A, B"
    )
    evil.record_number = "-2+3"
    evil.save()
    drawn(evil, lot, doctor, "1", areas=[{"region": "@sum"}])
    answer = signed_in("nurse").get(f"/stock/recall/{lot.pk}.csv")
    (row,) = csv.DictReader(StringIO(answer.content.decode()))
    assert row["name"] == "'=HYPERLINK(1) A, B"
    assert (row["record_number"], row["contact"], row["areas"]) == ("'-2+3", "'+33 1", "'@sum")
    assert row["restricted"] == "True"
    assert row["given_on"] == "2026-11-25"
    assert not [v for v in row.values() if v.startswith(("=", "+", "-", "@"))]


def test_page_of_a_recall_by_number_and_by_scan(signed_in, doctor, patient):
    lot = receive(doctor, gtin=GTIN, lot_number="L1")
    patient.restricted = True
    patient.save()
    drawn(patient, lot, doctor, "1")
    page = signed_in("auditor")
    for asked in ("L1", "l1 ", f"01{GTIN}1727063010L1"):
        answer = page.get("/stock/recall/", {"q": asked})
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "SAMPLE Alba" in text
        assert "restricted" in text
    assert page.get("/stock/recall/", {"q": f"01{GTIN[:-1]}9"}).status_code == 422
    assert b"No such lot" in page.get("/stock/recall/", {"q": "L2"}).content


def test_page_of_a_recall_leaves_no_product_with_that_number_out(signed_in, doctor):
    products = [GEL, POWDER, "verapamil-2.5", "biotin-5", "pdrn-1.875", "ascorbic-acid-200",
                "tranexamic-acid-100"]  # fmt: skip
    for number, product in enumerate(products):
        drawn(another(number), receive(doctor, product=product), doctor, "1")
    text = signed_in("nurse").get("/stock/recall/", {"q": "L1"}).content.decode()
    assert [n for n in range(len(products)) if f"OTHER{n} O." not in text] == []


@pytest.mark.parametrize("number", ["", "-1", "1.5", "2,0", "²", "00000002", "9" * 5000, "x"])
def test_number_that_is_none_is_refused_by_the_page(signed_in, doctor, number):
    lot = receive(doctor)
    values = {"act": "waste", "containers": number, "reason": "Fell down."}
    answer = signed_in("nurse").post(f"/stock/lots/{lot.pk}/change/", values)
    assert answer.status_code == 422
    assert events.level(lot) == 5


def test_receipt_page_fills_what_a_scan_says_and_keeps_a_receipt(signed_in, doctor):
    receive(doctor, gtin=GTIN)
    page = signed_in("nurse")
    answer = page.post("/stock/receipt/", {"scan": f"]d201{GTIN}1727063010L77"})
    text = answer.content.decode()
    assert answer.status_code == 200
    for value in ('value="L77"', 'value="2027-06-30"', 'value="2 mL"'):
        assert value in text
    assert Lot.objects.count() == 1
    assert page.post("/stock/receipt/", {"scan": "nonsense"}).status_code == 422
    values = {"product": GEL, "lot_number": "L77", "expires_on": "2027-06-30", "containers": "2"}
    assert page.post("/stock/receipt/", values).status_code == 302
    assert events.level(Lot.objects.get(lot_number="L77")) == 2
    for wrong in ({"containers": "1.5"}, {"expires_on": "30/06/2027"}, {"container_volume": "2"}):
        assert page.post("/stock/receipt/", values | wrong).status_code == 422


@pytest.mark.parametrize(
    ("role", "reads", "writes", "recalls"),
    [
        ("owner", 200, 302, 200),
        ("practitioner", 200, 302, 200),
        ("nurse", 200, 302, 200),
        ("desk", 200, 403, 403),
        ("auditor", 200, 403, 200),
    ],
)
def test_rights_of_each_role(signed_in, account, role, reads, writes, recalls):
    lot = receive(account("practitioner", username="stocker"))
    page = signed_in(role)
    assert page.get("/stock/").status_code == reads
    assert page.get(f"/stock/lots/{lot.pk}/").status_code == reads
    values = {"act": "waste", "containers": "1", "reason": "Fell down."}
    assert page.post(f"/stock/lots/{lot.pk}/change/", values).status_code == writes
    assert page.get(f"/stock/lots/{lot.pk}/change/").status_code == 405
    assert page.get("/stock/recall/?q=L1").status_code == recalls
    assert page.get(f"/stock/recall/{lot.pk}.csv").status_code == recalls
