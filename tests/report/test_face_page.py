"""The turnable face: what its file holds, and what a browser without any network shows of it."""

import io
import json
import re
import shutil
from collections.abc import Callable, Generator
from dataclasses import replace
from importlib import resources
from math import cos, hypot, radians, sin, tan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mesoplan.core.errors import InputError
from mesoplan.report.face_page import (
    TEXTS,
    ExposureLayer,
    FacePage,
    FacePoint,
    LegendStep,
    Mesh,
    Outline,
    Thread,
    Zone,
    face_page,
    photo_uri,
)

HALF_MM = np.array([60.0, 85.0, 55.0])
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EVIL = "</script><script>window.evil = 1</script><img src=x onerror='window.evil = 2'>\u2028<!--"
WIDE, HIGH = 1280, 800


# --- a face in the shape of an ellipsoid ---------------------------------------------------------


def on_skin(x: float, y: float, z: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where a direction leaves the ellipsoid, and the normal there."""
    direction = np.array([x, y, z]) / HALF_MM
    place = HALF_MM * direction / np.linalg.norm(direction)
    normal = place / HALF_MM**2
    return tuple(map(float, place)), tuple(map(float, normal / np.linalg.norm(normal)))


def ellipsoid(rows: int = 36, columns: int = 72) -> Mesh:
    down, round_ = np.meshgrid(
        np.linspace(0, np.pi, rows + 1), np.linspace(0, 2 * np.pi, columns + 1), indexing="ij"
    )
    unit = np.stack([np.sin(down) * np.sin(round_), np.cos(down), np.sin(down) * np.cos(round_)], 2)
    positions = (unit * HALF_MM).reshape(-1, 3)
    first = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)).ravel()
    below = first + columns + 1
    triangles = np.concatenate(
        [np.stack([first, below, below + 1], 1), np.stack([first, below + 1, first + 1], 1)]
    )
    uv = np.stack(
        [(positions[:, 0] / HALF_MM[0] + 1) / 2, (1 - positions[:, 1] / HALF_MM[1]) / 2], 1
    )
    return Mesh(positions, triangles, uv)


def point(name: str, direction: tuple[float, float, float], **other: Any) -> FacePoint:
    place, normal = on_skin(*direction)
    given = dict(
        id=name, label=name[0].upper() + "1", area=f"area {name}", position_mm=place,
        normal=normal, depth_mm=1.5, volume_ml=0.02, text=f"text of {name}",
    )  # fmt: skip
    return FacePoint(**{**given, **other})


def ring(x: float, y: float, z: float, reach: float) -> np.ndarray:
    """A closed line around a direction, on the skin."""
    turns = np.linspace(0, 2 * np.pi, 49)
    return np.array(
        [on_skin(x + reach * np.cos(t), y + reach * np.sin(t), z)[0] for t in turns.tolist()]
    )


def quarters() -> str:
    """A photo of four colours: red, green above; blue, white below."""
    colours = np.array([[[220, 0, 0], [0, 200, 0]], [[0, 0, 220], [255, 255, 255]]], np.uint8)
    buffer = io.BytesIO()
    picture = Image.fromarray(colours.repeat(128, 0).repeat(128, 1))
    picture.save(buffer, "JPEG", quality=95, subsampling=0)
    return photo_uri(buffer.getvalue())


FRONT = point("front", (0, 0, 55))
LEFT = point("left", (55, 10, 8))
RIGHT = point("right", (-55, 10, 8))
HIGH_UP = point("high", (15, 50, 40), depth_mm=None)
BACK = point("back", (20, 0, -50))
SHORT = ExposureLayer("short", "short", np.zeros((3, 4), np.uint8))
BURIED = replace(FRONT, id="inside", label="I1", position_mm=(0.0, 20.0, 0.0))


def make_page(**other: Any) -> FacePage:
    mesh = ellipsoid()
    red = np.zeros((len(mesh.positions_mm), 4), np.uint8)
    red[:] = (200, 30, 60, 255)
    given: dict[str, Any] = dict(
        title="Face of a test",
        marks=("DRAFT – not approved",),
        intended="For planning, record and education.",
        mesh=mesh,
        photo=quarters(),
        exposures=(
            ExposureLayer("one", "first exposure", red, (LegendStep("much", "#c81e3c"),), "a note"),
            ExposureLayer("two", "second exposure", red[:, [2, 1, 0, 3]]),
        ),
        regions=(Outline("region", (ring(-20, -30, 40, 12),)),),
        zones=(
            Zone("an artery", "may lie here", "artery", "#c8323c", (ring(20, -30, 40, 12),)),
            Zone("an eye", "no point", "globe", "#b00020", (ring(0, 45, 40, 9),), True, (5, 6)),
        ),
        points=(FRONT, LEFT, RIGHT, HIGH_UP, BACK, BURIED),
        threads=(Thread(on_skin(-10, -5, 50)[0], on_skin(10, -5, 50)[0]),),  # type: ignore[arg-type]
        notes=("a line of the notes",),
    )
    return FacePage(**{**given, **other})


# --- the file ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built() -> None:
    if not (resources.files("mesoplan.web") / "static" / "viewer" / "face.html").is_file():
        pytest.skip("the face page is not built: run node build.mjs in frontend")


def document(html: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" id="face-data">(.*?)</script>', html)
    assert len(found) == 1
    return json.loads(found[0])


@pytest.mark.usefixtures("built")
def test_the_document_comes_back_whole_whatever_its_words() -> None:
    html = face_page(make_page(title=EVIL, notes=(EVIL, "ü €")))
    read = document(html)
    assert read["title"] == EVIL
    assert read["notes"] == [EVIL, "ü €"]
    assert html.count("</script>") == face_page(make_page()).count("</script>")
    assert "\u2028" not in html.split("</title>")[1]


@pytest.mark.usefixtures("built")
def test_the_file_names_nothing_outside_itself() -> None:
    html = face_page(make_page())
    tags = re.sub(r"(?s)(<script[^>]*>|<style>).*?(</script>|</style>)", r"\1\2", html)
    assert not re.search(r"\b(src|href)\s*=", tags)
    assert re.search(r"@import|url\(", html.split("<style>")[1].split("</style>")[0]) is None


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (dict(photo="data:text/html;base64,AAAA"), "photo"),
        (dict(points=(FRONT, FRONT)), "points"),
        (dict(points=(replace(FRONT, normal=(0.0, 0.0, 0.0)),)), "points[0].normal"),
        (dict(points=(replace(FRONT, depth_mm=float("nan")),)), "points[0]"),
        (dict(threads=(Thread((0, 0, 0), (0, 0, float("inf"))),)), "threads[0]"),
        (dict(mesh=replace(ellipsoid(), uv=None)), "mesh.uv"),
        (dict(mesh=replace(ellipsoid(), triangles=np.array([[0, 1, 99999]]))), "mesh.triangles"),
        (dict(regions=(Outline("r", (np.zeros((1, 3)),)),)), "regions[0].lines"),
        (dict(zones=(Zone("z", "", "", "red", ()),)), "zones[0].colour"),
        (dict(zones=(Zone("z", "", "", "#ff0000", (), fill=(10**6,)),)), "zones[0].fill"),
        (dict(exposures=(SHORT,)), "exposures[0].rgba"),
        (dict(texts={}), "texts"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused(change: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        make_page(**change)
    assert key in [fault.key for fault in caught.value.faults]


# --- in a browser --------------------------------------------------------------------------------


class Tab:
    """One page with what it asked for and what it complained of."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )

    def ready(self) -> None:
        # wait_for_function would need eval, which the page forbids
        for _ in range(400):
            if self.page.evaluate("window.mesoplanFace !== undefined"):
                return
            self.page.wait_for_timeout(25)
        pytest.fail(f"the face did not appear: {self.errors}")

    def project(self, name: str) -> list[float]:
        found: list[float] = self.page.evaluate("id => window.mesoplanFace.project(id)", name)
        return found

    def pick(self, x: float, y: float) -> str | None:
        found: str | None = self.page.evaluate("at => window.mesoplanFace.pick(...at)", [x, y])
        return found

    def box(self) -> dict[str, float]:
        found: dict[str, float] = self.page.locator("canvas").bounding_box()
        return found

    def pixels(self) -> np.ndarray:
        """The picture as it is on the screen, after all that was asked for is drawn."""
        self.page.evaluate(
            "new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))"
        )
        shot = Image.open(io.BytesIO(self.page.screenshot(clip=self.box())))
        return np.asarray(shot.convert("RGB")).astype(int)


Opened = Callable[..., Tab]


@pytest.fixture(scope="module")
def launch() -> Generator[Callable[..., Any]]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("no Chromium")
    play = pytest.importorskip("playwright.sync_api")
    with play.sync_playwright() as driver:
        yield lambda *more: driver.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, *more]
        )


