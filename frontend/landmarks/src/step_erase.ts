// Step 6: outlines of hair, beard and glasses; "none" is an answer too.

import { button, h, s } from "./dom";
import { frameFace } from "./face_lines";
import { text } from "./messages";
import type { Page, Step } from "./page";
import { Handle, type Place } from "./stage";

/** Corners closer to the line between their neighbours than this, on the screen, are left out. */
const SIMPLE_PX = 1.5;
const SMALLEST_PX2 = 60;

export const eraseStep: Step = {
  number: 5,
  title: text.eraseTitle,
  before: null,
  after: null,
  enter(page) {
    frameFace(page);
    render(page);
  },
};

function render(page: Page): void {
  const { work, stage } = page;
  const outlines = work.erased ?? [];
  const none = button(text.eraseNone, () => {
    work.erased = work.erased?.length === 0 ? null : [];
    render(page);
  });
  none.setAttribute("aria-pressed", String(work.erased?.length === 0));
  const add = button(text.eraseAdd, () => {
    work.erased = [...outlines, square(page)];
    render(page);
  });
  const list = outlines.map((_, index) =>
    button(text.eraseRemove(index + 1), () => {
      const left = outlines.filter((__, other) => other !== index);
      work.erased = left.length > 0 ? left : null;
      render(page);
    }),
  );
  page.body.replaceChildren(
    h("p", {}, text.eraseHelp),
    h("div", { className: "choices" }, none, add, ...list),
    h("p", { className: "fact" }, work.erased === null ? text.eraseOpen : ""),
    h("p", { className: "small" }, text.eraseKeys),
  );
  page.undo = () => list.at(-1)?.click();
  draw(page, outlines);
  let path: Place[] = [];
  const line = s("path", { class: "erasing" });
  stage.layer.append(line);
  stage.tool = {
    press(place) {
      path = [stage.within(place)];
      return true;
    },
    drag(place) {
      path.push(stage.within(place));
      line.setAttribute("d", outlinePath(path));
    },
    release() {
      const outline = simplified(path, SIMPLE_PX / stage.scale);
      const large = Math.abs(area(outline)) > SMALLEST_PX2 / stage.scale ** 2;
      if (outline.length >= 3 && large) work.erased = [...outlines, outline];
      render(page);
    },
  };
}

function draw(page: Page, outlines: Place[][]): void {
  const { stage } = page;
  stage.clear();
  outlines.forEach((outline, number) => {
    const shape = s("path", { class: "erased", d: outlinePath(outline) });
    stage.layer.append(shape);
    outline.forEach((place, corner) => {
      const handle = new Handle(stage, {
        label: text.eraseCorner(number + 1, corner + 1),
        radius: 3,
        className: "corner",
        further: 10,
        nudge(dx, dy) {
          const [x, y] = outline[corner]!;
          outline[corner] = stage.within([x + dx / stage.scale, y + dy / stage.scale]);
          handle.move(outline[corner]);
          shape.setAttribute("d", outlinePath(outline));
        },
      });
      handle.move(place);
    });
  });
}

export function outlinePath(outline: Place[]): string {
  return `M${outline.map((place) => place.join(" ")).join("L")}Z`;
}

/** An outline to begin with, on the forehead. */
function square(page: Page): Place[] {
  const [x, y] = page.work.face!.points[10]!;
  const half = page.work.face!.width / 8;
  const corners: Place[] = [
    [x - half, y - half],
    [x + half, y - half],
    [x + half, y + half],
    [x - half, y + half],
  ];
  return corners.map((corner) => page.stage.within(corner));
}

function area(outline: Place[]): number {
  return outline.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = outline[(index + 1) % outline.length]!;
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

/** Douglas and Peucker: corners nearer to a line than the tolerance are left out. */
function simplified(path: Place[], tolerance: number): Place[] {
  if (path.length < 3) return path;
  const [first, last] = [path[0]!, path.at(-1)!];
  let [furthest, most] = [0, 0];
  path.forEach((place, index) => {
    const away = distance(place, first, last);
    if (away > most) [furthest, most] = [index, away];
  });
  if (most <= tolerance) return [first, last];
  const before = simplified(path.slice(0, furthest + 1), tolerance);
  return [...before.slice(0, -1), ...simplified(path.slice(furthest), tolerance)];
}

/** From a place to the line between two others; the ends of a drawn outline may meet. */
function distance([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length2;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
