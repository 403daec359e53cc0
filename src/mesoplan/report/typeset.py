"""Runs Typst: a template, its data as JSON and its pictures go in, a PDF comes out."""

import json
from collections.abc import Mapping
from importlib.resources import as_file, files
from typing import Any

import typst

_TEMPLATES = ("common.typ", "sheet.typ", "patient.typ", "label.typ", "consent.typ")


def typeset(template: str, data: Mapping[str, Any], pictures: Mapping[str, str]) -> bytes:
    """A PDF of a template; the same data give the same bytes.

    Parameters
    ----------
    template : str
        File name of the template.
    data : mapping
        What the template reads as ``data.json``; texts are set literally, never as markup.
    pictures : mapping
        SVG texts by the file name under which the template names them.
    """
    folder = files("mesoplan.report")
    inputs = {name: (folder / "templates" / name).read_bytes() for name in _TEMPLATES}
    inputs["main.typ"] = inputs.pop(template)
    inputs["data.json"] = json.dumps(data, ensure_ascii=False).encode()
    inputs |= {name: picture.encode() for name, picture in pictures.items()}
    with as_file(folder / "fonts") as fonts:
        # the stubs of typst leave out the form with several files, which its manual documents
        pdf: bytes = typst.compile(  # type: ignore[call-overload]
            inputs, format="pdf", font_paths=[str(fonts)], ignore_system_fonts=True
        )
    return pdf