def opener(browser: Any, folder: Path) -> Generator[Opened]:
    contexts = []

    def opened(data: FacePage, width: int = WIDE, height: int = HIGH, *, ready: bool = True) -> Tab:
        file = folder / "face.html"
        file.write_text(face_page(data), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        contexts.append(context)
        tab = Tab(context.new_page())
        tab.page.goto(file.as_uri())
        if ready:
            tab.ready()
        return tab

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Any]) -> Generator[Any]:
    with launch() as started:
        yield started


@pytest.fixture
def open_page(built: None, browser: Any, tmp_path: Path) -> Generator[Opened]:
    yield from opener(browser, tmp_path)


@pytest.fixture
def open_flat(built: None, launch: Callable[..., Any], tmp_path: Path) -> Generator[Opened]:
    with launch("--disable-3d-apis") as started:
        yield from opener(started, tmp_path)


def expected_px(
    place: tuple[float, ...], turn_deg: float, box: dict[str, float]
) -> tuple[float, float]:
    """Where a place must be: a lens of 24°, level with the middle, far enough for all turns."""
    half_field = tan(radians(12))
    aspect = box["width"] / box["height"]
    across = hypot(HALF_MM[0], HALF_MM[2]) / aspect
    distance = 1.08 * max(HALF_MM[1], across) / half_field + HALF_MM[2]
    turn = radians(turn_deg)
    x, y, z = place
    right = x * cos(turn) - z * sin(turn)
    depth = distance - (x * sin(turn) + z * cos(turn))
    scale = 0.5 * box["height"] / half_field / depth
    return (
        box["x"] + 0.5 * box["width"] + scale * right,
        box["y"] + 0.5 * box["height"] - scale * y,
    )


