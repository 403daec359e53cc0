// Step 2: find the face; with several choose one, with none go on by hand.

import { box, DetectionFailure, Detector } from "./detector";
import { button, h, s } from "./dom";
import { text } from "./messages";
import type { Page, Step } from "./page";
import type { Point } from "./protocol";
import { handStep } from "./step_hand";
import { Face } from "./work";

let detector: Detector | undefined;

export const faceStep: Step = {
  number: 1,
  title: text.faceTitle,
  before: null,
  after: null,
  missing: ({ work }) => (work.face?.detector === "face_mesh" ? null : ""),
  enter(page) {
    page.stage.fit();
    if (page.work.faces === null) void look(page);
    else show(page, page.work.faces);
  },
};

async function look(page: Page): Promise<void> {
  const { work } = page;
  const picture = work.picture!;
  page.body.replaceChildren(h("p", { className: "busy" }, text.faceLooking));
  try {
    detector ??= new Detector();
    const faces = await detector.faces(picture);
    // Another photograph may have been chosen meanwhile.
    if (picture !== work.picture) return;
    work.faces = faces;
    if (faces.length === 1) choose(page, faces[0]!);
    if (page.at(faceStep)) show(page, faces);
  } catch (error) {
    if (picture === work.picture && page.at(faceStep)) fail(page, error);
  }
}

function fail(page: Page, error: unknown): void {
  const failure = error instanceof DetectionFailure ? error.failure : "failed";
  const said = {
    "no-face": text.faceNone,
    "no-webgl": text.faceNoWebgl,
    failed: text.faceFailed(error instanceof Error ? error.message : String(error)),
  }[failure];
  const again = button(text.again, () => void look(page));
  page.body.replaceChildren(
    h("p", {}, said),
    h("div", { className: "choices" }, byHand(page, "main"), again),
  );
}

function byHand(page: Page, className = ""): HTMLButtonElement {
  return button(text.byHand, () => page.go(handStep), className);
}

function show(page: Page, faces: Point[][]): void {
  const many = faces.length > 1;
  page.body.replaceChildren(h("p", {}, many ? text.faceMany(faces.length) : text.faceOne));
  const choices = h("div", { className: "choices" });
  faces.forEach((face, index) => {
    const label = text.faceNumber(index + 1);
    draw(page, face, label);
    if (!many) return;
    const chosen = button(label, () => {
      choose(page, face);
      for (const other of choices.children) other.setAttribute("aria-pressed", "false");
      chosen.setAttribute("aria-pressed", "true");
    });
    chosen.setAttribute("aria-pressed", String(isChosen(page, face)));
    choices.append(chosen);
  });
  page.stage.tool = {
    press(place) {
      const { width_px: width, height_px: height } = page.work.photo!;
      const [x, y] = [place[0] / width, place[1] / height];
      const at = faces.findIndex((face) => {
        const { left, top, right, bottom } = box(face);
        return left <= x && x <= right && top <= y && y <= bottom;
      });
      if (at < 0 || !many) return false;
      (choices.children[at] as HTMLButtonElement).click();
      return true;
    },
  };
  page.body.append(choices, byHand(page));
  page.check();
}

function choose(page: Page, face: Point[]): void {
  if (!isChosen(page, face)) page.work.face = new Face(page.work.inPixels(face), "face_mesh");
  page.check();
}

function isChosen(page: Page, face: Point[]): boolean {
  const chosen = page.work.face;
  if (chosen?.detector !== "face_mesh") return false;
  const [x, y] = page.work.inPixels(face)[0]!;
  return chosen.original[0]![0] === x && chosen.original[0]![1] === y;
}

function draw(page: Page, face: Point[], label: string): void {
  const { width_px: width, height_px: height } = page.work.photo!;
  const { left, top, right, bottom } = box(face);
  const frame = s("rect", {
    class: "facebox",
    x: left * width,
    y: top * height,
    width: (right - left) * width,
    height: (bottom - top) * height,
  });
  const name = s("text", { class: "facename", x: left * width, y: top * height });
  name.textContent = label;
  page.stage.layer.append(frame, name);
  page.stage.onScale(() => {
    name.setAttribute("font-size", String(16 / page.stage.scale));
    name.setAttribute("dy", String(-6 / page.stage.scale));
  });
}
