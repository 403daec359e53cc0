"""A demo clinic: invented people, marked as such, made by the clinic's own verbs."""

import datetime as dt

from django.utils import timezone

from mesoplan.clinic.consent import sign as consents
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients import courses, entries, identity
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User
from mesoplan.clinic.people.pin import set_pin
from mesoplan.clinic.planning import life
from mesoplan.clinic.planning.findings import findings_of
from mesoplan.clinic.planning.make import make_plan
from mesoplan.clinic.stock import events

PASSWORD = "demo clinic only"  # noqa: S105  printed on the terminal, in a throw-away folder
PIN = "2468"
PEOPLE = (
    ("owner", "Olga Demo-Owner", ["owner"]),
    ("doctor", "Dr Daria Demo-Doctor", ["practitioner"]),
    ("nurse", "Nuno Demo-Nurse", ["nurse"]),
    ("desk", "Dora Demo-Desk", ["desk"]),
    ("auditor", "Aldo Demo-Auditor", ["auditor"]),
)
_PATIENTS = (
    ("Demo-Alvarez", "Alba", dt.date(1980, 1, 31), "female", "62.0", 3),
    ("Demo-Bernard", "Bruno", dt.date(1971, 6, 2), "male", "81.5", 2),
    ("Demo-Costa", "Carla", dt.date(1992, 11, 17), "female", "55.0", 4),
)


def fill(now: dt.datetime) -> list[str]:
    """Make the records; lines for the terminal."""
    people = {}
    for username, name, roles in PEOPLE:
        user = User.objects.create_user(username, name, list(roles), PASSWORD)
        set_pin(user, PIN)
        user.save()
        people[username] = user
    doctor = people["doctor"]
    _stock(doctor, now)
    patients = [_patient(row, doctor, now) for row in _PATIENTS]
    entries.note(patients[1], "allergies", {"written": "mannitol"}, by=doctor, now=now)
    for patient in patients:
        _plan(patient, doctor, now, approved=patient is patients[0])
    names = ", ".join(username for username, _name, _roles in PEOPLE)
    return [
        "DEMO: invented records in a folder that is removed at the end. No real patients here.",
        f'Sign in as {names}; password "{PASSWORD}", code {PIN}.',
    ]


def _patient(
    row: tuple[str, str, dt.date, str, str, int], doctor: User, now: dt.datetime
) -> Patient:
    family, given, born, sex, kg, phototype = row
    values = {"family_name": family, "given_names": given, "birth_date": born}
    patient = identity.register(values, by=doctor, now=now)
    facts = {"sex": sex, "phototype": phototype}
    if sex == "female":
        facts |= {"pregnant": False, "breastfeeding": False}
    entries.set_facts(patient, facts, by=doctor, now=now)
    weight = {"weight_kg": kg, "measured_on": timezone.localdate(now)}
    entries.note(patient, "weights", weight, by=doctor, now=now)
    for kind in entries.ASKED:
        entries.asked_none(patient, kind, by=doctor, now=now)
    return patient


def _stock(doctor: User, now: dt.datetime) -> None:
    today = timezone.localdate(now)
    catalogue = clinic_catalogue()
    lots = {
        "sodium-chloride-0.9": "10",
        "lidocaine-hydrochloride-10": "20",
    }
    for product in catalogue.products.values():
        usual = "hyaluron" in product.id and product.form != "powder"
        if product.id not in lots and not usual:
            continue
        for number, days in (("DEMO-A1", 40), ("DEMO-B2", 400)):
            events.receive(
                events.Receipt(
                    product=product.id,
                    lot_number=number,
                    expires_on=today + dt.timedelta(days=days),
                    containers=int(lots.get(product.id, "6")),
                ),
                by=doctor,
                now=now,
                today=today,
            )


def _plan(patient: Patient, doctor: User, now: dt.datetime, *, approved: bool) -> None:
    course = courses.open_course(
        patient, "facial-rejuvenation", "treat", by=doctor, now=now, diagnosis="Invented."
    )
    table = {
        "format": "mesoplan/case",
        "version": 1,
        "treatment": {
            "indication": "facial-rejuvenation",
            "intent": "treat",
            "date": timezone.localdate(now),
            "country": "FR",
        },
        "today": {"anaesthetics": [], "caffeine_mg": 0},
        "areas": [
            {"site": "cheek", "side": "left", "rectangle_mm": [60, 50]},
            {"site": "cheek", "side": "right", "rectangle_mm": [60, 50]},
        ],
    }
    plan = make_plan(course, table, by=doctor, now=now)
    if not approved:
        return
    for finding in findings_of(plan.document):
        if finding.severity == "warning":
            life.answer(
                plan,
                finding.key,
                "Invented answer of the demo.",
                override=False,
                by=doctor,
                now=now,
            )
    life.approve(plan, by=doctor, now=now, today=timezone.localdate(now))
    consents.show_treatment(plan, clinic_catalogue(), by=doctor, now=now)
