// Reads the document, puts the page together and ties the picture to the panel.
import "./page.css";
import { readDocument, type FaceDocument } from "./document";
import { element } from "./element";
import { Panel, type Acts, type Shown } from "./panel";
import { Picked } from "./picked";
import { FaceScene, type Hit } from "./scene";
import { Stage } from "./stage";
import { isView, type ViewName } from "./view";

declare global {
  interface Window {
    /** For tests; places are CSS pixels of the window. It is there once the face is drawn. */
    mesoplanFace?: {
      project(id: string): [number, number] | null;
      pick(x: number, y: number): string | null;
      setView(name: string): boolean;
      layer(id: string | null): boolean;
    };
  }
}

const place = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
};

function head(data: FaceDocument): void {
  const marks = element("div", { class: "marks" });
  for (const mark of data.marks) marks.append(element("strong", {}, mark));
  if (data.marks.length > 0) place("head").append(marks);
  place("head").append(
    element("h1", {}, data.title),
    element("p", { class: "intended" }, data.intended),
  );
}

function hasWebgl(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

class Page {
  private readonly scene: FaceScene;
  private readonly stage: Stage;
  private readonly panel: Panel;
  private readonly card: Picked;
  private picked: Hit = null;
  private hovered: number | null = null;
  private pressed: [number, number] | null = null;

  constructor(private readonly data: FaceDocument) {
    const host = place("stage");
    this.panel = new Panel(data, place("panel"), this.acts(), true);
    this.card = new Picked(data, place("panel"), () => this.pick(null));
    this.scene = new FaceScene(data, host);
    this.stage = new Stage(data, host);
    this.stage.dress();
    this.scene.drawn = () => this.follow();
    this.listen();
    this.scene.draw();
  }

  private acts(): Acts {
    return {
      view: (name) => this.setView(name),
      show: (what, shown) => this.show(what, shown),
      layer: (id) => this.setLayer(id),
      point: (index) => {
        this.pick({ kind: "point", index });
        const normal = this.scene.points.placed[index]?.normal;
        if (normal !== undefined && !this.scene.isSeen(index)) this.scene.view.face(normal);
      },
      zone: (index) => {
        const same = this.picked?.kind === "zone" && this.picked.index === index;
        this.pick(same ? null : { kind: "zone", index });
        if (!same) this.lookAt(index);
      },
    };
  }

  /** Turns to a zone of the other side. */
  private lookAt(zone: number): void {
    const middle = this.scene.lines.middle(zone);
    const ball = this.scene.skin.geometry.boundingSphere;
    if (middle === null || ball === null) return;
    const out = middle.sub(ball.center);
    const seen = out.clone().normalize().dot(this.scene.view.camera.position.clone().normalize());
    out.y = 0;
    out.z = Math.max(out.z, Math.abs(out.x) * 0.6);
    if (seen < 0.45 && out.lengthSq() > 0) this.scene.view.face(out);
  }

  private setView(name: ViewName): void {
    this.scene.view.set(name);
    this.panel.markView(this.scene.view.name);
  }

  private show(what: Shown, shown: boolean): void {
    const { skin, lines, points } = this.scene;
    if (what === "photo") skin.showPhoto(shown);
    else if (what === "regions") lines.showRegions(shown);
    else if (what === "points") {
      points.group.visible = shown;
      lines.showThreads(shown);
    } else lines.showZones(what, shown);
    this.scene.ask();
  }

  private setLayer(id: string | null): boolean {
    if (!this.scene.skin.showLayer(id)) return false;
    this.panel.markLayer(id);
    this.scene.ask();
    return true;
  }

  private pick(hit: Hit): void {
    this.picked = hit;
    const point = hit?.kind === "point" ? hit.index : null;
    const zone = hit?.kind === "zone" ? hit.index : null;
    this.scene.points.pick(point);
    this.scene.lines.pick(zone);
    this.panel.markPoint(point);
    this.panel.markZone(zone);
    const pickedPoint = point === null ? undefined : this.data.points[point];
    const pickedZone = zone === null ? undefined : this.data.zones[zone];
    if (pickedPoint !== undefined) {
      this.card.showPoint(pickedPoint, (value) => this.panel.figure(value));
    } else if (pickedZone !== undefined) this.card.showZone(pickedZone);
    else this.card.clear();
    this.scene.ask();
  }

  /** After each picture: the label stays with its point, the view buttons with the view. */
  private follow(): void {
    const index = this.hovered ?? (this.picked?.kind === "point" ? this.picked.index : null);
    const placed = index === null ? undefined : this.scene.points.placed[index];
    const seen = placed !== undefined && this.scene.points.group.visible;
    if (seen && index !== null && this.scene.isSeen(index)) {
      this.stage.tag(placed.point.label, this.scene.project(placed.position));
    } else this.stage.tag("", null);
    this.panel.markView(this.scene.view.name);
  }

  private listen(): void {
    const { canvas } = this.scene;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.panel.text("view.canvas"));
    canvas.addEventListener("pointerdown", (event) => {
      this.pressed = event.isPrimary ? [event.clientX, event.clientY] : null;
    });
    canvas.addEventListener("pointerup", (event) => {
      if (this.pressed === null) return;
      const [x, y] = this.pressed;
      this.pressed = null;
      if (Math.hypot(event.clientX - x, event.clientY - y) > 5) return;
      this.pick(this.scene.hit(event.clientX, event.clientY, event.pointerType !== "mouse"));
    });
    let waiting = false;
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "mouse" || event.buttons !== 0 || waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.hover(this.scene.pointAt(event.clientX, event.clientY));
      });
    });
    canvas.addEventListener("pointerleave", () => this.hover(null));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  private hover(index: number | null): void {
    this.hovered = index;
    this.scene.canvas.classList.toggle("over", index !== null);
    if (this.scene.points.hover(index)) this.scene.ask();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      this.pick(null);
      return;
    }
    // the table and the choices have their own use of the arrows
    const target = event.target instanceof Element ? event.target : null;
    const own = target?.closest("table, input") ?? null;
    if (event.key.startsWith("Arrow") && own !== null) return;
    if (event.key.startsWith("Arrow") && target !== this.scene.canvas && target !== document.body) {
      return;
    }
    if (this.scene.view.key(event.key)) event.preventDefault();
  }

  async start(): Promise<void> {
    if (this.data.photo !== null) {
      try {
        await this.scene.skin.load(this.data.photo, this.scene.anisotropy);
      } catch {
        this.panel.withoutPhoto();
      }
    }
    this.scene.draw();
    this.offer();
  }

  private offer(): void {
    const { scene } = this;
    window.mesoplanFace = {
      project: (id) => {
        const placed = scene.points.placed[scene.points.indexOf(id) ?? -1];
        return placed === undefined ? null : scene.project(placed.position);
      },
      pick: (x, y) => {
        const index = scene.pointAt(x, y);
        return index === null ? null : (scene.points.placed[index]?.point.id ?? null);
      },
      setView: (name) => {
        if (!isView(name)) return false;
        this.setView(name);
        return true;
      },
      layer: (id) => this.setLayer(id),
    };
  }
}

/** The tables alone, where there are no three dimensions. */
function flat(data: FaceDocument): void {
  const nothing = (): void => undefined;
  const point = (index: number): void => {
    const one = data.points[index];
    if (one === undefined) return;
    panel.markPoint(index);
    card.showPoint(one, (value) => panel.figure(value));
  };
  const acts: Acts = { view: nothing, show: nothing, layer: nothing, zone: nothing, point };
  const panel = new Panel(data, place("panel"), acts, false);
  const card = new Picked(data, place("panel"), () => {
    panel.markPoint(null);
    card.clear();
  });
  new Stage(data, place("stage")).refuse();
}

const data = readDocument();
document.documentElement.lang = data.language;
head(data);
if (hasWebgl()) void new Page(data).start();
else flat(data);
