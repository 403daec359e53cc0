"""The questions of the intake questionnaire, by version, and what counts as an answer."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mesoplan.core.errors import Fault, InputError

CURRENT = "1"
NONE = "none"
"""The one line of a list in which the patient ticked that there is nothing."""
LINE_LETTERS, MOST_LINES = 200, 60
LOOK = ("look-preoccupied", "look-distress", "look-impairment", "look-hour")


@dataclass(frozen=True)
class Option:
    """One thing to choose or tick."""

    id: str
    text: str
    phototype: int | None = None


@dataclass(frozen=True)
class Question:
    """One question; ``list`` names the list of the record that its answers may go into."""

    key: str
    kind: str
    text: str
    none: str = ""
    other: str = ""
    list: str = ""
    options: tuple[Option, ...] = ()

    def shown(self, line: str) -> str:
        """An answer in the words that the patient read."""
        if line == NONE and self.none:
            return self.none
        return next((option.text for option in self.options if option.id == line), line)


@dataclass(frozen=True)
class Form:
    """One version of the questionnaire."""

    version: str
    screen_status: str
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question | None:
        """The question of a key."""
        return next((one for one in self.questions if one.key == key), None)


@lru_cache(maxsize=8)
def form(version: str = CURRENT) -> Form:
    """The questionnaire of a version."""
    folder = files("mesoplan.clinic.patients") / "data"
    table = tomllib.loads((folder / f"intake-v{version}.toml").read_text("utf-8"))
    rows = [
        Question(**{**row, "options": tuple(Option(**option) for option in row.get("options", ()))})
        for row in table["question"]
    ]
    return Form(table["version"], table["screen_status"], tuple(rows))


def answers_of(post: Mapping[str, Any], asked: Form) -> dict[str, Any]:
    """Answers out of a posted form, as they were given; checked by ``checked_answers``."""
    answers: dict[str, Any] = {}
    for question in asked.questions:
        text = str(post.get(question.key, ""))
        if question.kind in ("lines", "ticks"):
            ids = [o.id for o in question.options if post.get(f"{question.key}-{o.id}") == "yes"]
            lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
            none = [NONE] if post.get(f"{question.key}-none") == "yes" else []
            answers[question.key] = [*ids, *lines, *none]
        else:
            answers[question.key] = text
    return {key: answer for key, answer in answers.items() if answer}


def checked_answers(answers: Mapping[str, Any], asked: Form) -> dict[str, Any]:
    """Answers that are answers; a question left open is left out.

    Raises
    ------
    InputError
        With one fault for each that is none, says *none* beside something, or is too long.
    """
    faults = [
        Fault(key, "is no question", "load the page anew")
        for key in answers
        if asked.question(key) is None
    ]
    for question in asked.questions:
        fault = _fault(question, answers.get(question.key))
        if fault is not None:
            faults.append(fault)
    if faults:
        raise InputError(faults)
    return {key: answer for key, answer in answers.items() if answer}


def is_positive(answers: Mapping[str, Any]) -> bool | None:
    """Whether the screen on appearance is positive; ``None`` where it cannot be known.

    Much thought, and distress or a life that suffers, and an hour a day or more. One *no* to the
    first or the last settles it, whatever was left open.
    """
    preoccupied, distress, impairment, hour = (
        {"yes": True, "no": False}.get(answers.get(key, "")) for key in LOOK
    )
    suffers = True if distress or impairment else None
    if distress is False and impairment is False:
        suffers = False
    parts = (preoccupied, suffers, hour)
    if False in parts:
        return False
    return None if None in parts else True


def _fault(question: Question, answer: Any) -> Fault | None:
    if not answer:
        return None
    again = "choose or write again"
    if question.kind == "yes-no":
        return None if answer in ("yes", "no") else Fault(question.key, "is no answer", again)
    if question.kind == "choice":
        known = {option.id for option in question.options}
        return None if answer in known else Fault(question.key, "is no answer", again)
    if not isinstance(answer, list) or any(not isinstance(line, str) for line in answer):
        return Fault(question.key, "is no answer", again)
    if NONE in answer and len(answer) > 1:
        right = "take the tick at none away, or what you wrote"
        return Fault(question.key, "says something, and that there is nothing", right)
    if len(answer) > MOST_LINES:
        return Fault(question.key, "has too many lines", f"write {MOST_LINES} or fewer")
    if any(len(line) > LINE_LETTERS for line in answer):
        right = f"write {LINE_LETTERS} letters a line or fewer"
        return Fault(question.key, "has a line that is too long", right)
    if any("\x00" in line for line in answer):
        return Fault(question.key, "holds a letter that cannot be kept", again)
    return None
