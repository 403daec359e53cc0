"""Writes the files of a plan: all of them or none."""

import json
import shutil
import tempfile
from pathlib import Path

from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.plan import Plan
from mesoplan.report.exposure import exposure_svg
from mesoplan.report.map import map_svg
from mesoplan.report.patient import patient_pdf
from mesoplan.report.sheet import sheet_pdf
from mesoplan.report.words import Words

NAMES = ("plan.json", "sheet.pdf", "patient.pdf", "map.svg", "exposure.svg")
"""The files of every plan, in the order they are named to the user."""
PHOTO_NAMES = ("photograph.svg", "face.html")
"""Files of a plan on photographs: the drawing over them, and a face that turns."""


def plan_json(plan: Plan) -> str:
    """The plan document as text."""
    return json.dumps(plan.document(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def render(plan: Plan, catalogue: Catalogue) -> dict[str, bytes]:
    """The content of every file by name."""
    files = {
        "plan.json": plan_json(plan).encode(),
        "sheet.pdf": sheet_pdf(plan, catalogue),
        "patient.pdf": patient_pdf(plan, catalogue),
        "map.svg": map_svg(plan, catalogue).encode(),
        "exposure.svg": exposure_svg(plan, catalogue).encode(),
    }
    if plan.mapped:
        files |= _on_photographs(plan, catalogue)
    return files


def _on_photographs(plan: Plan, catalogue: Catalogue) -> dict[str, bytes]:
    # Imported where they are needed: a plan without photographs starts faster without them.
    from mesoplan.report.face_document import face_html
    from mesoplan.report.face_scene import first_face
    from mesoplan.report.photograph import photograph_svg

    files = {"photograph.svg": photograph_svg(plan, catalogue).encode()}
    scene = first_face(plan, catalogue)
    if scene is not None:
        files["face.html"] = face_html(scene, Words(catalogue)).encode()
    return files


def _refuse_folders(out: Path) -> None:
    """A folder in the place of a file would stop the replacement half way."""
    for name in (*NAMES, *PHOTO_NAMES):
        if (out / name).is_dir():
            raise IsADirectoryError(21, f"{name} is a folder")


def write_report(plan: Plan, out: Path, catalogue: Catalogue) -> tuple[Path, ...]:
    """Write ``plan.json``, ``sheet.pdf``, ``patient.pdf``, ``map.svg`` and ``exposure.svg``.

    A plan on photographs has ``photograph.svg`` besides, and on a face ``face.html``; those of
    an older plan in the folder are taken away where this one has none.

    Everything is rendered and written to a temporary folder at ``out`` before the first file of
    ``out`` is touched, so that an older report is replaced whole or not at all.

    Parameters
    ----------
    plan : Plan
        The plan.
    out : Path
        Folder; made where it does not exist.
    catalogue : Catalogue
        Names and texts.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    contents = render(plan, catalogue)
    made: Path | None = None
    try:
        existed = out.is_dir()
        out.parent.mkdir(parents=True, exist_ok=True)
        _refuse_folders(out)
        # in a folder that exists the parent may be closed to us, its own inside never is
        beside = out if existed else out.parent
        made = Path(tempfile.mkdtemp(prefix=".mesoplan-", dir=beside))
        for name, content in contents.items():
            (made / name).write_bytes(content)
        if existed:
            for name in contents:
                (made / name).replace(out / name)
            for name in PHOTO_NAMES:
                if name not in contents:
                    (out / name).unlink(missing_ok=True)
        else:
            made.chmod(0o755)
            made.replace(out)
    except OSError as error:
        wrong = f"cannot write to {out} ({error.strerror})"
        raise InputError([Fault("out", wrong, "name a folder that can be written")]) from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
    return tuple(out / name for name in contents)
