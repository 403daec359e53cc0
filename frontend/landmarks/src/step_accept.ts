// Step 7: the whole once more, with scale and pose as the server computes them; then save.

import { judge, save, type Judged } from "./api";
import { h, s } from "./dom";
import { drawFace, frameFace } from "./face_lines";
import { text } from "./messages";
import type { Page, Step } from "./page";
import { outlinePath } from "./step_erase";

export const acceptStep: Step = {
  number: 6,
  title: text.acceptTitle,
  nextLabel: text.accept,
  before: null,
  after: null,
  enter(page) {
    frameFace(page);
    for (const outline of page.work.erased ?? []) {
      page.stage.layer.append(s("path", { class: "erased", d: outlinePath(outline) }));
    }
    drawFace(page);
    page.body.append(h("p", {}, text.acceptHelp));
    judge(page.work.draft()).then(
      (judged) => page.body.append(table(page, judged)),
      (error: unknown) => page.say(error),
    );
  },
  async finish(page) {
    const { file } = await save(page.work.draft());
    page.end(text.savedTitle, text.saved(file));
  },
};

function table(page: Page, judged: Judged): HTMLElement {
  const { work } = page;
  const erased = work.erased;
  const side = work.side === "image-left" ? text.sideLeft : text.sideRight;
  const rows: [string, string][] = [
    [text.acceptSide, side],
    [text.acceptScale, judged.scale],
    [text.acceptPose, judged.pose],
    [text.acceptMoved, text.pointsMoved(work.face!.moved.length)],
    [
      text.acceptErase,
      erased === null
        ? text.acceptUnasked
        : erased.length === 0
          ? text.acceptNone
          : text.acceptOutlines(erased.length),
    ],
    ...judged.notes.map((note): [string, string] => [text.acceptMind, note]),
  ];
  const list = h("dl", {});
  for (const [name, value] of rows) {
    const className = name === text.acceptMind ? "mind" : "";
    list.append(h("dt", { className }, name), h("dd", { className }, value));
  }
  return list;
}
