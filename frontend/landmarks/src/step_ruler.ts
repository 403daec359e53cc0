// Step 5: two ends and a length in millimetres, for a measured scale.

import { button, h, s } from "./dom";
import { text } from "./messages";
import type { Page, Step } from "./page";
import { Handle, type Place } from "./stage";

export const rulerStep: Step = {
  number: 4,
  title: text.rulerTitle,
  before: null,
  after: null,
  missing({ work }) {
    const { rulerEnds: ends, rulerText: length, face } = work;
    const written = length.trim();
    if (ends.length === 0 && written === "") {
      return face?.detector === "manual" ? text.rulerNeeded : null;
    }
    if (ends.length < 2) return text.rulerEnds;
    if (/\d,\d/.test(written)) return text.rulerComma;
    if (!/^\d+(\.\d+)?$/.test(written) || Number(written) === 0) return text.rulerNumber;
    return null;
  },
  enter(page) {
    page.stage.fit();
    render(page);
  },
};

function render(page: Page): void {
  const { work, stage } = page;
  const kind = h("select", { id: "ruler-kind" });
  for (const [value, label] of Object.entries(text.rulerKinds)) {
    kind.append(h("option", { value, selected: value === work.rulerKind }, label));
  }
  kind.addEventListener("change", () => {
    work.rulerKind = kind.value === "marker" ? "marker" : "ruler";
  });
  const length = h("input", { id: "ruler-length", type: "text", inputMode: "decimal" });
  length.value = work.rulerText;
  length.autocomplete = "off";
  length.addEventListener("input", () => {
    work.rulerText = length.value;
    page.quiet();
  });
  const place = button(text.rulerPlace, () => {
    work.rulerEnds = [0.3, 0.7].map((share) => [share * stage.width, 0.85 * stage.height]);
    draw(page);
  });
  const remove = button(text.rulerRemove, () => {
    work.rulerEnds = [];
    work.rulerText = "";
    page.quiet();
    render(page);
  });
  page.body.replaceChildren(
    h("p", {}, text.rulerHelp),
    h("label", { htmlFor: "ruler-kind" }, text.rulerKind),
    kind,
    h("label", { htmlFor: "ruler-length" }, text.rulerLength),
    length,
    h("div", { className: "choices" }, place, remove),
  );
  draw(page);
}

function draw(page: Page): void {
  const { work, stage } = page;
  stage.clear();
  const under = s("line", { class: "under" });
  const over = s("line", { class: "over" });
  stage.layer.append(under, over);
  const handles = work.rulerEnds.map((_, index) => {
    const put = (at: Place) => {
      work.rulerEnds[index] = stage.within(at);
      show();
    };
    const handle = new Handle(stage, {
      label: index === 0 ? text.rulerFrom : text.rulerTo,
      radius: 6,
      className: "named",
      further: 10,
      nudge(dx, dy) {
        const [x, y] = work.rulerEnds[index]!;
        put([x + dx / stage.scale, y + dy / stage.scale]);
      },
    });
    return { handle, put };
  });
  const show = () => {
    work.rulerEnds.forEach((end, index) => handles[index]!.handle.move(end));
    const [from, to] = work.rulerEnds;
    if (!from || !to) return;
    for (const line of [under, over]) {
      line.setAttribute("x1", String(from[0]));
      line.setAttribute("y1", String(from[1]));
      line.setAttribute("x2", String(to[0]));
      line.setAttribute("y2", String(to[1]));
    }
  };
  show();
  let held = -1;
  stage.tool = {
    press(place) {
      held = stage.nearest(work.rulerEnds, place);
      if (held < 0 && work.rulerEnds.length < 2) {
        work.rulerEnds.push(stage.within(place));
        page.quiet();
        draw(page);
        return true;
      }
      if (held < 0) return false;
      handles[held]!.handle.focus();
      return true;
    },
    drag(place) {
      if (held >= 0) handles[held]!.put(place);
    },
  };
}
