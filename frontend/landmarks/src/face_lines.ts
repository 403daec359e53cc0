// The lines of a face over the picture: lids, brows, lips, oval, irises, and all triangles if asked.

import { box } from "./detector";
import { s } from "./dom";
import type { Page } from "./page";
import { IRISES, LINES } from "./topology";

export interface Drawn {
  draw(): void;
  showMesh(shown: boolean): void;
}

/** Draw the face of the page's work; the result draws it again after a change. */
export function drawFace(page: Page, triangles: number[][] = []): Drawn {
  const face = page.work.face!;
  const mesh = s("path", { class: "mesh" });
  const under = s("path", { class: "under" });
  const over = s("path", { class: "over" });
  page.stage.layer.append(mesh, under, over);
  let shown = false;
  const at = (index: number) => `${face.points[index]![0]} ${face.points[index]![1]}`;
  const through = (line: number[]) => `M${line.map(at).join("L")}`;
  const draw = () => {
    const rings = IRISES.map(([, a, b, c, d]) => circle(face.points, [a!, b!, c!, d!]));
    const lines = [...LINES.map(through), ...rings].join("");
    under.setAttribute("d", lines);
    over.setAttribute("d", lines);
    mesh.setAttribute("d", shown ? triangles.map((corners) => `${through(corners)}Z`).join("") : "");
  };
  draw();
  return {
    draw,
    showMesh(now) {
      shown = now;
      draw();
    },
  };
}

/** Fill the stage with the face. */
export function frameFace(page: Page): void {
  const { left, top, right, bottom } = box(page.work.face!.points);
  page.stage.focusOn(left, top, right, bottom);
}

/** An ellipse through the four places on the edge of an iris. */
function circle(points: readonly (readonly number[])[], edge: number[]): string {
  const [a, b, c, d] = edge.map((index) => points[index]!);
  const across = Math.hypot(a![0]! - c![0]!, a![1]! - c![1]!) / 2;
  const down = Math.hypot(b![0]! - d![0]!, b![1]! - d![1]!) / 2;
  const turn = (Math.atan2(a![1]! - c![1]!, a![0]! - c![0]!) * 180) / Math.PI;
  const half = (to: readonly number[]) => `A${across} ${down} ${turn} 0 1 ${to[0]} ${to[1]}`;
  return `M${a![0]} ${a![1]}${half(c!)}${half(a!)}`;
}