def at(pixels: np.ndarray, tab: Tab, place: tuple[float, ...], turn_deg: float = 0) -> np.ndarray:
    """The colour seen at a place of the skin."""
    box = tab.box()
    x, y = expected_px(place, turn_deg, box)
    found: np.ndarray = pixels[round(y - box["y"]), round(x - box["x"])]
    return found


@pytest.mark.parametrize(("width", "height"), [(WIDE, HIGH), (900, 1200)])
def test_the_face_is_drawn_and_fills_the_picture(
    open_page: Opened, width: int, height: int
) -> None:
    tab = open_page(make_page(), width, height)
    pixels = tab.pixels()
    assert pixels.shape[0] == pytest.approx(tab.box()["height"], abs=1)
    assert pixels.shape[1] == pytest.approx(tab.box()["width"], abs=1)
    vivid = pixels.max(2) - pixels.min(2) > 60
    assert 0.15 < vivid.mean() < 0.7
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.errors == []


@pytest.mark.parametrize(("view", "turn_deg"), [("front", 0), ("left", 45), ("right", -45)])
def test_points_are_where_a_lens_puts_them(open_page: Opened, view: str, turn_deg: int) -> None:
    tab = open_page(make_page())
    tab.page.locator(f"[data-view={view}]").click()
    for one in (FRONT, LEFT, RIGHT, HIGH_UP, BACK):
        there = expected_px(one.position_mm, turn_deg, tab.box())
        assert tab.project(one.id) == pytest.approx(there, abs=0.6)
    pressed = tab.page.locator("[data-view][aria-pressed=true]")
    assert [pressed.nth(i).get_attribute("data-view") for i in range(pressed.count())] == [view]


