"""A session from the recheck to the signature, and everything that is refused on the way."""

import datetime as dt
from decimal import Decimal

import pytest

from clinic.cases import TODAY, asked, course_of, table
from clinic.conftest import NOW
from mesoplan.clinic.delivery import begin, finish, give, prepare
from mesoplan.clinic.delivery.lines import lines_of, needs_second_person
from mesoplan.clinic.delivery.screening import in_the_way
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.models import (
    Allergy,
    Consent,
    ConsentText,
    Delivery,
    Lot,
    StockEvent,
    VialOpening,
)
from mesoplan.clinic.patients.case_patient import case_patient
from mesoplan.clinic.planning import life
from mesoplan.clinic.planning.findings import findings_of
from mesoplan.clinic.planning.make import make_plan
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db
CATALOGUE = clinic_catalogue()
EVENING = NOW.replace(hour=22)
WELL = {
    "weight_kg": None,
    "systolic_mmhg": 125,
    "diastolic_mmhg": 80,
    "pulse_per_min": 70,
    "field_clear": True,
    "pregnant": False,
    "breastfeeding": False,
    "changed": "nothing",
    "today": {"anaesthetics": [], "caffeine_mg": 0},
}
DISCHARGED = dict.fromkeys(finish.DISCHARGE, True)


@pytest.fixture
def doctor(account):
    return account("practitioner")


@pytest.fixture
def nurse(account):
    return account("nurse")


@pytest.fixture
def plan(patient, doctor):
    made = make_plan(course_of(asked(patient), doctor), table(), by=doctor, now=NOW)
    for finding in findings_of(made.document):
        if finding.severity == "warning":
            life.answer(made, finding.key, "Acceptable.", override=False, by=doctor, now=NOW)
    return life.approve(made, by=doctor, now=NOW, today=TODAY)


@pytest.fixture
def consent(plan, doctor):
    text = ConsentText.objects.create(
        kind="treatment", version=99, title="T", body="B", made_at=NOW
    )
    return Consent.objects.create(
        patient=plan.patient, text=text, plan=plan, content={}, shown_at=NOW, shown_by=doctor,
        signed_at=NOW, signed_name="Alba Sample",
    )  # fmt: skip


@pytest.fixture
def session(plan, consent, doctor):
    return begin.start(plan, by=doctor, now=NOW, today=TODAY)


def stock(product, doctor, *, number="L1", containers=10, expires=dt.date(2027, 6, 30), **more):
    values = {"container_ml": Decimal("1.0"), "single_dose": True} | more
    lot = Lot.objects.create(
        product=product, product_name=product, lot_number=number, expires_on=expires, **values
    )
    StockEvent.objects.create(lot=lot, kind="receipt", containers=containers, at=NOW, by=doctor)
    return lot


def keys(error):
    return {fault.key for fault in error.value.faults}


def line_of(delivery):
    (line,) = lines_of(delivery.plan.document, CATALOGUE)
    return line


def draw(delivery, lot, ml, by, vial=None, now=NOW):
    source = prepare.Source(lot, vial)
    return prepare.draw(
        delivery, line_of(delivery), source, Decimal(ml), by=by, now=now, day_ends=EVENING
    )


def to_preparation(delivery, doctor, **changes):
    begin.recheck(delivery, WELL | changes, by=doctor, now=NOW)
    begin.to_preparation(delivery, by=doctor, now=NOW)


def prepared(delivery, doctor):
    """Draws the whole line in containers of 1 mL."""
    lot = stock(line_of(delivery).product, doctor)
    left = line_of(delivery).volume_ml
    while left > 0:
        take = min(left, Decimal(1))
        draw(delivery, lot, take, doctor)
        left -= take
    prepare.confirm(delivery, 0, "clear", by=doctor, now=NOW, catalogue=CATALOGUE)
    return lot


def to_giving(delivery, doctor):
    to_preparation(delivery, doctor)
    lot = prepared(delivery, doctor)
    prepare.to_time_out(delivery, by=doctor, now=NOW, catalogue=CATALOGUE)
    for key in give.TIME_OUT:
        give.tick(delivery, key, by=doctor, now=NOW)
    give.to_giving(delivery, by=doctor, now=NOW)
    return lot


def everything(delivery):
    return [point["id"] for point in delivery.plan.document["points"]]


