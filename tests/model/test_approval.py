"""The gate of approval: what is answered, what is overridden, what can never be."""

import datetime as dt

import pytest

from mesoplan.model.approval import FindingAnswer, open_faults
from mesoplan.model.finding import Finding

NOW = dt.datetime(2026, 11, 25, 9, 30, tzinfo=dt.UTC)


def finding(severity="warning", *, checked=True, overridable=False, message="Says so."):
    return Finding(
        rule="rule-one",
        severity=severity,
        checked=checked,
        overridable=overridable,
        subjects=("lidocaine", "cheek"),
        message=message,
        clears_when="It is changed.",
        message_id="m",
    )


def answer(found, text="Seen, and why.", *, override=False):
    return FindingAnswer(finding=found.key, text=text, by="Dr A", at=NOW, override=override)


INFO = finding("info")
WARNING = finding()
UNCHECKED = finding(checked=False, message="It was NOT CHECKED.")
FINAL = finding("critical", message="Never.")
OVERRIDABLE = finding("critical", overridable=True, message="Once.")


@pytest.mark.parametrize(
    ("findings", "answers", "open_rules"),
    [
        ((), (), 0),
        ((INFO,), (), 0),
        ((WARNING,), (), 1),
        ((WARNING,), (answer(WARNING),), 0),
        ((WARNING, UNCHECKED), (answer(WARNING),), 1),
        ((UNCHECKED,), (answer(UNCHECKED),), 0),
        ((FINAL,), (), 1),
        ((FINAL,), (answer(FINAL, override=True),), 1),
        ((OVERRIDABLE,), (), 1),
        ((OVERRIDABLE,), (answer(OVERRIDABLE),), 1),
        ((OVERRIDABLE,), (answer(OVERRIDABLE, override=True),), 0),
        ((WARNING,), (answer(WARNING, "  "),), 1),
        ((WARNING,), (answer(WARNING, override=True),), 1),
        ((INFO,), (answer(WARNING),), 1),
    ],
)
def test_what_stands_open(findings, answers, open_rules):
    assert len(open_faults(findings, answers)) == open_rules


def test_answer_holds_only_for_the_same_words():
    other = WARNING.model_copy(update={"message": "Says so, 12 mg."})
    assert {f.key for f in open_faults((other,), (answer(WARNING),))} == {"rule-one", "answers"}


@pytest.mark.parametrize(
    "update",
    [
        {"rule": "rule-two"},
        {"severity": "critical"},
        {"checked": False},
        {"subjects": ("lidocaine",)},
        {"message": "Says so!"},
    ],
)
def test_key_follows_every_part_of_what_is_said(update):
    assert WARNING.model_copy(update=update).key != WARNING.key


def test_key_ignores_the_order_of_subjects():
    assert WARNING.model_copy(update={"subjects": ("cheek", "lidocaine")}).key == WARNING.key
