// By hand: named anchors clicked in turn; the server lays the average face through them.

import { vertices_cm } from "../../../src/mesoplan/catalogue/data/face/canonical.json";
import { mesh } from "./api";
import { button, h, s } from "./dom";
import { text } from "./messages";
import type { Page, Step } from "./page";
import { Handle, type Place } from "./stage";
import { ANCHORS, LINES } from "./topology";
import { Face } from "./work";

const KEY_STEP = 1 / 200;

export const handStep: Step = {
  number: 1,
  title: text.handTitle,
  before: null,
  after: null,
  missing: ({ work }) => (work.anchors.size === ANCHORS.length ? null : ""),
  enter(page) {
    page.stage.fit();
    render(page);
  },
  async finish(page) {
    const { points } = await mesh(Object.fromEntries(page.work.anchors));
    page.work.face = new Face(points, "manual");
  },
};

function render(page: Page): void {
  const { stage, work } = page;
  stage.clear();
  const placed = ANCHORS.filter(({ index }) => work.anchors.has(index));
  const turn = ANCHORS.find(({ index }) => !work.anchors.has(index));
  const undo = button(text.handUndo, () => {
    work.anchors.delete(placed.at(-1)!.index);
    render(page);
  });
  undo.disabled = placed.length === 0;
  page.undo = () => undo.click();
  const said = turn
    ? [
        h("p", {}, text.handHelp(placed.length + 1, ANCHORS.length)),
        h("p", { className: "target" }, page.nameOf(turn)),
      ]
    : [h("p", {}, text.handDone)];
  page.body.replaceChildren(
    ...said,
    guide(turn?.index),
    undo,
    h("p", { className: "small" }, text.handKeys),
    h("p", { className: "small" }, text.handRuler),
  );
  const handles = placed.map((anchor) => placedHandle(page, anchor.index, page.nameOf(anchor)));
  if (turn) cross(page, turn.index);
  listen(page, placed.map(({ index }) => index), handles, turn?.index);
  page.check();
}

function put(page: Page, index: number, place: Place): void {
  page.work.anchors.set(index, page.stage.within(place));
}

function placedHandle(page: Page, index: number, label: string): Handle {
  const { stage, work } = page;
  const step = KEY_STEP * Math.max(stage.width, stage.height);
  const handle = new Handle(stage, {
    label,
    radius: 6,
    className: "named",
    nudge(dx, dy) {
      const [x, y] = work.anchors.get(index)!;
      put(page, index, [x + dx * step, y + dy * step]);
      handle.move(work.anchors.get(index)!);
    },
  });
  handle.move(work.anchors.get(index)!);
  return handle;
}

/** A cross for those who place points by keyboard. */
function cross(page: Page, index: number): void {
  const { stage } = page;
  const step = KEY_STEP * Math.max(stage.width, stage.height);
  let place: Place = [stage.width / 2, stage.height / 2];
  const handle = new Handle(stage, {
    label: text.cross,
    radius: 8,
    className: "cross",
    further: 10,
    nudge(dx, dy) {
      place = stage.within([place[0] + dx * step, place[1] + dy * step]);
      handle.move(place);
    },
  });
  handle.move(place);
  handle.circle.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    put(page, index, place);
    render(page);
    stage.layer.querySelector<SVGCircleElement>(".cross")?.focus();
  });
}

function listen(page: Page, indices: number[], handles: Handle[], turn: number | undefined): void {
  const { stage, work } = page;
  let held = -1;
  stage.tool = {
    press(place) {
      held = stage.nearest(indices.map((index) => work.anchors.get(index)!), place);
      if (held >= 0) {
        handles[held]!.focus();
        return true;
      }
      const [x, y] = place;
      if (turn === undefined || x < 0 || y < 0 || x > stage.width || y > stage.height) return false;
      put(page, turn, place);
      render(page);
      return true;
    },
    drag(place) {
      if (held < 0) return;
      put(page, indices[held]!, place);
      handles[held]!.move(work.anchors.get(indices[held]!)!);
    },
  };
}

/** A small drawing of the average face with the place to click on. */
function guide(turn: number | undefined): SVGSVGElement {
  const drawing = s("svg", { class: "guide", viewBox: "-9.5 -10.5 19 21", "aria-hidden": "true" });
  const at = (index: number) => [vertices_cm[index]![0]!, -vertices_cm[index]![1]!];
  for (const line of LINES) {
    drawing.append(s("polyline", { points: line.map((index) => at(index).join(",")).join(" ") }));
  }
  for (const { index } of ANCHORS) {
    const [cx, cy] = at(index);
    const here = index === turn;
    drawing.append(
      s("circle", { cx: cx!, cy: cy!, r: here ? 0.75 : 0.28, class: here ? "here" : "" }),
    );
  }
  return drawing;
}
