// What lies over the picture: the sides of the patient, the label of a point, or why it is empty.
import type { FaceDocument } from "./document";
import { element } from "./element";

export class Stage {
  private readonly label = element("div", { class: "label", "aria-hidden": "true", hidden: true });

  constructor(
    private readonly data: FaceDocument,
    private readonly host: HTMLElement,
  ) {}

  private text(id: string): string {
    return this.data.texts[id] ?? id;
  }

  dress(): void {
    const side = (name: string): HTMLElement =>
      element("div", { class: `side ${name}` }, this.text(`side.${name}`));
    this.host.append(side("right"), side("left"), this.label);
  }

  /** The label beside a point, at a place of the window; none without a place. */
  tag(text: string, place: [number, number] | null): void {
    this.label.hidden = place === null;
    if (place === null) return;
    const box = this.host.getBoundingClientRect();
    this.label.textContent = text;
    const [x, y] = [place[0] - box.left + 12, place[1] - box.top - 30];
    this.label.style.transform = `translate(${x}px, ${y}px)`;
  }

  refuse(): void {
    this.host.append(element("p", { class: "no-webgl", role: "alert" }, this.text("no-webgl")));
  }
}
