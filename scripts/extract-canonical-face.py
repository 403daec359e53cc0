"""Takes the canonical face out of the packed assets of @mediapipe/face_mesh, as JSON.

Run once for a version of the package: extract-canonical-face.py PACKED_ASSETS OUT.json. The
metadata are a protocol buffer of geometry_pipeline: mesh (1) with vertices (3: x y z u v, cm) and
indices (4), and the weighted landmarks of the pose (2: index 1, weight 2).
"""

import json
import struct
import sys
from pathlib import Path

START, END = 3737848, 3757224
"""Where the metadata of landmarks lie in the packed assets of 0.4.1633559619."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where the next field begins."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data: bytes) -> list[tuple[int, int | float | bytes]]:
    """(Number, value) of every field of a message."""
    at, found = 0, []
    while at < len(data):
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            raise SystemExit(f"field {number} has the unknown wire type {kind}")
        found.append((number, value))
    return found


def main() -> None:
    """Read, take apart, mirror, write."""
    metadata = Path(sys.argv[1]).read_bytes()[START:END]
    top = fields(metadata)
    mesh = fields(next(value for number, value in top if number == 1))
    rows = [value for number, value in mesh if number == 3]
    indices = [value for number, value in mesh if number == 4]
    vertices = [rows[i : i + 5] for i in range(0, len(rows), 5)]
    triangles = [indices[i : i + 3] for i in range(0, len(indices), 3)]
    basis = [dict(fields(value)) for number, value in top if number == 2]
    places = [tuple(vertex[:3]) for vertex in vertices]
    mirror = [
        min(
            range(len(places)),
            key=lambda j: sum((a - b) ** 2 for a, b in zip((-x, y, z), places[j], strict=True)),
        )
        for x, y, z in places
    ]
    document = {
        "source": "@mediapipe/face_mesh 0.4.1633559619, geometry_pipeline_metadata_landmarks",
        "licence": "Apache-2.0, The MediaPipe Authors",
        "vertices_cm": [[round(value, 6) for value in vertex[:3]] for vertex in vertices],
        "uv": [[round(value, 6) for value in vertex[3:]] for vertex in vertices],
        "triangles": triangles,
        "mirror": mirror,
        "pose_weights": [[row[1], round(row[2], 9)] for row in basis],
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items()]
    Path(sys.argv[2]).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


main()
