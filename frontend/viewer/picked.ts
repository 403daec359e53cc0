// The card with the text of the picked point or zone, at the foot of the panel.
import type { FaceDocument, Point, Zone } from "./document";
import { element, swatch } from "./element";

export class Picked {
  private readonly card = element("div", {
    id: "picked",
    role: "status",
    "aria-live": "polite",
    hidden: true,
  });

  constructor(
    private readonly data: FaceDocument,
    host: HTMLElement,
    private readonly close: () => void,
  ) {
    host.append(this.card);
  }

  private text(id: string): string {
    return this.data.texts[id] ?? id;
  }

  private fill(...children: Node[]): void {
    const close = element(
      "button",
      { type: "button", class: "close", "aria-label": this.text("picked.close") },
      "×",
    );
    close.addEventListener("click", this.close);
    this.card.replaceChildren(close, ...children);
    this.card.hidden = false;
  }

  showPoint(point: Point, figure: (value: number | null) => string): void {
    const fact = (id: string, value: number | null): Node[] => [
      element("dt", {}, this.text(id)),
      element("dd", {}, figure(value)),
    ];
    this.fill(
      element("h3", {}, `${point.label} `, element("span", {}, point.area)),
      element(
        "dl",
        {},
        ...fact("points.depth", point.depth_mm),
        ...fact("points.volume", point.volume_ml),
      ),
    );
    if (point.text !== "") this.card.append(element("p", {}, point.text));
  }

  showZone(zone: Zone): void {
    const kind = zone.forbidden ? this.text("zones.forbidden") : zone.kind;
    this.fill(
      element(
        "h3",
        {},
        swatch(zone.colour, !zone.forbidden),
        `${zone.name} `,
        element("span", {}, kind),
      ),
      element("p", {}, zone.note),
    );
  }

  clear(): void {
    this.card.hidden = true;
    this.card.replaceChildren();
  }
}