def test_what_is_seen_can_be_picked_and_nothing_else(open_page: Opened) -> None:
    tab = open_page(make_page())
    assert tab.pick(*tab.project("front")) == "front"
    assert tab.pick(*tab.project("high")) == "high"
    # turned away, and behind the skin though turned to the eye
    assert tab.pick(*tab.project("back")) is None
    assert tab.pick(*tab.project("inside")) is None
    box = tab.box()
    assert tab.pick(box["x"] + 5, box["y"] + 5) is None


def test_turning_brings_one_side_and_takes_the_other(open_page: Opened) -> None:
    tab = open_page(make_page())
    for key, seen, hidden in (("1", "right", "left"), ("3", "left", "right")):
        tab.page.keyboard.press(key)
        assert tab.pick(*tab.project(seen)) == seen
        assert tab.pick(*tab.project(hidden)) is None


def test_the_keys_turn_and_zoom(open_page: Opened) -> None:
    tab = open_page(make_page())
    tab.page.locator("canvas").focus()
    x, y = tab.project("front")
    tab.page.keyboard.press("ArrowRight")
    turned = tab.project("front")
    assert turned[0] < x - 20
    tab.page.keyboard.press("ArrowUp")
    assert tab.project("front")[1] > y + 20
    tab.page.keyboard.press("2")
    before = tab.project("high")
    tab.page.keyboard.press("+")
    after = tab.project("high")
    middle = tab.box()["y"] + tab.box()["height"] / 2
    assert middle - after[1] > 1.1 * (middle - before[1])
    for _ in range(40):
        tab.page.keyboard.press("ArrowLeft")
    tab.page.keyboard.press("-")
    # held at 75° to the patient's right; 90° would put the point on the rim of the left
    edge = expected_px(FRONT.position_mm, -75, tab.box())
    assert tab.project("front")[0] == pytest.approx(edge[0], abs=1.5)


def test_drawing_the_mouse_turns_no_further_than_the_limit(open_page: Opened) -> None:
    tab = open_page(make_page())
    box = tab.box()
    y = box["y"] + box["height"] / 2
    tab.page.mouse.move(box["x"] + 100, y)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + 850, y, steps=4)
    tab.page.mouse.up()
    tab.pixels()
    edge = expected_px(FRONT.position_mm, -75, box)
    assert tab.project("front") == pytest.approx(edge, abs=1.0)


def test_a_picked_point_and_its_row_go_together(open_page: Opened) -> None:
    tab = open_page(make_page())
    page = tab.page
    before = tab.pixels()
    page.mouse.click(*tab.project("high"))
    row = page.locator("[data-point=high]")
    assert row.get_attribute("aria-selected") == "true"
    assert page.locator("[aria-selected=true]").count() == 1
    card = page.locator("#picked").inner_text()
    assert "text of high" in card
    assert TEXTS["unknown"] in card
    assert np.abs(tab.pixels() - before).max() > 60
    # the other way round: a row of the hidden side turns the face to it
    page.keyboard.press("3")
    assert tab.pick(*tab.project("right")) is None
    page.locator("[data-point=high]").focus()
    page.keyboard.press("ArrowUp")
    assert page.locator("[aria-selected=true]").get_attribute("data-point") == "right"
    assert "text of right" in page.locator("#picked").inner_text()
    assert tab.pick(*tab.project("right")) == "right"
    page.keyboard.press("Escape")
    assert page.locator("[aria-selected=true]").count() == 0


