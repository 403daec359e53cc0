// The frame around the steps: title, body, problems, Back and Next, and the way between steps.

import { Refusal } from "./api";
import { button, byId, h } from "./dom";
import { landmarkName, text } from "./messages";
import { Stage } from "./stage";
import type { Named } from "./topology";
import { Work } from "./work";

export interface Step {
  /** Its place in the list of steps. */
  number: number;
  title: string;
  enter(page: Page): void;
  /** What keeps the person from going on, or nothing. */
  missing?(page: Page): string | null;
  /** Instead of going on. */
  finish?(page: Page): Promise<void>;
  nextLabel?: string;
  before: Step | null;
  after: Step | null;
}

export class Page {
  readonly stage: Stage;
  readonly body = byId<HTMLDivElement>("body");
  work = new Work();
  private readonly title = byId("title");
  private readonly problem = byId("problem");
  private readonly ways = byId("ways");
  private readonly list = byId("steps");
  private readonly badges: HTMLElement[];
  private step: Step | null = null;
  private next: HTMLButtonElement | null = null;

  constructor() {
    byId("local").textContent = text.local;
    const host = byId("stage");
    host.setAttribute("aria-label", text.stage);
    this.stage = new Stage(host);
    this.badges = [h("p", { className: "badge low" }), h("p", { className: "badge high" })];
    host.append(...this.badges);
    this.list.append(...text.steps.map((name) => h("li", {}, name)));
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") this.undo?.();
    });
  }

  /** What Ctrl+Z does in this step. */
  undo: (() => void) | null = null;

  go(step: Step): void {
    this.step = step;
    this.undo = null;
    this.stage.clear();
    this.body.replaceChildren();
    this.problem.textContent = "";
    this.title.textContent = step.title;
    [...this.list.children].forEach((item, index) => {
      item.className = index < step.number ? "done" : "";
      item.removeAttribute("aria-current");
      if (index === step.number) item.setAttribute("aria-current", "step");
    });
    this.showSides();
    this.showWays(step);
    step.enter(this);
    this.check();
    this.title.focus();
  }

  at(step: Step): boolean {
    return this.step === step;
  }

  say(problem: unknown): void {
    const lines = problem instanceof Refusal ? problem.faults : [String(problem)];
    this.problem.textContent = problem instanceof TypeError ? text.gone : lines.join("\n");
  }

  quiet(): void {
    this.problem.textContent = "";
  }

  /** Whether the step is answered decides whether Next can be pressed. */
  check(): void {
    if (this.next) this.next.disabled = (this.step?.missing?.(this) ?? null) === "";
  }

  end(title: string, line: string): void {
    this.title.textContent = title;
    this.body.replaceChildren(h("p", {}, line));
    this.ways.replaceChildren();
    this.quiet();
    for (const item of this.list.children) item.className = "done";
    this.title.focus();
  }

  /** Write over the picture on which side the patient's right lies, once it is known. */
  showSides(): void {
    const [low, high] = this.badges;
    const side = this.work.side;
    low!.textContent = side === null ? "" : side === "image-left" ? text.right : text.left;
    high!.textContent = side === null ? "" : side === "image-left" ? text.left : text.right;
  }

  nameOf({ name, side }: Named): string {
    if (side === "middle") return landmarkName(name, "", "");
    const low = side === "low";
    const patient = low === (this.work.side === "image-left") ? "right" : "left";
    return landmarkName(name, this.work.side === null ? "" : patient, low ? "left" : "right");
  }

  private showWays(step: Step): void {
    const before = step.before;
    const back = before === null ? null : button(text.back, () => this.go(before));
    this.next = button(step.nextLabel ?? text.next, () => void this.forward(step), "main");
    this.ways.replaceChildren(...[back, this.next].filter((part) => part !== null));
  }

  private async forward(step: Step): Promise<void> {
    const missing = step.missing?.(this) ?? null;
    if (missing !== null) {
      this.say(missing);
      return;
    }
    this.quiet();
    this.next!.disabled = true;
    try {
      if (step.finish) await step.finish(this);
      if (step.after) this.go(step.after);
    } catch (error) {
      this.say(error);
      this.next!.disabled = false;
    }
  }
}
