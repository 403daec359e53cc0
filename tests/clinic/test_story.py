"""A new clinic in a real browser, on both databases: from first start to restored backup."""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from clinic.postgres import cluster
from clinic.serving import Served, run, served
from landmark_helpers import need_browser
from mesoplan.cli.landmarks import browser as chromium

PASSWORD = "a long password of a test"
PIN = "135790"
CORRECTED = "hyaluronic-acid-10"


@contextmanager
def window() -> Iterator[Any]:
    program = need_browser()
    with chromium._playwright().sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(program), args=list(chromium.ARGUMENTS)
        )
        try:
            yield opened
        finally:
            opened.close()


class Tour:
    """One person's browser; every page it ends on is checked by axe."""

    def __init__(self, opened: Any, base: str) -> None:
        self.context = opened.new_context(viewport={"width": 1180, "height": 820})
        self.page, self.base = self.context.new_page(), base
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _said(self, message: Any) -> None:
        # A refused form answers 422, which the browser notes as an error of its own.
        if message.type == "error" and "422" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.base}{path}")
        self.check()

    def press(self, name: str, nth: int = 0) -> None:
        self.page.get_by_role("button", name=name, exact=True).nth(nth).click()
        self.page.wait_for_load_state()

    def open(self, name: str, nth: int = 0) -> None:
        self.page.get_by_role("link", name=name).nth(nth).click()
        self.page.wait_for_load_state()
        self.check()

    def unfold(self, name: str, nth: int = 0) -> None:
        self.page.locator("summary", has_text=name).nth(nth).click()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label).first.fill(value)

    def check(self) -> None:
        found = Axe().run(self.page)
        severe = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
        assert severe == [], f"{self.page.url}: {severe}"

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def accept(self, link: str, username: str = "", name: str = "") -> None:
        self.page.goto(link)
        if username:
            self.page.fill("#id_username", username)
            self.page.fill("#id_full_name", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.fill("#id_pin", PIN)
        self.check()
        self.press("Make it")

    def sign_in(self, username: str) -> None:
        self.page.goto(self.base)
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", PASSWORD)
        self.press("Sign in")
        self.check()


def answer_all(tour: Tour) -> int:
    """Answers each open finding singly, as the page offers no other way."""
    count = 0
    while True:
        rows = tour.page.locator("article.finding form input[name=text]")
        if rows.count() == 0:
            return count
        rows.first.fill("Looked at, acceptable for this patient.")
        tour.page.locator("article.finding form button[value=answer]").first.click()
        tour.page.wait_for_load_state()
        count += 1
        assert count < 20


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    with cluster() as url:
        yield url


def test_a_new_clinic_s_first_day(tmp_path: Path, database_url: str) -> None:
    folder = tmp_path / "clinic"
    with served(folder, database_url=database_url) as clinic, window() as opened:
        owner = Tour(opened, clinic.base)
        staff(owner, clinic)
        doctor = Tour(opened, clinic.base)
        doctor.sign_in("doctor")
        patient_path = new_patient(doctor)
        blocked_then_corrected(doctor)
        consent(doctor)
        stock(doctor)
        session(doctor, patient_path)
        recall(doctor)
        for tour in (owner, doctor):
            assert tour.complaints == []
            assert all(url.startswith((clinic.base, "data:", "blob:")) for url in tour.asked)
    backup_and_restore(tmp_path, folder, database_url)


def staff(owner: Tour, clinic: Served) -> None:
    owner.accept(clinic.first_link, "olga", "Olga Owner")
    # the link is used up
    assert owner.page.goto(clinic.first_link).status == 404
    owner.complaints.clear()
    owner.sign_in("olga")
    for username, name, role in (("doctor", "Dr Dana Doctor", "practitioner"),
                                 ("nurse", "Nils Nurse", "nurse")):  # fmt: skip
        owner.go("/staff/")
        owner.page.fill("#id_full_name", name)
        form = owner.page.locator("form[action$='/staff/invite/']")
        form.locator(f"input[value={role}]").check()
        owner.press("Make a link")
        link = owner.page.locator("#link").inner_text()
        Tour(owner.context.browser, clinic.base).accept(link, username, name)
    owner.go("/audit/")
    assert "user.invited" in owner.text()


def new_patient(doctor: Tour) -> str:
    doctor.go("/patients/new/")
    doctor.page.fill("#id_family_name", "Sample")
    doctor.page.fill("#id_given_names", "Alba")
    doctor.page.fill("#id_birth_date", "1980-01-31")
    doctor.press("Keep")
    doctor.check()
    assert "Allergies NOT ASKED" in doctor.page.locator(".banner").inner_text()
    path = doctor.page.url.removeprefix(doctor.base)
    doctor.page.select_option("#id_sex", "female")
    doctor.page.select_option("#id_phototype", "3")
    doctor.page.select_option("#id_pregnant", "no")
    doctor.page.select_option("#id_breastfeeding", "no")
    doctor.press("Keep")
    doctor.page.locator("form[action$='/list/allergies/'] >> xpath=..").locator("summary").click()
    doctor.page.fill("#id_allergies_written", "Mannitol")
    doctor.page.locator("form[action$='/list/allergies/'] button", has_text="Note it").click()
    assert "ALLERGY" in doctor.page.locator(".banner").inner_text()
    for kind in ("conditions", "medicines", "history"):
        doctor.page.locator(f"form[action$='/list/{kind}/'] button[value=asked-none]").click()
    doctor.page.locator("form[action$='/list/weights/'] >> xpath=..").locator("summary").click()
    doctor.page.fill("#id_weights_weight_kg", "62.0")
    doctor.page.locator("form[action$='/list/weights/'] button", has_text="Note it").click()
    doctor.unfold("Open a course")
    doctor.page.select_option("#id_indication", "facial-rejuvenation")
    doctor.press("Open")
    doctor.check()
    return path


def plan_form(doctor: Tour) -> None:
    doctor.page.select_option("#id_areas-0-site", "cheek")
    doctor.page.select_option("#id_areas-0-side", "left")
    doctor.page.fill("#id_areas-0-width_mm", "60")
    doctor.page.fill("#id_areas-0-height_mm", "50")
    doctor.page.select_option("#id_anaesthetics_asked", "none")
    doctor.page.select_option("#id_caffeine_asked", "none")
    doctor.page.select_option("#id_country", "FR")


def blocked_then_corrected(doctor: Tour) -> None:
    doctor.open("New plan")
    plan_form(doctor)
    # a decimal comma is refused, and what was typed stays
    doctor.page.fill("#id_volume_per_point", "0,02 mL")
    doctor.press("Plan and screen")
    assert "volume_per_point" in doctor.text()
    assert doctor.page.input_value("#id_areas-0-width_mm") == "60"
    doctor.page.fill("#id_volume_per_point", "0.02 mL")
    doctor.press("Plan and screen")
    doctor.check()
    assert "Never overridden" in doctor.text()
    answer_all(doctor)
    assert doctor.page.get_by_role("button", name="Approve", exact=True).count() == 0
    doctor.open("Change: new version")
    doctor.page.select_option("#id_contents-0-product", CORRECTED)
    doctor.page.fill("#id_contents-0-volume", "1 mL")
    doctor.page.select_option("#id_prepared_by", "pharmacy")
    doctor.press("Plan and screen")
    assert "Never overridden" not in doctor.text()
    assert answer_all(doctor) > 0
    doctor.press("Approve")
    doctor.check()
    assert "Approved by Dr Dana Doctor" in doctor.text()


def consent(doctor: Tour) -> None:
    doctor.open("Show the consent")
    doctor.press("Show it now")
    doctor.check()
    doctor.page.get_by_label("Name of the patient").fill("Alba Sample")
    pad = doctor.page.locator("canvas").bounding_box()
    doctor.page.mouse.move(pad["x"] + 30, pad["y"] + 60)
    doctor.page.mouse.down()
    doctor.page.mouse.move(pad["x"] + 200, pad["y"] + 100, steps=6)
    doctor.page.mouse.up()
    doctor.press("I have read this, I could ask, and I agree")
    assert "it was shown today" in doctor.text()
    doctor.page.get_by_label("Name of the patient").fill("Alba Sample")
    doctor.page.locator("input[name=same_day]").first.check()
    # what was drawn is gone with the refused page: this time the name is the signature
    doctor.page.locator("input[name=typed]").check()
    doctor.press("I have read this, I could ask, and I agree")
    doctor.check()
    assert "file unchanged" in doctor.text()


def stock(doctor: Tour) -> None:
    expires = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=300)).isoformat()
    for lot in ("LOT-A", "LOT-B"):
        doctor.go("/stock/receipt/")
        doctor.page.select_option("#id_product", CORRECTED)
        doctor.page.fill("#id_lot_number", lot)
        doctor.page.fill("#id_expires_on", expires)
        doctor.page.fill("#id_containers", "5")
        doctor.press("Received")
        doctor.check()
    doctor.go("/stock/receipt/")
    doctor.page.select_option("#id_product", CORRECTED)
    doctor.page.fill("#id_lot_number", "LOT-OLD")
    doctor.page.fill("#id_expires_on", "2020-01-31")
    doctor.page.fill("#id_containers", "5")
    doctor.press("Received")
    assert "expired" in doctor.text()


