// Step 3: on which side of the picture the patient's right lies; there is no default.

import { button, h } from "./dom";
import { text } from "./messages";
import type { Step } from "./page";
import type { Side } from "./work";

export const sideStep: Step = {
  number: 2,
  title: text.sideTitle,
  before: null,
  after: null,
  missing: ({ work }) => (work.side === null ? "" : null),
  enter(page) {
    const mirrored = h("p", { className: "fact" });
    const answer = (label: string, side: Side) => {
      const made = button(label, () => {
        page.work.side = side;
        show();
      });
      made.dataset["side"] = side;
      return made;
    };
    const answers = [answer(text.sideLeft, "image-left"), answer(text.sideRight, "image-right")];
    const show = () => {
      for (const made of answers) {
        made.setAttribute("aria-pressed", String(made.dataset["side"] === page.work.side));
      }
      mirrored.textContent = page.work.side === "image-right" ? text.sideMirrored : "";
      page.showSides();
      page.check();
    };
    page.stage.fit();
    page.body.append(
      h("p", {}, text.sideHelp),
      h("div", { className: "choices two" }, ...answers),
      mirrored,
    );
    show();
  },
};
