// The picture: skin, lines and points under one light; draws only when something changed.
import {
  AmbientLight,
  DirectionalLight,
  HemisphereLight,
  Raycaster,
  Scene,
  Vector2,
  Vector3,
  WebGLRenderer,
} from "three";
import type { FaceDocument } from "./document";
import { Lines } from "./lines";
import { Points } from "./points";
import { Skin } from "./skin";
import { View } from "./view";

const TOUCH_PX = 22;
const MOUSE_PX = 11;
const HIDDEN_MM = 0.6;

export type Hit = { kind: "point"; index: number } | { kind: "zone"; index: number } | null;

export class FaceScene {
  readonly canvas = document.createElement("canvas");
  readonly skin: Skin;
  readonly lines: Lines;
  readonly points: Points;
  readonly view: View;
  /** Called after each picture. */
  drawn: () => void = () => undefined;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly lights = {
    all: new AmbientLight("#ffffff", 1),
    sky: new HemisphereLight("#ffffff", "#b9aea6", 1),
    key: new DirectionalLight("#fff6ec", 1),
    fill: new DirectionalLight("#e8f2ff", 1),
  };
  private readonly ray = new Raycaster();
  private asked = false;

  constructor(
    data: FaceDocument,
    private readonly host: HTMLElement,
  ) {
    // kept, so that the page prints with its picture
    this.renderer = new WebGLRenderer({
      canvas: this.canvas,
      antialias: true,
      alpha: true,
      preserveDrawingBuffer: true,
    });
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.skin = new Skin(data);
    this.lines = new Lines(data, this.skin.geometry);
    this.points = new Points(data.points);
    this.scene.add(this.skin.group, this.lines.group, this.points.group);
    this.lights.key.position.set(-0.6, 0.9, 1.4);
    this.lights.fill.position.set(0.9, 0.1, 0.9);
    this.scene.add(...Object.values(this.lights));
    const box = this.skin.geometry.boundingBox;
    if (box === null) throw new Error("a mesh without extent");
    this.view = new View(box, this.canvas, () => this.ask());
    host.prepend(this.canvas);
    new ResizeObserver(() => this.resize()).observe(host);
    this.canvas.addEventListener("webglcontextrestored", () => this.ask());
    this.resize();
  }

  get anisotropy(): number {
    return this.renderer.capabilities.getMaxAnisotropy();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height);
    this.view.resize(width, height);
    this.draw();
  }

  /** Asks for a picture with the next frame. */
  ask(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((now) => {
      const more = this.view.step(now);
      this.asked = false;
      this.draw();
      if (more) this.ask();
    });
  }

  draw(): void {
    const photo = this.skin.photographic;
    this.lights.all.intensity = photo ? 2.45 : 0.55;
    this.lights.sky.intensity = photo ? 0.25 : 1.2;
    this.lights.key.intensity = photo ? 0.4 : 1.5;
    this.lights.fill.intensity = photo ? 0.2 : 0.5;
    const { camera, controls } = this.view;
    this.lines.place(camera, camera.position.distanceTo(controls.target));
    this.renderer.render(this.scene, camera);
    this.drawn();
  }

  /** Where a place of the face is on the page, in CSS pixels of the window. */
  project(place: Vector3): [number, number] {
    const { camera } = this.view;
    camera.updateMatrixWorld();
    const seen = place.clone().project(camera);
    const box = this.canvas.getBoundingClientRect();
    return [
      box.left + ((seen.x + 1) / 2) * box.width,
      box.top + ((1 - seen.y) / 2) * box.height,
    ];
  }

  /** Whether a point is in view: turned to the eye and with no skin before it. */
  isSeen(index: number): boolean {
    const placed = this.points.placed[index];
    if (placed === undefined) return false;
    const eye = this.view.camera.position;
    const place = placed.position.clone().addScaledVector(placed.normal, 0.2);
    const way = place.clone().sub(eye);
    const length = way.length();
    way.divideScalar(length);
    if (placed.normal.dot(way) > -0.03) return false;
    this.ray.set(eye, way);
    const first = this.ray.intersectObject(this.skin.wall)[0];
    return first === undefined || first.distance > length - HIDDEN_MM;
  }

  /** The point at this place of the window: the nearest one in view within reach. */
  pointAt(x: number, y: number, reachPx = MOUSE_PX): number | null {
    if (!this.points.group.visible) return null;
    const near = this.points.placed
      .map(({ position }, index) => {
        const [px, py] = this.project(position);
        return { index, off: Math.hypot(px - x, py - y) };
      })
      .filter(({ off }) => off <= reachPx)
      .sort((a, b) => a.off - b.off);
    return near.find(({ index }) => this.isSeen(index))?.index ?? null;
  }

  hit(x: number, y: number, touch: boolean): Hit {
    const point = this.pointAt(x, y, touch ? TOUCH_PX : MOUSE_PX);
    if (point !== null) return { kind: "point", index: point };
    const box = this.canvas.getBoundingClientRect();
    const seen = new Vector2(
      (2 * (x - box.left)) / box.width - 1,
      1 - (2 * (y - box.top)) / box.height,
    );
    this.ray.setFromCamera(seen, this.view.camera);
    const first = this.ray.intersectObject(this.skin.wall)[0];
    if (first === undefined || first.faceIndex == null) return null;
    const zone = this.lines.zoneAt(first.faceIndex, first.point, 2);
    return zone === null ? null : { kind: "zone", index: zone };
  }
}