def session(doctor: Tour, patient_path: str) -> None:
    doctor.go(patient_path)
    doctor.open("Plan 1.2")
    doctor.press("Start the session")
    doctor.check()
    for name, value in (("systolic_mmhg", "125"), ("diastolic_mmhg", "80"),
                        ("pulse_per_min", "70"), ("changed", "nothing")):  # fmt: skip
        doctor.page.fill(f"#id_{name}", value)
    doctor.page.select_option("#id_field_clear", "yes")
    doctor.page.select_option("#id_pregnant", "no")
    doctor.page.select_option("#id_breastfeeding", "no")
    doctor.page.select_option("#id_anaesthetics_asked", "none")
    doctor.page.select_option("#id_caffeine_asked", "none")
    doctor.press("Keep and screen again")
    doctor.check()
    doctor.press("To the preparation")
    doctor.check()
    for lot in ("LOT-A", "LOT-B"):
        doctor.page.get_by_label(f"lot {lot}").first.check()
        doctor.page.locator("input[name=volume]").fill("0.5 mL")
        doctor.press("Drawn")
    doctor.page.get_by_label("clear, no particles").check()
    doctor.press("Prepared and labelled")
    doctor.check()
    doctor.press("To the time-out")
    doctor.check()
    for _ in range(8):
        doctor.page.locator("form[action$='/tick/'] button").first.click()
        doctor.page.wait_for_load_state()
    doctor.press("Begin to inject")
    doctor.check()
    doctor.page.locator("button.point").first.click()
    doctor.page.locator(".tally", has_text="1 given").wait_for()
    doctor.page.locator("button", has_text="open ones given").click()
    doctor.page.locator(".tally", has_text="0 open").wait_for()
    doctor.check()
    doctor.press("End of the injections")
    doctor.check()
    doctor.page.fill("#id_observed_min", "15")
    for box in ("well", "skin_looked_at", "told_what_to_watch_for", "has_contact"):
        doctor.page.locator(f"#id_{box}").check()
    doctor.page.locator("#id_password").fill(PASSWORD)
    doctor.press("Sign")
    doctor.check()
    assert "Signed by Dr Dana Doctor" in doctor.text()


