"""Loop's scheme: weights by hand (C. Loop 1987, weights of Warren 1995), and what it keeps."""

import numpy as np
import pytest
from face_builders import CANONICAL

from mesoplan.anatomy.face.subdivision import Subdivision, face_subdivision, loop_subdivision


def fan(valence: int) -> Subdivision:
    """One step of a vertex 0 with a closed ring 1 … n around it."""
    ring = np.arange(valence)
    triangles = np.column_stack([np.zeros_like(ring), 1 + ring, 1 + (ring + 1) % valence])
    return loop_subdivision(triangles, valence + 1, 1)


def row(matrix: object, number: int) -> list[float]:
    return np.asarray(matrix.todense())[number].tolist()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("valence", "middle", "neighbour"),
    [
        # from six neighbours on 3 / (8 n) each; three have 3/16 each
        (3, 7 / 16, 3 / 16),
        (4, 5 / 8, 3 / 32),
        (5, 5 / 8, 3 / 40),
        (6, 5 / 8, 1 / 16),
        (8, 5 / 8, 3 / 64),
    ],
)
def test_an_inner_vertex_has_the_weights_of_its_valence(
    valence: int, middle: float, neighbour: float
) -> None:
    found = row(fan(valence).matrix, 0)
    assert found == pytest.approx([middle] + [neighbour] * valence)


def test_a_border_vertex_hears_only_its_neighbours_on_the_border() -> None:
    # ring vertex 2 of a fan of five: 1/8, 3/4, 1/8 along the border, nothing from the middle
    assert row(fan(5).matrix, 2) == pytest.approx([0, 1 / 8, 3 / 4, 1 / 8, 0, 0])


def test_new_vertices_of_an_inner_and_of_a_border_edge() -> None:
    found = fan(5)
    # Triangle 1 is (0, 2, 3). Its corner children are (a, ab, ca), (ab, b, bc), (ca, bc, c).
    (_, ab, ca), (_, _, bc) = found.triangles[4], found.triangles[5]
    assert found.triangles[4][0] == 0
    # edge 0-2 lies between triangles with the third corners 1 and 3
    assert row(found.matrix, ab) == pytest.approx([3 / 8, 1 / 8, 3 / 8, 1 / 8, 0, 0])
    assert row(found.matrix, ca) == pytest.approx([3 / 8, 0, 1 / 8, 3 / 8, 1 / 8, 0])
    # edge 2-3 is on the border
    assert row(found.matrix, bc) == pytest.approx([0, 0, 1 / 2, 1 / 2, 0, 0])


def strip(columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """A sheared grid, every inner vertex of valence six: places and triangles."""
    i, j = np.meshgrid(np.arange(columns), np.arange(rows), indexing="ij")
    places = np.column_stack([(i + 0.3 * j).ravel(), 0.8 * j.ravel()])
    a = (i * rows + j)[:-1, :-1].ravel()
    b, c, d = a + rows, a + rows + 1, a + 1
    return places, np.concatenate([np.column_stack([a, b, d]), np.column_stack([b, c, d])])


def test_a_regular_grid_stays_where_it_is() -> None:
    """A linear field is kept: old vertices do not move, new ones lie halfway."""
    places, triangles = strip(6, 4)
    found = loop_subdivision(triangles, len(places), 1)
    moved = found.matrix @ places
    corners = {0, 3, 20, 23}
    old = [k for k in range(24) if k not in corners]
    assert moved[old] == pytest.approx(places[old])
    for number, (a, b, c) in enumerate(triangles):
        ab, bc, ca = found.triangles[4 * number + 3]
        halfway = 0.5 * (places[[a, b, c]] + places[[b, c, a]])
        assert moved[[ab, bc, ca]] == pytest.approx(halfway)
    field = places @ [2.5, -1.25] + 7.0
    assert (found.matrix @ field)[old] == pytest.approx(field[old])
    # the corner of a border is rounded: 3/4 of it and 1/8 of either neighbour
    assert moved[0] == pytest.approx(0.75 * places[0] + 0.125 * (places[1] + places[4]))


def test_counts_of_the_face_by_euler() -> None:
    """468 - E + 898 = 1 makes 1365 edges; a step adds the edges to the vertices."""
    fine = face_subdivision()
    edges_1 = 2 * 1365 + 3 * 898
    assert fine.matrix.shape == (468 + 1365 + edges_1, 468)
    assert len(fine.triangles) == 16 * 898
    assert fine.per_triangle == 16


def test_every_row_of_the_face_sums_to_one_and_none_is_negative() -> None:
    matrix = face_subdivision().matrix
    assert np.asarray(matrix.sum(axis=1)).ravel() == pytest.approx(np.ones(matrix.shape[0]))
    assert matrix.data.min() >= 0.0
    # so a constant is kept, and moving all landmarks moves the skin alike
    constant = matrix @ np.full(468, 3.7)
    assert constant == pytest.approx(np.full(len(constant), 3.7))


def test_fine_triangles_lie_in_their_base_triangle_and_fill_it() -> None:
    fine = face_subdivision()
    corners = CANONICAL.uv[CANONICAL.triangles]
    assert fine.corner_weights.sum(axis=2) == pytest.approx(np.ones((16 * 898, 3)))
    assert fine.corner_weights.min() >= 0.0
    placed = fine.corner_weights @ np.repeat(corners, 16, axis=0)

    def area(of: np.ndarray) -> np.ndarray:
        ab, ac = of[:, 1] - of[:, 0], of[:, 2] - of[:, 0]
        return 0.5 * (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])

    # two halvings of the sides: a sixteenth of the area each, turned the same way
    assert area(placed) == pytest.approx(np.repeat(area(corners), 16) / 16)
    # a vertex that several base triangles share has one place for all of them
    first = np.full((fine.matrix.shape[0], 2), np.nan)
    first[fine.triangles.ravel()] = placed.reshape(-1, 2)
    assert first[fine.triangles] == pytest.approx(placed, abs=1e-12)


def test_the_limit_of_a_closed_mesh_is_that_of_the_limit_stencil() -> None:
    """Loop's limit of a vertex of valence n: 1 / (1 + 8 n β / 3) of it, the rest of the ring.

    The octahedron has valence 4, β = 3/32: its corners shrink from 1 to 1 / 2, for the ring
    averages to the middle.
    """
    corners = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1.0]])
    upper = [[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4]]
    lower = [[2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]]
    found = loop_subdivision(np.array(upper + lower), 6, 6)
    placed = found.matrix @ corners
    # 1 / (1 + 8 · 4 · (3/32) / 3) = 1 / 2
    assert np.linalg.norm(placed[:6], axis=1) == pytest.approx(np.full(6, 0.5), abs=1e-3)
