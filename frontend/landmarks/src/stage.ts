// The photograph with what lies on it: zoom, pan, and handles that a hand or a keyboard moves.

import { arrow, button, h, s } from "./dom";
import { text } from "./messages";

export type Place = [number, number];

/** What a step does with presses on the picture; it returns whether it took the press. */
export interface Tool {
  press(place: Place, event: PointerEvent): boolean;
  drag?(place: Place): void;
  release?(place: Place): void;
  hover?(place: Place): void;
}

const FURTHEST = 40;
const GRIP_PX = 16;

export class Stage {
  readonly svg = s("svg", { role: "group", "aria-label": text.stage });
  readonly layer = s("g");
  readonly host: HTMLElement;
  width = 1;
  height = 1;
  tool: Tool | null = null;
  private readonly image = s("image", { preserveAspectRatio: "none" });
  private readonly scaled = new Set<() => void>();
  private center: Place = [0, 0];
  private zoomed = 1;
  private pressed: "tool" | "pan" | null = null;
  private last: Place = [0, 0];

  constructor(host: HTMLElement) {
    this.host = host;
    this.svg.append(this.image, this.layer);
    const zoom = h(
      "div",
      { className: "zoom" },
      button("+", () => this.zoom(1.4)),
      button("−", () => this.zoom(1 / 1.4)),
      button(text.fit, () => this.fit()),
    );
    zoom.children[0]!.setAttribute("aria-label", text.zoomIn);
    zoom.children[1]!.setAttribute("aria-label", text.zoomOut);
    host.append(this.svg, zoom);
    new ResizeObserver(() => this.apply()).observe(host);
    this.listen();
  }

  show(address: string, width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.image.setAttribute("href", address);
    this.image.setAttribute("width", String(width));
    this.image.setAttribute("height", String(height));
    this.fit();
  }

  /** Screen pixels per pixel of the picture. */
  get scale(): number {
    const whole = Math.min(this.host.clientWidth / this.width, this.host.clientHeight / this.height);
    return Math.max(whole, 1e-6) * this.zoomed;
  }

  fit(): void {
    this.zoomed = 1;
    this.center = [this.width / 2, this.height / 2];
    this.apply();
  }

  /** Bring a part of the picture to fill the stage, with some room around it. */
  focusOn(left: number, top: number, right: number, bottom: number): void {
    this.zoomed = 1;
    const room = 1.35;
    const across = this.host.clientWidth / Math.max(1, (right - left) * room);
    const down = this.host.clientHeight / Math.max(1, (bottom - top) * room);
    this.zoomed = Math.min(FURTHEST, Math.max(1, Math.min(across, down) / this.scale));
    this.center = [(left + right) / 2, (top + bottom) / 2];
    this.apply();
  }

  zoom(factor: number, about: Place = this.center): void {
    const next = Math.min(FURTHEST, Math.max(1, this.zoomed * factor));
    const kept = this.zoomed / next;
    this.zoomed = next;
    this.center = [
      about[0] + (this.center[0] - about[0]) * kept,
      about[1] + (this.center[1] - about[1]) * kept,
    ];
    this.apply();
  }

  /** Empty the layer above the picture. */
  clear(): void {
    this.layer.replaceChildren();
    this.scaled.clear();
    this.tool = null;
  }

  /** Call now and whenever the zoom changes: sizes on the screen stay what they are. */
  onScale(draw: () => void): void {
    this.scaled.add(draw);
    draw();
  }

  place(event: PointerEvent | WheelEvent): Place {
    const point = new DOMPoint(event.clientX, event.clientY);
    const inside = point.matrixTransform(this.svg.getScreenCTM()!.inverse());
    return [inside.x, inside.y];
  }

  /** A place brought back onto the picture. */
  within([x, y]: Place): Place {
    return [Math.min(this.width, Math.max(0, x)), Math.min(this.height, Math.max(0, y))];
  }

  /** Index of the nearest place within the grip of a finger, or -1. */
  nearest(places: readonly (readonly number[])[], to: Place, grip = GRIP_PX): number {
    let best = -1;
    let least = grip / this.scale;
    places.forEach((place, index) => {
      const away = Math.hypot(place[0]! - to[0], place[1]! - to[1]);
      if (away < least) [best, least] = [index, away];
    });
    return best;
  }

  private apply(): void {
    const width = this.host.clientWidth / this.scale;
    const height = this.host.clientHeight / this.scale;
    const clamp = (value: number, size: number, seen: number) =>
      seen >= size ? size / 2 : Math.min(size - seen / 2, Math.max(seen / 2, value));
    this.center = [
      clamp(this.center[0], this.width, width),
      clamp(this.center[1], this.height, height),
    ];
    const left = this.center[0] - width / 2;
    const top = this.center[1] - height / 2;
    this.svg.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    for (const draw of this.scaled) draw();
  }

  private listen(): void {
    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const place = this.place(event);
      this.pressed = this.tool?.press(place, event) ? "tool" : "pan";
      this.last = [event.clientX, event.clientY];
      this.svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.svg.addEventListener("pointermove", (event) => {
      const place = this.place(event);
      if (this.pressed === "tool") this.tool?.drag?.(place);
      else if (this.pressed === "pan") this.pan(event);
      else this.tool?.hover?.(place);
    });
    const release = (event: PointerEvent) => {
      if (this.pressed === "tool") this.tool?.release?.(this.place(event));
      this.pressed = null;
    };
    this.svg.addEventListener("pointerup", release);
    this.svg.addEventListener("pointercancel", release);
    this.svg.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 400), this.place(event));
      },
      { passive: false },
    );
  }

  private pan(event: PointerEvent): void {
    const [x, y] = this.last;
    this.last = [event.clientX, event.clientY];
    this.center = [
      this.center[0] - (event.clientX - x) / this.scale,
      this.center[1] - (event.clientY - y) / this.scale,
    ];
    this.apply();
  }
}

export interface HandleOptions {
  label: string;
  radius: number;
  className: string;
  /** Move by so many nudges; absent: not by keyboard. */
  nudge?: (dx: number, dy: number) => void;
  further?: number;
}

/** A round handle; its size on the screen does not change with the zoom. */
export class Handle {
  readonly circle: SVGCircleElement;
  private place: Place = [0, 0];
  private near = false;

  constructor(
    private readonly stage: Stage,
    private readonly options: HandleOptions,
  ) {
    this.circle = s("circle", { class: `handle ${options.className}`, "aria-label": options.label });
    if (options.nudge) {
      this.circle.setAttribute("tabindex", "0");
      this.circle.setAttribute("role", "button");
      this.circle.addEventListener("keydown", (event) => {
        const step = arrow(event, options.further ?? 5);
        if (step === null) return;
        event.preventDefault();
        options.nudge!(...step);
      });
    }
    stage.layer.append(this.circle);
    stage.onScale(() => this.draw());
  }

  move(place: Place): void {
    this.place = place;
    this.draw();
  }

  /** Larger while the pointer is near. */
  mark(near: boolean): void {
    if (near === this.near) return;
    this.near = near;
    this.draw();
  }

  focus(): void {
    this.circle.focus({ preventScroll: true });
  }

  private draw(): void {
    const radius = (this.options.radius + (this.near ? 3 : 0)) / this.stage.scale;
    this.circle.setAttribute("cx", String(this.place[0]));
    this.circle.setAttribute("cy", String(this.place[1]));
    this.circle.setAttribute("r", String(radius));
  }
}