def test_a_zone_says_what_may_lie_there(open_page: Opened) -> None:
    tab = open_page(make_page())
    place = ring(20, -30, 40, 12)[0]
    tab.page.mouse.click(*expected_px(tuple(place), 0, tab.box()))
    assert "an artery" in tab.page.locator("#picked").inner_text()
    assert "may lie here" in tab.page.locator("#picked").inner_text()


def test_the_photo_is_not_mirrored(open_page: Opened) -> None:
    tab = open_page(make_page(points=(), zones=(), regions=(), threads=()))
    pixels = tab.pixels()
    # upper left of the photo is the patient's upper right
    upper_right = at(pixels, tab, on_skin(-20, 30, 40)[0])
    upper_left = at(pixels, tab, on_skin(20, 30, 40)[0])
    lower_right = at(pixels, tab, on_skin(-20, -30, 40)[0])
    assert (upper_right.argmax(), upper_left.argmax(), lower_right.argmax()) == (0, 1, 2)
    assert min(upper_right.max(), upper_left.max(), lower_right.max()) > 120


def test_an_exposure_has_the_colour_of_its_legend(open_page: Opened) -> None:
    tab = open_page(make_page())
    place = on_skin(-30, 10, 40)[0]
    bare = at(tab.pixels(), tab, place)
    tab.page.get_by_label("first exposure").check()
    assert at(tab.pixels(), tab, place) == pytest.approx([200, 30, 60], abs=3)
    assert "much" in tab.page.locator(".legend").inner_text()
    assert "a note" in tab.page.locator(".legend").inner_text()
    assert tab.page.evaluate("window.mesoplanFace.layer('two')")
    assert at(tab.pixels(), tab, place) == pytest.approx([60, 30, 200], abs=3)
    tab.page.get_by_label(TEXTS["layer.none"]).check()
    assert at(tab.pixels(), tab, place) == pytest.approx(bare, abs=3)
    assert not tab.page.evaluate("window.mesoplanFace.layer('missing')")


@pytest.mark.parametrize("what", ["photo", "points", "regions", "zones", "forbidden"])
def test_each_box_shows_and_hides_its_own(open_page: Opened, what: str) -> None:
    tab = open_page(make_page())
    before = tab.pixels()
    box = tab.page.locator(f"[data-show={what}]")
    box.uncheck()
    changed = (np.abs(tab.pixels() - before).max(2) > 40).sum()
    assert changed > 60
    box.check()
    assert np.abs(tab.pixels() - before).max() <= 3


def test_hidden_points_cannot_be_picked(open_page: Opened) -> None:
    tab = open_page(make_page())
    tab.page.locator("[data-show=points]").uncheck()
    assert tab.pick(*tab.project("front")) is None


def test_a_zone_behind_the_face_is_hidden_by_it(open_page: Opened) -> None:
    behind = Zone("behind", "", "artery", "#c8323c", (ring(5, 5, -50, 15),))
    tab = open_page(make_page(zones=(behind,)))
    before = tab.pixels()
    tab.page.locator("[data-show=zones]").uncheck()
    assert np.abs(tab.pixels() - before).max() <= 3


def test_without_a_photo_the_skin_is_plain(open_page: Opened) -> None:
    tab = open_page(make_page(photo=None))
    assert tab.page.locator("[data-show=photo]").count() == 0
    red, green, blue = at(tab.pixels(), tab, on_skin(-10, 10, 50)[0])
    assert red > 120
    assert red >= green >= blue
    assert red - blue < 70


def test_the_marks_stand_first_and_every_row_is_there(open_page: Opened) -> None:
    tab = open_page(make_page())
    assert tab.page.locator("body").inner_text().startswith("DRAFT – not approved")
    assert tab.page.locator("tbody tr").count() == 6
    shown = tab.page.locator("body").inner_text()
    assert [key for key in TEXTS if re.search(rf"(?m)^{re.escape(key)}$", shown)] == []
    assert "a line of the notes" in shown


