"""mesoplan landmarks: from a photograph of a face to its landmarks file."""

import queue
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from mesoplan.cli.landmarks.answers import Answers, given_of, refuse_answers
from mesoplan.cli.landmarks.browser import find_faces
from mesoplan.cli.landmarks.compose import Raw, box_of, composed, face_points
from mesoplan.cli.landmarks.server import serving
from mesoplan.cli.landmarks.session import Found, Session
from mesoplan.cli.landmarks.summary import notes, pose_text, remains, scale_text
from mesoplan.cli.output import DONE, err, out, print_json
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.photo import Photo, read_photo
from mesoplan.model.landmarks import Landmarks
from mesoplan.workflow.landmarks_file import write_landmarks

_WAIT_S = 0.5
_FAILURES = {
    "no-face": (
        "no face was found on it",
        "give a photograph from the front with one face, cut closer, or place the points by hand"
        " with --open",
    ),
    "no-webgl": (
        "this Chromium has no WebGL, which finding a face needs",
        "allow it (software WebGL will do), or place the points by hand with --open",
    ),
}


def landmarks_command(
    photo: Annotated[
        Path | None, typer.Argument(metavar="PHOTO", help="A photograph: JPEG, PNG or WebP.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The landmarks file to write.")
    ] = None,
    face: Annotated[
        int | None, typer.Option("--face", help="Which of several faces, from the left.")
    ] = None,
    patient_right: Annotated[
        str | None,
        typer.Option("--patient-right", help="Where it lies: image-left or image-right."),
    ] = None,
    ruler: Annotated[
        str | None, typer.Option("--ruler", help="Ends of a ruler: X1,Y1,X2,Y2 in pixels.")
    ] = None,
    ruler_length: Annotated[
        str | None, typer.Option("--ruler-length", help='Its length, as "30 mm".')
    ] = None,
    erase: Annotated[
        str | None,
        typer.Option("--erase", help="Hair, beard, glasses: none, or a JSON file of outlines."),
    ] = None,
    by_hand: Annotated[  # noqa: FBT002
        bool, typer.Option("--open", help="See, correct and accept the points in the browser.")
    ] = False,
    as_json: Annotated[  # noqa: FBT002
        bool, typer.Option("--json", help="Print the landmarks file instead of a summary.")
    ] = False,
) -> int:
    """Find the landmarks of a face on a photograph; everything stays on this machine."""
    answers = Answers(face, patient_right, ruler, ruler_length, erase)
    target = _target(file, photo)
    if by_hand:
        refuse_answers(answers)
        made = _with_a_person(None if photo is None else read_photo(photo), target)
    else:
        made = _without_a_person(photo, answers)
        write_landmarks(made, target)
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        _show(made, target)
    return DONE


def _target(file: Path | None, photo: Path | None) -> Path:
    if file is None:
        raise InputError([Fault("--out", "is missing", "name the landmarks file to write")])
    right = "name a file in a folder that can be written"
    if file.is_dir() or not file.name:
        raise InputError([Fault("--out", f"{file} is a folder", right)])
    if not file.parent.is_dir():
        raise InputError([Fault("--out", f"there is no folder {file.parent}", right)])
    if photo is not None and photo.exists() and file.exists() and file.samefile(photo):
        raise InputError([Fault("--out", "is the photograph itself", "name another file")])
    return file


def _without_a_person(path: Path | None, answers: Answers) -> Landmarks:
    if path is None:
        raise InputError([Fault("PHOTO", "is missing", "name a photograph, or use --open")])
    given = given_of(answers)
    photo = read_photo(path)
    with err().status("looking for a face"):
        found = find_faces(Session(photo))
    return composed(photo, _chosen(photo, found, answers.face), given)


def _chosen(photo: Photo, found: Found, face: int | None) -> tuple[Raw, ...]:
    if found.faces is None:
        kind = found.failure or "failed"
        wrong, right = _FAILURES.get(
            kind, (f"looking for a face failed ({found.detail})", "try again, or use --open")
        )
        raise InputError([Fault("photo", wrong, right)])
    faces = [face_points(photo, shares) for shares in found.faces]
    if len(faces) == 1 and face in (None, 1):
        return faces[0]
    right = f"give --face 1 to {len(faces)}" if len(faces) > 1 else "leave --face out"
    if face is None:
        wrong = f"{len(faces)} faces were found"
        listed = [Fault("--face", f"{wrong}, which one is not said", right)]
        listed += [
            Fault("--face", f"face {number} lies at {box_of(points)}", f"give --face {number}")
            for number, points in enumerate(faces, 1)
        ]
        raise InputError(listed)
    if face > len(faces):
        wrong = f"{face} is more than the {len(faces)} found"
        raise InputError([Fault("--face", wrong, right)])
    return faces[face - 1]


def _with_a_person(photo: Photo | None, target: Path) -> Landmarks:
    session = Session(photo, target)
    with serving(session) as server:
        address = server.address("index.html")
        opened = webbrowser.open(address)
        begin = "The page opened in your browser" if opened else "Open this page in a browser"
        sys.stderr.write(f"{begin}: {address}\nWaiting for Accept; Ctrl+C stops.\n")
        sys.stderr.flush()
        while True:
            try:
                return session.saved.get(timeout=_WAIT_S)
            except queue.Empty:
                continue


def _show(landmarks: Landmarks, target: Path) -> None:
    photo = landmarks.photo
    lines = [
        f"Photograph: {photo.file}, {photo.width_px} × {photo.height_px} pixels upright",
        f"Face: {box_of(landmarks.points)}",
        f"Scale: {scale_text(landmarks)}",
        f"Head: {pose_text(landmarks)}",
        *(f"Mind: {note}" for note in notes(landmarks)),
        *(f"To do: {line}" for line in remains(landmarks)),
        f"File: {target}",
    ]
    for line in lines:
        out().print(Text(line), soft_wrap=True)