def recall(doctor: Tour) -> None:
    doctor.go("/stock/recall/?q=LOT-A")
    assert "SAMPLE Alba" in doctor.text()
    doctor.open("the lot")
    doctor.page.locator("#recall-why").fill("The maker recalls it.")
    doctor.press("Mark as recalled")
    doctor.check()
    assert "recalled" in doctor.text()


def backup_and_restore(tmp_path: Path, folder: Path, database_url: str) -> None:
    made = tmp_path / "copy.mesoplan"
    done = run("backup", "--folder", str(folder), "--out", str(made))
    assert done.returncode == 0, done.stderr
    code = tmp_path / "code.txt"
    shown = run("backup", "--folder", str(folder), "--show-recovery-code")
    code.write_text(shown.stdout, "utf-8")
    again = tmp_path / "again"
    more = (
        ["--database-url", database_url.removesuffix("clinic") + "restored"] if database_url else []
    )
    done = run("restore", str(made), "--into", str(again), "--recovery-code-file", str(code), *more)
    assert done.returncode == 0, done.stderr
    assert "chain whole" in done.stdout
    assert run("audit", "verify", "--folder", str(again)).returncode == 0
    if database_url:
        return
    with sqlite3.connect(again / "clinic.sqlite3") as database:
        (marks,) = database.execute("SELECT marks FROM clinic_delivery").fetchone()
        assert len(json.loads(marks)) == 30  # 60 x 50 mm at 10 mm
        database.execute("DROP TRIGGER clinic_audit_no_update")
        database.execute("UPDATE clinic_auditevent SET actor = 'x' WHERE sequence = 7")
    database.close()
    found = run("audit", "verify", "--folder", str(again))
    assert found.returncode == 3
    assert "row 7 was changed" in found.stderr
