"""The server behind the pages answers nobody but its own pages."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import landmark_helpers as face
from mesoplan.cli.landmarks.server import HOST, Server, serving
from mesoplan.cli.landmarks.session import SHOWN_PX, Session
from mesoplan.core.photo import photo_of, read_photo
from mesoplan.workflow.landmarks_file import read_landmarks


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(Session(read_photo(face.portrait_file()), tmp_path / "a.json")) as running:
        yield running


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = dict(response.getheaders())
        self.content = response.read()

    @property
    def document(self) -> Any:
        return json.loads(self.content)


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, **headers: str
) -> Answer:
    """A request as the page would send it, with some headers other than its own."""
    sent = {"Host": f"{HOST}:{server.server_port}", "Origin": server.origin}
    sent |= {"Content-Type": "application/json"} if method == "POST" else {}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(HOST, server.server_port, timeout=20)
    try:
        connection.request(method, path, body, sent)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def at(server: Server, path: str) -> str:
    return f"/{server.token}/{path}"


def draft(**changes: Any) -> bytes:
    points = face.recorded_document()["points"]
    values = dict(
        detector="face_mesh", points=points, moved=[], patient_right="image-left", ruler=None,
        erased_px=[],
    )  # fmt: skip
    return json.dumps(values | changes).encode()


def test_pages_come_with_headers_that_keep_them_here(server: Server) -> None:
    page = ask(server, "GET", at(server, "landmarks/index.html"))
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    frame = ask(server, "GET", at(server, "landmarks/facemesh.html"))
    assert "'unsafe-eval'" in frame.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in frame.headers["Content-Security-Policy"]
    assert "connect-src 'self'" in frame.headers["Content-Security-Policy"]


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    [
        "/", "/landmarks/index.html", "/wrong/landmarks/index.html", "/wrong/api/picture",
        "//api/picture",
    ],
)  # fmt: skip
def test_without_the_token_there_is_nothing(server: Server, path: str) -> None:
    assert ask(server, "GET", path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "../web/__init__.py", "landmarks/../../__init__.py", "landmarks/%2e%2e/%2e%2e/__init__.py",
        "/etc/passwd", "%2fetc%2fpasswd", "landmarks", "", "landmarks/none.js", "a%00b", "..%5c..",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_pages(server: Server, path: str) -> None:
    assert ask(server, "GET", at(server, path)).status == 404


def test_another_name_for_this_machine_is_refused(server: Server) -> None:
    for host in ("evil.example", f"localhost:{server.server_port}", "127.0.0.1"):
        assert ask(server, "GET", at(server, "api/picture"), Host=host).status == 403


def test_a_request_of_another_origin_is_refused(server: Server, tmp_path: Path) -> None:
    for origin in ("https://evil.example", "null", ""):
        assert ask(server, "POST", at(server, "api/save"), draft(), Origin=origin).status == 403
    plain = ask(server, "POST", at(server, "api/save"), draft(), Content_Type="text/plain")
    assert plain.status == 415
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_refused_before_it_is_read(server: Server) -> None:
    path = at(server, "api/save")
    assert ask(server, "POST", path, b"{}", Content_Length="99999999").status == 413
    assert ask(server, "POST", path, b"{}", Content_Length="-1").status == 411


def test_a_draft_is_saved_with_its_scale(server: Server, tmp_path: Path) -> None:
    answer = ask(server, "POST", at(server, "api/save"), draft(moved=[5, 3]))
    assert answer.status == 200
    saved = read_landmarks(tmp_path / "a.json")
    assert saved.accepted
    assert (saved.moved, saved.erased_px) == ((3, 5), ())
    assert saved.calibration == face.recorded().calibration
    assert server.session.saved.get_nowait() == saved


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (dict(patient_right=None), "patient_right"),
        (dict(points=[[1, 2, 3]]), "points"),
        (dict(detector="manual"), "ruler: there is none"),
        (dict(ruler=dict(kind="ruler", from_px=[1, 1], to_px=[2, 2], length_mm=5)), "ruler"),
        (dict(surprise=1), "surprise"),
    ],
)
def test_a_faulty_draft_is_told_and_not_saved(
    server: Server, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    answer = ask(server, "POST", at(server, "api/save"), draft(**changes))
    assert answer.status == 422
    assert said in answer.document["faults"][0]
    assert list(tmp_path.iterdir()) == []


def test_a_mesh_by_hand_goes_through_its_anchors(server: Server) -> None:
    points = face.points_px(face.recorded())
    numbers = (33, 263, 133, 362, 4, 61, 291, 152, 234, 454, 10)
    anchors = {number: points[number].tolist() for number in numbers}
    answer = ask(server, "POST", at(server, "api/mesh"), json.dumps({"anchors": anchors}).encode())
    mesh = np.asarray(answer.document["points"])[:, :2]
    assert np.abs(mesh[list(numbers)] - points[list(numbers)]).max() < 0.01
    few = json.dumps({"anchors": {33: [1, 2]}}).encode()
    assert ask(server, "POST", at(server, "api/mesh"), few).status == 422


def test_a_photograph_may_be_chosen_in_the_page(server: Server) -> None:
    path = at(server, "api/photo?name=..%2Fan%20other.jpg")
    picture = face.encoded(face.portrait().resize((3000, 2000)), "JPEG")
    answer = ask(server, "POST", path, picture, Content_Type="application/octet-stream")
    assert answer.document["file"] == "an other.jpg"
    assert (answer.document["width_px"], answer.document["height_px"]) == (3000, 2000)
    shown = photo_of(ask(server, "GET", at(server, "api/picture")).content, "shown.png")
    assert (shown.width_px, shown.height_px) == (SHOWN_PX, 1707)
    refused = ask(server, "POST", path, b"none", Content_Type="application/octet-stream")
    assert refused.status == 422
    assert "no JPEG" in refused.document["faults"][0]


def test_nothing_of_a_request_is_printed(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    ask(server, "GET", at(server, "api/session"))
    ask(server, "GET", "/wrong")
    assert capfd.readouterr() == ("", "")