def test_all_words_come_from_the_document(open_page: Opened) -> None:
    told = {key: f"⟦{key}⟧" for key in TEXTS}
    tab = open_page(make_page(texts=told, language="de", points=(replace(FRONT, depth_mm=1.5),)))
    page = tab.page
    page.locator("[data-point=front]").click()
    assert page.evaluate("document.documentElement.lang") == "de"
    assert "1,5" in page.locator("[data-point=front]").inner_text()
    everything = page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('[aria-label]')]"
        ".map(e => e.getAttribute('aria-label')).join()"
    )
    unseen = {"unknown", "no-webgl", "no-photo", "no-script"}
    assert [key for key in TEXTS if key not in unseen and told[key] not in everything] == []


def test_no_request_leaves_and_nothing_is_complained_of(open_page: Opened) -> None:
    tab = open_page(make_page())
    tab.page.get_by_label("first exposure").check()
    tab.page.locator("[data-view=left]").click()
    tab.page.mouse.click(*tab.project("left"))
    tab.pixels()
    assert any(url.startswith("file:") for url in tab.requests)
    assert [url for url in tab.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert sum(url.startswith("file:") for url in tab.requests) == 1
    assert tab.errors == []


def test_the_policy_is_there_and_in_force(open_page: Opened) -> None:
    tab = open_page(make_page())
    policy = tab.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == parts["connect-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", parts["script-src"])
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", parts["style-src"])
    assert parts["img-src"] == "data: blob:"
    added = """() => {
        const script = document.createElement("script");
        script.textContent = "window.evil = 1";
        document.head.append(script);
        return window.evil ?? null;
    }"""
    assert tab.page.evaluate(added) is None
    asked = "fetch('data:,x').then(() => 'answered', () => 'refused')"
    assert tab.page.evaluate(asked) == "refused"


def test_words_that_look_like_markup_stay_words(open_page: Opened) -> None:
    zone = Zone(EVIL, EVIL, EVIL, "#c8323c", (ring(20, -30, 40, 12),))
    data = make_page(
        title=EVIL, marks=(EVIL,), intended=EVIL, notes=(EVIL,), zones=(zone,),
        points=(replace(FRONT, area=EVIL, label=EVIL, text=EVIL),),
    )  # fmt: skip
    tab = open_page(data)
    tab.page.locator("[data-point=front]").click()
    plain = " ".join(EVIL.split())
    for place in ("h1", ".marks strong", ".notes li", "[data-point] td:nth-child(2)", "#picked p"):
        words: str = tab.page.locator(place).first.evaluate("e => e.textContent")
        assert " ".join(words.split()) == plain
    assert tab.page.title().startswith("</script>")
    assert tab.page.evaluate("window.evil ?? null") is None
    assert tab.page.locator("img").count() == 0
    assert tab.page.locator("script").count() == 2
    assert tab.errors == []


def test_a_photo_that_cannot_be_read_is_said(open_page: Opened) -> None:
    tab = open_page(make_page(photo=photo_uri(b"no picture")))
    assert TEXTS["no-photo"] in tab.page.locator("#panel").inner_text()
    assert tab.page.locator("[data-show=photo]").is_disabled()


def test_without_webgl_the_table_and_a_message_remain(open_flat: Opened) -> None:
    tab = open_flat(make_page(), ready=False)
    assert tab.page.get_by_role("alert").inner_text() == TEXTS["no-webgl"]
    assert tab.page.locator("canvas").count() == 0
    assert tab.page.locator("tbody tr").count() == 6
    assert "an artery" in tab.page.locator(".zones").inner_text()
    tab.page.locator("[data-point=left]").click()
    assert "text of left" in tab.page.locator("#picked").inner_text()
    assert tab.page.evaluate("window.mesoplanFace === undefined")
    assert tab.errors == []