def test_whole_session_is_signed_and_counts_as_history(session, doctor, patient):
    to_giving(session, doctor)
    give.mark(session, everything(session), "given", {}, by=doctor, now=NOW)
    finish.to_observation(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    finish.sign(
        session, password="a long password!", discharge=DISCHARGED, observed_min=15,
        deviations="", by=doctor, now=NOW,
    )  # fmt: skip
    session.refresh_from_db()
    assert session.state == "signed"
    assert session.plan.document["totals"][0]["amount"] == session.totals[0]["amount"]
    session.plan.refresh_from_db()
    assert session.plan.state == "delivered"
    (given,) = case_patient(patient, TODAY)["history"]
    planned = session.plan.document["totals"][0]
    assert given["substance"] == planned["substance"]
    assert given["amount"] == f"{planned['injected']['value']!r} {planned['injected']['unit']}"
    assert case_patient(patient, TODAY - dt.timedelta(days=1))["history"] == []
    with pytest.raises(InputError):
        give.mark(session, [1], "given", {}, by=doctor, now=NOW)


def test_no_consent_is_never_passed(plan, doctor):
    session = begin.start(plan, by=doctor, now=NOW, today=TODAY)
    begin.recheck(session, WELL, by=doctor, now=NOW)
    with pytest.raises(InputError) as error:
        begin.to_preparation(session, by=doctor, now=NOW)
    assert keys(error) == {"consent"}


def test_consent_withdrawn_on_the_way_stops_it(session, consent, doctor):
    to_preparation(session, doctor)
    prepared(session, doctor)
    consent.withdrawn_at = NOW
    consent.save()
    with pytest.raises(InputError) as error:
        prepare.to_time_out(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    assert "consent" in keys(error)


def test_without_recheck_nothing_goes_on(session, doctor):
    with pytest.raises(InputError) as error:
        begin.to_preparation(session, by=doctor, now=NOW)
    assert keys(error) == {"screening"}


def test_field_that_is_not_clear_is_critical_and_final(session, doctor):
    begin.recheck(session, WELL | {"field_clear": False}, by=doctor, now=NOW)
    with pytest.raises(InputError):
        begin.to_preparation(session, by=doctor, now=NOW)
    finals = [f for f in in_the_way(session) if "change the plan" in f.right]
    assert finals


def test_pregnancy_said_today_is_critical(session, doctor):
    begin.recheck(session, WELL | {"pregnant": True}, by=doctor, now=NOW)
    with pytest.raises(InputError):
        begin.to_preparation(session, by=doctor, now=NOW)


def test_allergy_noted_after_the_recheck_stops_every_later_step(session, doctor, patient):
    to_preparation(session, doctor)
    prepared(session, doctor)
    Allergy.objects.create(patient=patient, written="mannitol", matched="mannitol", noted_at=NOW)
    with pytest.raises(InputError) as error:
        prepare.to_time_out(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    assert "screening" in keys(error)
    begin.recheck(session, WELL, by=doctor, now=NOW)
    with pytest.raises(InputError, match=r"[Mm]annitol"):
        begin.to_preparation(session, by=doctor, now=NOW)


def test_warning_of_the_day_is_answered_by_a_prescriber_alone(session, doctor, nurse, patient):
    patient.phototype = 5
    patient.save()
    begin.recheck(session, WELL, by=doctor, now=NOW)
    open_now = in_the_way(session)
    assert open_now
    from mesoplan.clinic.delivery.screening import findings_of_the_day

    answered = {row.finding for row in session.plan.answers.all()}
    new = [
        f for f in findings_of_the_day(session) if f.severity == "warning" and f.key not in answered
    ]
    with pytest.raises(InputError, match="prescriber"):
        begin.answer_of_the_day(session, new[0].key, "Fine.", override=False, by=nurse, now=NOW)
    for finding in new:
        begin.answer_of_the_day(
            session, finding.key, "Test spot was fine.", override=False, by=doctor, now=NOW
        )
    begin.to_preparation(session, by=doctor, now=NOW)
    assert session.state == "preparation"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"expires": TODAY - dt.timedelta(days=1)}, "expired"),
        ({"recalled_at": NOW}, "recalled"),
        ({"containers": 0}, "none is left"),
        ({"container_ml": None}, "content"),
    ],
)
def test_lot_that_may_not_be_drawn(session, doctor, change, text):
    to_preparation(session, doctor)
    lot = stock(line_of(session).product, doctor, **change)
    with pytest.raises(InputError, match=text):
        draw(session, lot, "0.1", doctor)
    assert not session.draws.exists()
    assert not VialOpening.objects.exists()


