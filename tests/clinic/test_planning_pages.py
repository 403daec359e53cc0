"""Pages of plans: by case file with a photograph, files with their policies, versions compared."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clinic.cases import asked, course_of
from clinic.cases import table as table_of
from landmark_helpers import FIXTURE, portrait_file
from mesoplan.clinic.models import PlanVersion, StoredFile
from mesoplan.clinic.patients.storage import content_of, path_of
from mesoplan.clinic.planning import life
from mesoplan.clinic.planning.compare import differences
from mesoplan.clinic.planning.findings import findings_of
from mesoplan.clinic.planning.make import make_plan
from mesoplan.clinic.serve.today_sheets import write_today

pytestmark = pytest.mark.django_db
# Signing in writes the true time to the log, and nothing may be written before it.
TODAY = timezone.localdate()


def now():
    return timezone.now()


def table(**changes):
    made = table_of(**changes)
    made["treatment"]["date"] = TODAY
    return made


CASE = f"""
format = "mesoplan/case"
version = 1
[treatment]
indication = "facial-rejuvenation"
intent = "treat"
date = {TODAY.isoformat()}
country = "FR"
[today]
anaesthetics = []
caffeine_mg = 0
[[areas]]
photo = "portrait.png"
landmarks = "portrait.json"
region = "malar"
side = "left"
"""


@pytest.fixture
def client(signed_in):
    return signed_in("practitioner")


@pytest.fixture
def course(client, patient):
    return course_of(asked(patient), client.user)


def uploads():
    document = json.loads(FIXTURE.read_text(encoding="utf-8"))
    document |= {"patient_right": "image-left", "accepted": True, "erased_px": []}
    return {
        "case": SimpleUploadedFile("case.toml", CASE.encode()),
        "photo": SimpleUploadedFile("portrait.png", portrait_file().read_bytes()),
        "landmarks": SimpleUploadedFile("portrait.json", json.dumps(document).encode()),
    }


def test_plan_on_the_patient_s_own_face_by_case_file(client, course):
    answer = client.post(f"/courses/{course.pk}/case-file/", uploads())
    assert answer.status_code == 302
    plan = PlanVersion.objects.get()
    assert plan.document["mapped"][0]["region"] == "malar"
    page = client.get(f"/plans/{plan.pk}/").content.decode()
    assert "photograph.svg" in page
    turning = client.get(f"/plans/{plan.pk}/files/face.html")
    assert "sandbox" in turning["Content-Security-Policy"]
    assert "connect-src" not in turning["Content-Security-Policy"]
    picture = client.get(f"/plans/{plan.pk}/files/photograph.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "script" not in picture["Content-Security-Policy"]
    # the photograph lies encrypted on the disk
    (photo,) = StoredFile.objects.filter(kind="photograph")
    assert content_of(photo) == portrait_file().read_bytes()
    assert b"PNG" not in path_of(photo).read_bytes()[:64]
    # and the plan can be made again from it
    for finding in findings_of(plan.document):
        if finding.severity == "warning":
            life.answer(plan, finding.key, "Seen.", override=False, by=client.user, now=now())
    assert life.approve(plan, by=client.user, now=now(), today=TODAY).state == "approved"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("case", b"\xff\xfe", "cannot be read"),
        ("case", b"format = 3", "treatment.date"),
        ("photo", b"no picture", "photo"),
        ("landmarks", b"{}", "landmarks"),
    ],
)
def test_bad_upload_is_refused_by_name_and_keeps_no_plan(client, course, name, content, said):
    files = uploads() | {name: SimpleUploadedFile(f"portrait.{name}", content)}
    if name == "photo":
        files[name] = SimpleUploadedFile("portrait.png", content)
    if name == "landmarks":
        files[name] = SimpleUploadedFile("portrait.json", content)
    answer = client.post(f"/courses/{course.pk}/case-file/", files)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not PlanVersion.objects.exists()


def test_file_of_another_patient_opens_no_plan(client, course, patient):
    client.post(f"/courses/{course.pk}/case-file/", uploads())
    plan = PlanVersion.objects.get()
    key = next(iter(plan.case["files"]))
    StoredFile.objects.filter(pk=plan.case["files"][key]).update(patient=None)
    for finding in findings_of(plan.document):
        if finding.severity == "warning":
            life.answer(plan, finding.key, "Seen.", override=False, by=client.user, now=now())
    answer = client.post(f"/plans/{plan.pk}/approve/")
    assert answer.status_code == 422


def test_versions_are_compared_in_both_directions(client, course):
    first = make_plan(course, table(), by=client.user, now=now())
    areas = [{"site": "cheek", "side": "left", "rectangle_mm": [40, 30]}]
    second = make_plan(course, table(areas=areas), by=client.user, now=now(), changes=first)
    found = {d.where: (d.before, d.after) for d in differences(first.document, second.document)}
    # 30 + 12 points become 12
    assert found["points"] == (42, 12)
    assert found["case.areas[2].site"] if "case.areas[2].site" in found else found["case.areas[2]"]
    assert found["totals[1].amount"] == ("11.76 mg", "3.36 mg")
    assert differences(first.document, first.document) == []
    page = client.get(f"/plans/{second.pk}/compare/{first.pk}/")
    assert "11.76 mg" in page.content.decode()
    other = client.get(f"/plans/{second.pk}/compare/{course.pk}/")
    assert other.status_code == 404


def test_form_shows_again_what_a_plan_was_made_from(client, course):
    technique = {"spacing_mm": 8.0, "volume_per_point": "0.03 mL"}
    plan = make_plan(course, table(technique=technique), by=client.user, now=now())
    page = client.get(f"/plans/{plan.pk}/change/").content.decode()
    for value in ('value="8.0"', 'value="0.03 mL"', 'value="60"', 'value="45"'):
        assert value in page, value


def test_today_s_sheets_lie_in_the_clear_and_go_the_next_day(client, course, settings):
    folder: Path = settings.CLINIC_FOLDER.sheets
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    plan = make_plan(course, table(), by=client.user, now=now())
    assert write_today(now()) == []
    for finding in findings_of(plan.document):
        if finding.severity == "warning":
            life.answer(plan, finding.key, "Seen.", override=False, by=client.user, now=now())
    life.approve(plan, by=client.user, now=now(), today=TODAY)
    (name,) = write_today(now())
    assert (folder / name).read_bytes().startswith(b"%PDF")
    assert (folder / name).stat().st_mode & 0o077 == 0
    assert write_today(now() + dt.timedelta(days=1)) == []
    assert list(folder.iterdir()) == []
