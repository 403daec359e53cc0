"""The printed sheet and the patient's page, read back from the PDF."""

import io
import re
from dataclasses import replace

import pypdf
import pytest
from report_plans import AREAS, make_plan

from mesoplan.model.case import Area
from mesoplan.report import patient_pdf, sheet_pdf

POINTS_PER_MM = 72 / 25.4


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in read(pdf).pages]


@pytest.fixture(scope="module")
def sheet(plan, catalogue):
    return pages(sheet_pdf(plan, catalogue))


@pytest.fixture(scope="module")
def blocked_sheet(blocked, catalogue):
    return pages(sheet_pdf(blocked, catalogue))


def test_usual_plan_takes_four_pages(sheet):
    assert len(sheet) == 4


def test_four_areas_and_three_syringes_still_take_four_pages(large, catalogue):
    text = pages(sheet_pdf(large, catalogue))
    assert len(text) == 4
    assert "Syringe 3" in text[0]
    assert "4 MIDLINE chin" in text[1]


def test_more_than_fits_flows_on_and_is_not_cut(catalogue):
    areas = tuple(Area(site="cheek", side="left", rectangle_mm=(30 + 3 * n, 30)) for n in range(14))
    text = pages(sheet_pdf(make_plan(areas=areas, passes=6), catalogue))
    assert len(text) > 4
    whole = " ".join(text)
    for number in range(1, 15):
        assert f"{number} LEFT cheek" in whole
    assert "Syringe 6" in whole
    assert "Injected by" in whole
    assert all("DRAFT" in page for page in text)


def test_every_page_carries_draft_plan_id_and_intended_use(sheet):
    for number, page in enumerate(sheet, 1):
        assert "DRAFT" in page
        assert "a1b2c3d4e5" in page
        assert "The clinician decides. Not a certified medical device." in page
        assert f"page {number} of 4" in page


def test_sheet_starts_with_what_was_not_checked(sheet):
    assert sheet[0].startswith("NOT CHECKED")
    position = sheet[0].index("Medicines were not asked")
    assert position < sheet[0].index("At the chair")


def test_nothing_unchecked_prints_no_such_mark(catalogue):
    plan = make_plan(unchecked=0, findings=())
    assert "NOT CHECKED" not in " ".join(pages(sheet_pdf(plan, catalogue)))


def test_page_one_holds_preparation_and_settings(sheet):
    page = sheet[0]
    for text in (
        "Dissolve OnabotulinumtoxinA 100 U powder in 2.50 mL Sodium chloride 0.9 %",
        "1.00 mL 1.00 mL",
        "0.60 mL 1.60 mL",
        "discard after 24 h",
        "graduation 0.01 mL",
        "left over 0.70 mL",
        "30G 4 mm",
        "at 30°, 3 mm in",
        "10 per 0.1 mL",
        "Never inside 10 mm of the orbital rim.",
        "Allergies penicillin",
        "initials",
        "skipped",
        "lot",
    ):
        assert text in page, text


def test_allergies_that_were_not_asked_say_so(catalogue):
    usual = make_plan()
    patient = usual.case.patient.model_copy(update={"allergies": None})
    case = usual.case.model_copy(update={"patient": patient})
    page = pages(sheet_pdf(usual.model_copy(update={"case": case}), catalogue))[0]
    assert "Allergies NOT ASKED" in page


def test_asked_and_none_differs_from_not_asked(catalogue):
    usual = make_plan()
    patient = usual.case.patient.model_copy(update={"allergies": ()})
    case = usual.case.model_copy(update={"patient": patient})
    page = pages(sheet_pdf(usual.model_copy(update={"case": case}), catalogue))[0]
    assert "Allergies asked, none known" in page


def test_unknowns_are_words_and_never_zero(sheet):
    assert "pH not known; osmolality not known" in sheet[0]
    assert "OnabotulinumtoxinA: not known" in sheet[3]
    assert "no limit known" in sheet[2]


def test_emergency_card_counts_weight_and_leaves_out_what_is_not_injected(sheet):
    assert "1.5 mL/kg = 93 mL over 1 minute" in sheet[1]
    assert "0.25 mL/kg/min = 16 mL/min" in sheet[1]
    assert "Anaphylaxis" in sheet[1]
    assert "Methylxanthine overdose" not in sheet[1]


def test_emergency_card_without_weight_computes_nothing(large, catalogue):
    page = pages(sheet_pdf(large, catalogue))[1]
    assert "1.5 mL/kg (weight not known)" in page
    assert "93 mL" not in page


def test_planning_record(sheet):
    page = sheet[2]
    assert page.index("NEGATIVE") < page.index("positive")
    for text in ("LOW.", "5.44 mg", "2.7 %", "200 mg", "S113 Lidocaine", "off-label"):
        assert text in page, text


def test_where_it_goes_with_ranges_drivers_cream_and_blood(sheet):
    page = sheet[3]
    for text in (
        "34 % (12 to 61 %): missed; met in 3 of 64 runs",
        "34 % (12 to 61 %)",
        "clearance of the tissue (−0.81)",
        "depth of the tip (+0.44)",
        "0.77 mg·h/mL injected, 2.1 (0.21–21) µg·h/mL as a cream, ratio 366",
        "no law for a cream holds here",
        "0.033 mg/L (0.021–0.044)",
        "5.3 mg reach the blood in all",
        "5.3 % of the exposure (AUC) of a licensed dose into the blood: 100 mg, intravenous",
        "a regulating effect included, is not known",
        "The law binds more than the proteins can hold",
        "Distance to target: 0.42 mm",
    ):
        assert text in page, text
    # the areas apart stand in plan.json: one value for each substance, and the cream line
    assert page.count("0.77 mg·h/mL") == 3


