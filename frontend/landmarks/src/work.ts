// What is known so far about the photograph: the state that the steps fill in.

import type { Draft, PhotoInfo, Ruler } from "./api";
import type { Point } from "./protocol";
import type { Place } from "./stage";
import { IRISES } from "./topology";

/** Neighbours within this share of the face's width follow a moved point. */
const REACH = 0.15;
const NUDGE = 1 / 300;
const MOST_UNDO = 500;
const MESH_POINTS = 468;

export type Side = "image-left" | "image-right";

export class Face {
  readonly original: Point[];
  points: Point[];
  private readonly before: Point[][] = [];

  constructor(
    points: Point[],
    readonly detector: Draft["detector"],
  ) {
    this.original = points;
    this.points = points;
  }

  get width(): number {
    const x = this.points.map((point) => point[0]);
    return Math.max(...x) - Math.min(...x);
  }

  /** One nudge by keyboard: about half a millimetre. */
  get nudge(): number {
    return this.width * NUDGE;
  }

  get moved(): number[] {
    return this.points.flatMap((point, index) => {
      const [x, y] = this.original[index]!;
      return Math.abs(point[0] - x) + Math.abs(point[1] - y) > 1e-6 ? [index] : [];
    });
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  /** Remember the points as they are, to come back to. */
  remember(): void {
    this.before.push(this.points);
    if (this.before.length > MOST_UNDO) this.before.shift();
  }

  undo(): void {
    this.points = this.before.pop() ?? this.points;
  }

  /** Move a point of `from` by a distance; its neighbours follow if asked. */
  moveFrom(from: Point[], index: number, dx: number, dy: number, follow: boolean): void {
    const shares = this.following(from, index, follow);
    this.points = from.map((point, i) => {
      const share = shares(i);
      return share === 0 ? point : [point[0] + share * dx, point[1] + share * dy, point[2]];
    });
  }

  private following(from: Point[], index: number, follow: boolean): (i: number) => number {
    const iris = IRISES.find((points) => points[0] === index);
    if (iris) return (i) => (iris.includes(i) ? 1 : 0);
    if (!follow || index >= MESH_POINTS) return (i) => (i === index ? 1 : 0);
    const [x, y] = from[index]!;
    const reach = REACH * this.width;
    return (i) => {
      if (i >= MESH_POINTS) return 0;
      const away = Math.hypot(from[i]![0] - x, from[i]![1] - y) / reach;
      return away < 1 ? (1 - away * away) ** 2 : 0;
    };
  }
}

export class Work {
  photo: PhotoInfo | null = null;
  picture: ImageBitmap | null = null;
  faces: Point[][] | null = null;
  anchors = new Map<number, Place>();
  face: Face | null = null;
  side: Side | null = null;
  rulerKind: Ruler["kind"] = "ruler";
  rulerEnds: Place[] = [];
  rulerText = "";
  erased: Place[][] | null = null;

  /** Forget everything that belonged to another photograph. */
  begin(photo: PhotoInfo, picture: ImageBitmap): void {
    Object.assign(this, new Work());
    this.photo = photo;
    this.picture = picture;
  }

  /** A face in pixels from shares of the picture. */
  inPixels(face: Point[]): Point[] {
    const { width_px: width, height_px: height } = this.photo!;
    return face.map(([x, y, z]) => [x * width, y * height, z * width]);
  }

  get ruler(): Ruler | null {
    const [from, to] = this.rulerEnds;
    if (!from || !to) return null;
    return {
      kind: this.rulerKind,
      from_px: from,
      to_px: to,
      length_mm: Number(this.rulerText.trim()),
    };
  }

  draft(): Draft {
    const face = this.face!;
    return {
      detector: face.detector,
      points: face.points,
      moved: face.moved,
      patient_right: this.side!,
      ruler: this.ruler,
      erased_px: this.erased,
    };
  }
}