def test_lot_that_expires_today_may_still_be_drawn(session, doctor):
    to_preparation(session, doctor)
    lot = stock(line_of(session).product, doctor, expires=TODAY)
    draw(session, lot, "0.1", doctor)
    assert session.draws.count() == 1


def test_other_product_than_planned_is_refused(session, doctor):
    to_preparation(session, doctor)
    lot = stock("lidocaine-hydrochloride-20", doctor)
    with pytest.raises(InputError, match="lidocaine"):
        draw(session, lot, "0.1", doctor)


def test_two_lots_for_one_line_and_stock_follows(session, doctor):
    to_preparation(session, doctor)
    product = line_of(session).product
    first, second = stock(product, doctor), stock(product, doctor, number="L2")
    whole = line_of(session).volume_ml
    draw(session, first, whole / 4, doctor)
    draw(session, second, whole / 4, doctor)
    assert (prepare.level_of(first), prepare.level_of(second)) == (9, 9)
    assert {d.lot_id for d in session.draws.all()} == {first.pk, second.pk}


def test_more_than_planned_or_than_a_container_holds_is_refused(session, doctor):
    to_preparation(session, doctor)
    lot = stock(line_of(session).product, doctor, container_ml=Decimal("0.1"))
    with pytest.raises(InputError, match="more than"):
        draw(session, lot, line_of(session).volume_ml * 10, doctor)
    with pytest.raises(InputError, match="left in this container"):
        draw(session, lot, "0.2", doctor)


def test_single_dose_container_never_serves_a_second_patient(session, doctor):
    to_preparation(session, doctor)
    lot = stock(line_of(session).product, doctor)
    vial = draw(session, lot, "0.1", doctor).vial
    VialOpening.objects.filter(pk=vial.pk).update(patient=None)
    with pytest.raises(InputError, match="another patient"):
        draw(session, lot, "0.1", doctor, vial=vial.pk)


def test_container_past_its_time_is_refused(session, doctor):
    to_preparation(session, doctor)
    lot = stock(line_of(session).product, doctor)
    vial = draw(session, lot, "0.1", doctor).vial
    with pytest.raises(InputError, match="used by"):
        draw(session, lot, "0.1", doctor, vial=vial.pk, now=EVENING + dt.timedelta(minutes=1))


def test_syringe_drawn_in_part_is_not_prepared(session, doctor):
    to_preparation(session, doctor)
    draw(session, stock(line_of(session).product, doctor), "0.1", doctor)
    with pytest.raises(InputError, match="draw what is missing"):
        prepare.confirm(session, 0, "clear", by=doctor, now=NOW, catalogue=CATALOGUE)


def test_cloudy_syringe_is_not_prepared(session, doctor):
    to_preparation(session, doctor)
    with pytest.raises(InputError, match="not to be injected"):
        prepare.confirm(session, 0, "wrong", by=doctor, now=NOW, catalogue=CATALOGUE)


def test_discarded_syringe_is_drawn_anew_and_its_containers_stay_used(session, doctor):
    to_preparation(session, doctor)
    lot = prepared(session, doctor)
    level = prepare.level_of(lot)
    prepare.discard_draws(session, 0, "Dropped.", by=doctor, now=NOW)
    assert not session.draws.exists()
    assert prepare.level_of(lot) == level < 10
    assert not VialOpening.objects.filter(discarded_at=None).exists()
    with pytest.raises(InputError, match="not prepared"):
        prepare.to_time_out(session, by=doctor, now=NOW, catalogue=CATALOGUE)


