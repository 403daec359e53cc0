// The panel: views, what is shown, exposure, what may lie beneath, the table of points, notes.
import type { FaceDocument, Point } from "./document";
import { element, swatch } from "./element";
import { VIEWS, type ViewName } from "./view";

export type Shown = "photo" | "points" | "regions" | "zones" | "forbidden";

export interface Acts {
  view(name: ViewName): void;
  show(what: Shown, shown: boolean): void;
  layer(id: string | null): void;
  point(index: number): void;
  zone(index: number): void;
}

export class Panel {
  private readonly views = new Map<ViewName, HTMLButtonElement>();
  private readonly radios = new Map<string | null, HTMLInputElement>();
  private readonly rows: HTMLTableRowElement[] = [];
  private readonly zones: HTMLButtonElement[] = [];
  private readonly photo: HTMLInputElement | null = null;
  private readonly legend = element("div", { class: "legend", hidden: true });
  private current = 0;
  private readonly number: Intl.NumberFormat;

  constructor(
    private readonly data: FaceDocument,
    host: HTMLElement,
    private readonly acts: Acts,
    threeD: boolean,
  ) {
    this.number = new Intl.NumberFormat(data.language, { maximumFractionDigits: 4 });
    const all = element("div", { class: "sections" });
    host.append(all);
    if (threeD) {
      all.append(this.viewSection());
      const [shown, photo] = this.showSection();
      this.photo = photo;
      all.append(shown);
      if (data.exposures.length > 0) all.append(this.layerSection());
    }
    if (data.points.length > 0) all.append(this.pointSection());
    if (data.zones.length > 0) all.append(this.zoneSection(threeD));
    if (data.notes.length > 0) all.append(this.noteSection());
  }

  text(id: string): string {
    return this.data.texts[id] ?? id;
  }

  private section(title: string, ...children: Node[]): HTMLElement {
    return element("section", {}, element("h2", {}, title), ...children);
  }

  private viewSection(): HTMLElement {
    const group = element("div", { class: "views", role: "group", "aria-label": this.text("view.title") });
    for (const name of VIEWS) {
      const button = element("button", { type: "button", "data-view": name }, this.text(`view.${name}`));
      button.addEventListener("click", () => this.acts.view(name));
      this.views.set(name, button);
      group.append(button);
    }
    const help = element("p", { class: "help" }, this.text("view.help"));
    return this.section(this.text("view.title"), group, help);
  }

  private showSection(): [HTMLElement, HTMLInputElement | null] {
    const { data } = this;
    const useful: [Shown, boolean][] = [
      ["photo", data.photo !== null],
      ["points", data.points.length + data.threads.length > 0],
      ["regions", data.regions.length > 0],
      ["zones", data.zones.some((zone) => !zone.forbidden)],
      ["forbidden", data.zones.some((zone) => zone.forbidden)],
    ];
    const grid = element("div", { class: "shown" });
    let photo: HTMLInputElement | null = null;
    for (const [what, there] of useful) {
      if (!there) continue;
      const box = element("input", { type: "checkbox", "data-show": what });
      box.checked = true;
      box.addEventListener("change", () => this.acts.show(what, box.checked));
      if (what === "photo") photo = box;
      grid.append(element("label", {}, box, element("span", {}, this.text(`show.${what}`))));
    }
    return [this.section(this.text("show.title"), grid), photo];
  }

  private layerSection(): HTMLElement {
    const list = element("div", {
      class: "layers",
      role: "radiogroup",
      "aria-label": this.text("layer.title"),
    });
    const choices = [{ id: null, name: this.text("layer.none") }, ...this.data.exposures];
    choices.forEach(({ id, name }, index) => {
      const radio = element("input", { type: "radio", name: "layer", value: String(index) });
      radio.checked = id === null;
      radio.addEventListener("change", () => this.acts.layer(id));
      this.radios.set(id, radio);
      list.append(element("label", {}, radio, element("span", {}, name)));
    });
    return this.section(this.text("layer.title"), list, this.legend);
  }

  private zoneSection(threeD: boolean): HTMLElement {
    const list = element("ul", { class: "zones" });
    this.data.zones.forEach((zone, index) => {
      const kind = zone.forbidden ? this.text("zones.forbidden") : zone.kind;
      const button = element(
        "button",
        { type: "button", "aria-pressed": threeD ? "false" : null, disabled: !threeD },
        swatch(zone.colour, !zone.forbidden),
        element(
          "span",
          { class: "what" },
          element("strong", {}, zone.name),
          element("span", { class: "kind" }, kind),
          element("span", { class: "note" }, zone.note),
        ),
      );
      button.addEventListener("click", () => this.acts.zone(index));
      this.zones.push(button);
      list.append(element("li", {}, button));
    });
    const section = this.section(this.text("zones.title"), list);
    section.className = "zoned";
    return section;
  }

