"""Recall of a lot in a clinic with 100 000 sessions, on SQLite on this disk.

Every session has two draws of two lots out of 2000, so that a usual lot reached 100 sessions;
one lot of a multi-dose product reached 2000. Each patient has one plan document of about 60 kB,
the size of a real one, which all of that patient's sessions share: 2000 patients, 120 MB of
plans instead of 6 GB. What is read for one session is the same.
"""

import datetime as dt
import os
import statistics
import tempfile
import time
from decimal import Decimal
from pathlib import Path

SESSIONS, PATIENTS, LOTS, OFTEN = 100_000, 2_000, 2_000, 2_000
DOCUMENT_BYTES = 60_000
TIMES = 5
NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)


def _set_up(folder: str) -> None:
    os.environ["MESOPLAN_CLINIC"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "mesoplan.clinic.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _document() -> dict:
    """A plan's document in shape and size: its case, and points to fill it."""
    point = {"id": 1, "x_mm": 12.345678, "y_mm": -3.456789, "depth_mm": 2.0, "volume_ml": 0.02}
    areas = [{"site": "cheek", "side": "left"}, {"site": "cheek", "side": "right"}]
    count = DOCUMENT_BYTES // 90
    return {"case": {"areas": areas}, "points": [point | {"id": n} for n in range(count)]}


def _fill() -> tuple[object, object, object]:
    from mesoplan.clinic import models as m

    doctor = m.User.objects.create_user("d", "Dr D", ["practitioner"], "a long password!")
    patients = m.Patient.objects.bulk_create(
        m.Patient(record_number=f"P-{n}", family_name=f"Name{n}", given_names="A",
                  birth_date=dt.date(1980, 1, 31), phone="+33 1", created_at=NOW)
        for n in range(PATIENTS)
    )  # fmt: skip
    courses = m.Course.objects.bulk_create(
        m.Course(patient=p, indication="facial-rejuvenation", intent="treat", opened_at=NOW,
                 opened_by=doctor)
        for p in patients
    )  # fmt: skip
    document = _document()
    plans = m.PlanVersion.objects.bulk_create(
        (m.PlanVersion(patient=c.patient, course=c, number=1, version=1, state="delivered",
                       case={}, document=document, document_hash="x", patient_revision=1,
                       session_date=NOW.date(), made_at=NOW, made_by=doctor)
         for c in courses),
        batch_size=100,
    )  # fmt: skip
    lots = m.Lot.objects.bulk_create(
        m.Lot(product="hyaluronic-acid-10", product_name="gel", lot_number=f"L{n}",
              expires_on=dt.date(2028, 1, 31), container_ml=Decimal(2))
        for n in range(LOTS + 1)
    )  # fmt: skip
    vials = m.VialOpening.objects.bulk_create(
        m.VialOpening(lot=lot, opened_at=NOW, opened_by=doctor, use_by=NOW) for lot in lots
    )
    deliveries = m.Delivery.objects.bulk_create(
        (m.Delivery(patient=plans[n % PATIENTS].patient, plan=plans[n % PATIENTS], session=1,
                    state="signed", given_on=NOW.date() - dt.timedelta(days=n % 3000),
                    started_at=NOW, started_by=doctor)
         for n in range(SESSIONS)),
        batch_size=2000,
    )  # fmt: skip

    def draw(number: int, lot: int, syringe: int) -> object:
        return m.Draw(
            delivery=deliveries[number], lot=lots[lot], vial=vials[lot], syringe=syringe,
            item=0, volume_ml=Decimal("0.5"), at=NOW, by=doctor,
        )  # fmt: skip

    often = SESSIONS // OFTEN
    m.Draw.objects.bulk_create(
        (draw(n, (n * (1 + 6 * part)) % LOTS, part) for n in range(SESSIONS) for part in (0, 1)),
        batch_size=2000,
    )
    m.Draw.objects.bulk_create(
        (draw(n, LOTS, 2) for n in range(0, SESSIONS, often)), batch_size=2000
    )
    return doctor, lots[1], lots[LOTS]


def _measured(lot: object, doctor: object) -> tuple[int, float]:
    from mesoplan.clinic.stock.recall import treated_with

    taken, found = [], 0
    for _ in range(TIMES):
        start = time.perf_counter()
        found = len(treated_with(lot, by=doctor, now=NOW))
        taken.append(time.perf_counter() - start)
    return found, statistics.median(taken)


def main() -> dict[str, float]:
    try:
        import django  # noqa: F401
    except ImportError:
        print("recall: not available (Django is not installed)")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        _set_up(folder)
        from django.db import connection, transaction

        with transaction.atomic():
            doctor, usual, often = _fill()
        few, few_s = _measured(usual, doctor)
        many, many_s = _measured(often, doctor)
        size_mb = (Path(folder) / "clinic.sqlite3").stat().st_size / 1e6
        connection.close()
    print(
        f"{SESSIONS} sessions, {size_mb:.0f} MB: a lot of {few} sessions {few_s:.3f} s,"
        f" one of {many} {many_s:.3f} s"
    )
    return {"recall_s": few_s, "recall_often_s": many_s, "recall_found": float(many)}


if __name__ == "__main__":
    main()