def test_time_out_needs_every_line(session, doctor):
    to_preparation(session, doctor)
    prepared(session, doctor)
    prepare.to_time_out(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    for key in give.TIME_OUT[:-1]:
        give.tick(session, key, by=doctor, now=NOW)
    with pytest.raises(InputError) as error:
        give.to_giving(session, by=doctor, now=NOW)
    assert keys(error) == {f"time-out: {give.TIME_OUT[-1]}"}


def test_lot_recalled_after_it_was_drawn_stops_the_first_puncture(session, doctor):
    to_preparation(session, doctor)
    lot = prepared(session, doctor)
    prepare.to_time_out(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    for key in give.TIME_OUT:
        give.tick(session, key, by=doctor, now=NOW)
    Lot.objects.filter(pk=lot.pk).update(recalled_at=NOW)
    with pytest.raises(InputError, match="recalled"):
        give.to_giving(session, by=doctor, now=NOW)


def test_marks_tally_and_totals_follow_what_was_given(session, doctor):
    to_giving(session, doctor)
    points = everything(session)
    give.mark(session, points[3:], "given", {}, by=doctor, now=NOW)
    give.mark(session, [points[0]], "skipped", {"reason": "A mole."}, by=doctor, now=NOW)
    give.mark(
        session, [points[1]], "changed", {"reason": "Leaked.", "volume": "0.01 mL"},
        by=doctor, now=NOW,
    )  # fmt: skip
    assert give.tally(session) == {
        "given": len(points) - 3, "skipped": 1, "moved": 0, "changed": 1, "open": 1,
    }  # fmt: skip
    with pytest.raises(InputError, match="1 have no mark"):
        finish.to_observation(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    place = session.plan.document["points"][2]
    give.mark(
        session, [points[2]], "moved",
        {"reason": "A vein.", "x_mm": place["x_mm"] + 1, "y_mm": place["y_mm"]},
        by=doctor, now=NOW,
    )  # fmt: skip
    finish.to_observation(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    planned = session.plan.document["totals"][0]["amount"]["value"]
    each = session.plan.document["points"][0]["volume_ml"]
    # one left out, one with 0.01 mL in place of its volume
    share = (len(points) - 2 + 0.01 / each) / len(points)
    assert session.totals[0]["amount"]["value"] == pytest.approx(planned * share)
    with pytest.raises(InputError) as error:
        finish.sign(
            session, password="a long password!", discharge=DISCHARGED, observed_min=15,
            deviations="", by=doctor, now=NOW,
        )  # fmt: skip
    assert keys(error) == {"deviations"}


@pytest.mark.parametrize(
    ("state", "values", "key"),
    [
        ("changed", {"reason": "Why.", "volume": "10"}, "volume"),
        ("changed", {"reason": "Why.", "volume": "0,02 mL"}, "volume"),
        ("changed", {"reason": "Why.", "volume": "2 mg"}, "volume"),
        ("changed", {"reason": "", "volume": "0.02 mL"}, "reason"),
        ("skipped", {}, "reason"),
        ("moved", {"reason": "Why.", "x_mm": "a", "y_mm": 1}, "x_mm"),
        ("moved", {"reason": "Why.", "x_mm": 900, "y_mm": 900}, "points[1]"),
        ("drunk", {}, "state"),
    ],
)
def test_mark_that_says_no_such_thing_is_refused(session, doctor, state, values, key):
    to_giving(session, doctor)
    with pytest.raises(InputError) as error:
        give.mark(session, [1], state, values, by=doctor, now=NOW)
    assert keys(error) == {key}
    session.refresh_from_db()
    assert session.marks == {}


def test_unknown_point_is_refused(session, doctor):
    to_giving(session, doctor)
    with pytest.raises(InputError):
        give.mark(session, [9999], "given", {}, by=doctor, now=NOW)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"password": "not mine"}, "password"),
        ({"discharge": DISCHARGED | {"well": False}}, "discharge: well"),
        ({"observed_min": -1}, "observed_min"),
    ],
)
def test_signature_is_refused(session, doctor, change, key):
    to_giving(session, doctor)
    give.mark(session, everything(session), "given", {}, by=doctor, now=NOW)
    finish.to_observation(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    values = {
        "password": "a long password!", "discharge": DISCHARGED, "observed_min": 15,
        "deviations": "",
    }  # fmt: skip
    with pytest.raises(InputError) as error:
        finish.sign(session, **values | change, by=doctor, now=NOW)
    assert keys(error) == {key}


def test_what_was_injected_is_not_given_up(session, doctor):
    to_giving(session, doctor)
    give.mark(session, [1], "given", {}, by=doctor, now=NOW)
    with pytest.raises(InputError, match="injected already"):
        begin.abandon(session, "Changed my mind.", by=doctor, now=NOW)
    give.unmark(session, 1, by=doctor, now=NOW)
    begin.abandon(session, "Pressed by mistake.", by=doctor, now=NOW)
    assert session.state == "abandoned"


def test_one_session_of_a_patient_at_a_time(session, plan, doctor):
    with pytest.raises(InputError, match="open"):
        begin.start(plan, by=doctor, now=NOW, today=TODAY)


@pytest.mark.parametrize("shift", [-1, 1])
def test_session_on_another_day_than_the_plan_s_is_refused(plan, doctor, shift):
    with pytest.raises(InputError, match="is for 2026-11-25"):
        begin.start(plan, by=doctor, now=NOW, today=TODAY + dt.timedelta(days=shift))


def test_paper_is_entered_later_and_marked(plan, consent, doctor):
    late = NOW + dt.timedelta(days=2)
    made = begin.start(
        plan, by=doctor, now=late, today=TODAY + dt.timedelta(days=2), paper_day=TODAY
    )
    assert made.on_paper
    assert made.given_on == TODAY
    begin.abandon(made, "Entered twice.", by=doctor, now=late)
    with pytest.raises(InputError):
        begin.start(plan, by=doctor, now=NOW, today=TODAY - dt.timedelta(days=1), paper_day=TODAY)


def test_plan_under_delivery_is_neither_superseded_nor_closed(session, plan, doctor):
    second = make_plan(plan.course, table(), by=doctor, now=NOW, changes=plan)
    for finding in findings_of(second.document):
        if finding.severity == "warning":
            life.answer(second, finding.key, "Acceptable.", override=False, by=doctor, now=NOW)
    with pytest.raises(InputError, match="being delivered"):
        life.approve(second, by=doctor, now=NOW, today=TODAY)
    with pytest.raises(InputError, match="being delivered"):
        life.end(plan, "closed", "Over.", by=doctor, now=NOW)


def test_second_person_for_toxin_steroid_fluorouracil_and_methylxanthine():
    def held(substance):
        return {"syringes": [{"substances": [{"substance": substance}]}]}

    for name in ("onabotulinumtoxina", "triamcinolone-acetonide", "fluorouracil", "caffeine"):
        assert needs_second_person(held(name), 0, CATALOGUE), name
    for name in ("hyaluronic-acid", "lidocaine"):
        assert not needs_second_person(held(name), 0, CATALOGUE), name


def test_second_person_is_another_one_who_may_prepare(session, doctor, nurse, account):
    to_preparation(session, doctor)
    prepared(session, doctor)
    for person in (doctor, account("desk")):
        with pytest.raises(InputError):
            prepare.second_check(session, 0, by=person, now=NOW)
    prepare.second_check(session, 0, by=nurse, now=NOW)
    assert session.steps.filter(kind="second-check").count() == 1


def test_every_step_of_the_session_stands_in_the_log(session, doctor):
    from mesoplan.clinic.audit.record import log_break
    from mesoplan.clinic.models import AuditEvent

    to_giving(session, doctor)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {
        "plan.made", "plan.answered", "plan.approved", "delivery.started", "delivery.rechecked",
        "delivery.drawn", "delivery.prepared", "delivery.time-out", "delivery.to-giving",
    } <= actions  # fmt: skip
    assert Delivery.objects.count() == 1
    from django.conf import settings

    settings.CLINIC_FOLDER.audit_head.unlink(missing_ok=True)
    assert log_break() is None


def test_positive_skin_test_becomes_an_allergy_and_stops_the_session(session, doctor, patient):
    to_preparation(session, doctor)
    prepare.note_skin_test(session, "lidocaine", "negative", 20, by=doctor, now=NOW)
    assert not patient.allergies.exists()
    prepare.note_skin_test(session, "mannitol", "positive", 20, by=doctor, now=NOW)
    assert patient.allergies.get().matched == "mannitol"
    with pytest.raises(InputError) as error:
        prepare.to_time_out(session, by=doctor, now=NOW, catalogue=CATALOGUE)
    assert "screening" in keys(error)


@pytest.mark.parametrize(
    ("product", "result", "minutes", "key"),
    [
        ("", "negative", 20, "product"),
        ("lidocaine", "", 20, "result"),
        ("lidocaine", "negative", 0, "read_after_min"),
    ],
)
def test_skin_test_that_says_nothing_is_refused(session, doctor, product, result, minutes, key):
    with pytest.raises(InputError) as error:
        prepare.note_skin_test(session, product, result, minutes, by=doctor, now=NOW)
    assert keys(error) == {key}