  private pointSection(): HTMLElement {
    const heads: [string, boolean][] = [
      ["points.label", false],
      ["points.area", false],
      ["points.depth", true],
      ["points.volume", true],
    ];
    const title = this.text("points.title").replace("{count}", String(this.data.points.length));
    const table = element("table", { role: "grid", "aria-label": title });
    const head = element("tr");
    for (const [id, figure] of heads) {
      head.append(element("th", { scope: "col", class: figure ? "figure" : null }, this.text(id)));
    }
    const body = element("tbody");
    this.data.points.forEach((point, index) => body.append(this.row(point, index)));
    table.append(element("thead", {}, head), body);
    table.addEventListener("keydown", (event) => this.move(event));
    const section = this.section(title, element("div", { class: "table" }, table));
    section.className = "points";
    return section;
  }

  private row(point: Point, index: number): HTMLTableRowElement {
    const row = element(
      "tr",
      { tabindex: index === 0 ? "0" : "-1", "aria-selected": "false", "data-point": point.id },
      element("th", { scope: "row", role: "rowheader" }, point.label),
      element("td", { role: "gridcell" }, point.area),
      element("td", { role: "gridcell", class: "figure" }, this.figure(point.depth_mm)),
      element("td", { role: "gridcell", class: "figure" }, this.figure(point.volume_ml)),
    );
    row.addEventListener("focus", () => this.acts.point(index));
    row.addEventListener("click", () => this.acts.point(index));
    this.rows.push(row);
    return row;
  }

  figure(value: number | null): string {
    return value === null ? this.text("unknown") : this.number.format(value);
  }

  private move(event: KeyboardEvent): void {
    const last = this.rows.length - 1;
    const to: Record<string, number> = {
      ArrowDown: Math.min(last, this.current + 1),
      ArrowUp: Math.max(0, this.current - 1),
      PageDown: Math.min(last, this.current + 10),
      PageUp: Math.max(0, this.current - 10),
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.tabTo(next);
    this.rows[next]?.focus();
  }

  private tabTo(index: number): void {
    this.rows[this.current]?.setAttribute("tabindex", "-1");
    this.current = index;
    this.rows[index]?.setAttribute("tabindex", "0");
  }

  private noteSection(): HTMLElement {
    const list = element("ul", { class: "notes" });
    for (const note of this.data.notes) list.append(element("li", {}, note));
    return this.section(this.text("notes.title"), list);
  }

  markView(name: ViewName | null): void {
    for (const [view, button] of this.views) {
      button.setAttribute("aria-pressed", String(view === name));
    }
  }

  markLayer(id: string | null): void {
    const radio = this.radios.get(id);
    if (radio !== undefined) radio.checked = true;
    const exposure = this.data.exposures.find((one) => one.id === id);
    this.legend.hidden = exposure === undefined;
    if (exposure === undefined) return;
    const list = element("ul");
    for (const { label, colour } of exposure.legend) {
      list.append(element("li", {}, swatch(colour), label));
    }
    this.legend.replaceChildren(list);
    if (exposure.note !== "") this.legend.append(element("p", { class: "help" }, exposure.note));
  }

  markPoint(index: number | null): void {
    this.rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === index)));
    if (index === null) return;
    this.tabTo(index);
    const row = this.rows[index];
    const box = row?.closest<HTMLElement>(".table");
    if (row === undefined || box == null) return;
    // within the table only: the page itself stays where it is
    const head = box.querySelector("thead")?.clientHeight ?? 0;
    const top = row.offsetTop - head;
    const bottom = row.offsetTop + row.offsetHeight - box.clientHeight;
    if (box.scrollTop > top) box.scrollTop = top;
    else if (box.scrollTop < bottom) box.scrollTop = bottom;
  }

  markZone(index: number | null): void {
    this.zones.forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
  }

  /** The photo could not be read: its box has nothing to show. */
  withoutPhoto(): void {
    if (this.photo === null) return;
    this.photo.checked = false;
    this.photo.disabled = true;
    const told = element("p", { class: "help" }, this.text("no-photo"));
    this.photo.closest(".shown")?.append(told);
  }
}