def test_blocked_sheet_shows_no_indicators(blocked_sheet):
    for text in ("met in", "as a cream", "clearance of the tissue"):
        assert text not in blocked_sheet[3]


def test_blocked_sheet_withholds_preparation_volumes_and_needle(blocked_sheet):
    whole = " ".join(blocked_sheet)
    assert all("NOT RELEASED" in page and "DRAFT" in page for page in blocked_sheet)
    assert "Lidocaine and mepivacaine given today reach 1.31" in blocked_sheet[0]
    for text in (
        "30G",
        "at 30°",
        "mm in",
        "1.5 mm",
        "0.01 mL",
        "0.30 mL",
        "per 0.1 mL",
        "Dissolve",
        "Draw up",
        "draw up",
        "graduation",
        "0.009",
        "better texture",
        "diluted toxin in the dermis",
        "standardised photographs",
    ):
        assert text not in whole, text
    assert "5.44 mg" in blocked_sheet[2]


def test_blocked_sheet_lists_critical_findings_before_warnings(blocked_sheet):
    page = blocked_sheet[0]
    assert page.index("CRITICAL") < page.index("To be answered before approval")


def bars(page: pypdf.PageObject) -> list[float]:
    """Widths in mm of all thin filled rectangles of a page."""
    found: list[float] = []
    path: list[tuple[float, float]] = []

    def visit(operator, operands, matrix, _):
        if operator == b"m":
            path.clear()
        if operator in {b"m", b"l"}:
            x, y = (float(value) for value in operands)
            a, b, c, d, e, f = matrix
            path.append((a * x + c * y + e, b * x + d * y + f))
        if operator in {b"f", b"f*"} and len(path) == 4:
            xs, ys = [p[0] for p in path], [p[1] for p in path]
            if (max(ys) - min(ys)) / POINTS_PER_MM < 1.0:
                found.append((max(xs) - min(xs)) / POINTS_PER_MM)

    page.extract_text(visitor_operand_before=visit)
    return found


@pytest.mark.parametrize("reduced", [False, True])
def test_bar_measures_50_mm_on_paper(catalogue, reduced):
    areas = AREAS
    if reduced:
        areas = (Area(site="thigh", side="left", rectangle_mm=(200, 260)),)
    pdf = sheet_pdf(make_plan(areas=areas), catalogue)
    widths = bars(read(pdf).pages[1])
    assert any(abs(width - 50) < 0.01 for width in widths), widths
    text = pages(pdf)[1]
    assert "must measure 50 mm" in text
    scale = re.search(r"Scale 1 : ([\d.]+)", text)
    assert scale is not None
    assert (float(scale[1]) == 1) is not reduced


def test_same_plan_same_bytes(plan, catalogue):
    assert sheet_pdf(plan, catalogue) == sheet_pdf(plan, catalogue)
    assert patient_pdf(plan, catalogue) == patient_pdf(plan, catalogue)


def test_patient_page_has_no_doses_and_no_rule_codes(plan, catalogue):
    text = pages(patient_pdf(plan, catalogue))
    assert len(text) == 1
    assert not re.search(r"\d (mg|mL|U|µg|mm)\b", text[0])
    for finding in plan.findings:
        assert not re.search(rf"\b{finding.rule}\b", text[0])
    for words in (
        "Any new lump within 6 months: call",
        "LEFT cheek",
        "22 November 2026",
        "1 March 2027",
        "date to be agreed",
        "Trouble swallowing",
        "Ringing in the ears",
        "Telephone",
    ):
        assert words in text[0], words


def test_patient_page_warns_only_of_what_is_injected(plan, catalogue):
    totals = plan.totals[:1]
    text = pages(patient_pdf(plan.model_copy(update={"totals": totals}), catalogue))[0]
    assert "Ringing in the ears" in text
    assert "drooping eyelid" not in text


def test_patient_page_of_a_blocked_plan(blocked, catalogue):
    text = pages(patient_pdf(blocked, catalogue))[0]
    assert "not released yet" in text
    assert "What is planned" not in text
    assert "22 November 2026" not in text.replace("valid for 22 November 2026", "")


def test_plan_without_protocol_exposure_or_indicators(catalogue):
    plan = make_plan(protocol=None, exposure=None, indicators=None, systemic=None, schedule=())
    text = pages(sheet_pdf(plan, catalogue))
    assert "Evidence not known" in text[2]
    assert text[3].count("not computed") >= 8
    assert "no good study" in pages(patient_pdf(plan, catalogue))[0]


def test_patient_page_names_what_acts(plan, catalogue):
    vehicle = catalogue.substances["lidocaine"].model_copy(update={"role": "vehicle"})
    substances = {**catalogue.substances, "lidocaine": vehicle}
    other = replace(catalogue, records={**catalogue.records, "substance": substances})
    assert "With: Lidocaine" in pages(patient_pdf(plan, catalogue))[0]
    assert "With: OnabotulinumtoxinA." in pages(patient_pdf(plan, other))[0]
