// Step 4: compare the lines with the face, and drag what is off.

import { triangles } from "../../../src/mesoplan/catalogue/data/face/canonical.json";
import { button, h } from "./dom";
import { drawFace, frameFace, type Drawn } from "./face_lines";
import { text } from "./messages";
import type { Page, Step } from "./page";
import type { Point } from "./protocol";
import { Handle, type Place } from "./stage";
import { NAMED } from "./topology";
import type { Face } from "./work";

/** A named point is taken in preference to a small one that lies about as near. */
const PREFERENCE_PX = 6;

export const pointsStep: Step = {
  number: 3,
  title: text.pointsTitle,
  before: null,
  after: null,
  missing: ({ work }) => (work.face === null ? "" : null),
  enter(page) {
    new PointsEditor(page);
  },
};

class PointsEditor {
  private readonly face: Face;
  private readonly handles = new Map<number, Handle>();
  private readonly follow = h("input", { type: "checkbox", checked: true });
  private readonly whole = h("input", { type: "checkbox" });
  private readonly count = h("p", { className: "fact" });
  private readonly back = button(text.pointsUndo, () => this.undo());
  private readonly drawn: Drawn;
  private held = -1;
  private start: Point[] = [];
  private from: Place = [0, 0];

  constructor(private readonly page: Page) {
    const { stage, work } = page;
    this.face = work.face!;
    frameFace(page);
    this.drawn = drawFace(page, triangles);
    const names = new Map(NAMED.map((named) => [named.index, named]));
    const small = this.face.points.map((_, index) => index).filter((index) => !names.has(index));
    for (const index of small) this.add(index, text.pointNumber(index), false);
    for (const point of NAMED) this.add(point.index, page.nameOf(point), true);
    this.whole.addEventListener("change", () => this.drawn.showMesh(this.whole.checked));
    page.undo = () => this.undo();
    page.body.append(
      h("p", {}, text.pointsHelp),
      h("label", { className: "check" }, this.follow, text.pointsFollow),
      h("label", { className: "check" }, this.whole, text.pointsMesh),
      this.back,
      this.count,
      h("p", { className: "small" }, text.pointsKeys),
    );
    stage.tool = {
      press: (place) => this.press(place),
      drag: (place) => this.drag(place),
      hover: (place) => this.hover(place),
    };
    this.draw();
  }

  private add(index: number, label: string, named: boolean): void {
    const handle = new Handle(this.page.stage, {
      label,
      radius: named ? 4.5 : 1.5,
      className: named ? "named" : "small",
      nudge: (dx, dy) => this.nudge(index, dx, dy),
    });
    if (!named) handle.circle.setAttribute("tabindex", "-1");
    handle.circle.dataset["index"] = String(index);
    handle.circle.addEventListener("keydown", (event) => {
      const step = { PageDown: 1, PageUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const all = this.face.points.length;
      this.handles.get((index + step + all) % all)!.focus();
    });
    this.handles.set(index, handle);
  }

  private nearest(place: Place): number {
    const { stage } = this.page;
    const named = NAMED.map(({ index }) => this.face.points[index]!);
    const byName = stage.nearest(named, place);
    const any = stage.nearest(this.face.points, place);
    if (byName < 0) return any;
    const away = (point: Point) => Math.hypot(point[0] - place[0], point[1] - place[1]);
    const closer = away(this.face.points[any]!) + PREFERENCE_PX / stage.scale;
    return closer < away(named[byName]!) ? any : NAMED[byName]!.index;
  }

  private press(place: Place): boolean {
    this.held = this.nearest(place);
    if (this.held < 0) return false;
    this.handles.get(this.held)!.focus();
    this.start = this.face.points;
    this.from = place;
    return true;
  }

  private drag(place: Place): void {
    if (this.held < 0) return;
    if (this.face.points === this.start) this.face.remember();
    const [dx, dy] = [place[0] - this.from[0], place[1] - this.from[1]];
    this.face.moveFrom(this.start, this.held, dx, dy, this.follow.checked);
    this.draw();
  }

  private hover(place: Place): void {
    const near = this.nearest(place);
    for (const [index, handle] of this.handles) handle.mark(index === near);
  }

  private nudge(index: number, dx: number, dy: number): void {
    const { face } = this;
    face.remember();
    face.moveFrom(face.points, index, dx * face.nudge, dy * face.nudge, this.follow.checked);
    this.draw();
  }

  private undo(): void {
    this.face.undo();
    this.draw();
  }

  private draw(): void {
    this.drawn.draw();
    for (const [index, handle] of this.handles) {
      const [x, y] = this.face.points[index]!;
      handle.move([x, y]);
    }
    this.back.disabled = !this.face.canUndo;
    this.count.textContent = text.pointsMoved(this.face.moved.length);
  }
}
