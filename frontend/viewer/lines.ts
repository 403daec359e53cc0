// Lines on the skin: regions, zones with their tint, threads.
import {
  BufferAttribute,
  BufferGeometry,
  Mesh,
  MeshBasicMaterial,
  Object3D,
  Vector3,
  type PerspectiveCamera,
} from "three";
import { LineMaterial } from "three/examples/jsm/lines/LineMaterial.js";
import { LineSegments2 } from "three/examples/jsm/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/examples/jsm/lines/LineSegmentsGeometry.js";
import { floats, type FaceDocument, type Zone } from "./document";

const REGION = "#ffffff";
const REGION_EDGE = "#5a6a70";
const THREAD = "#0f6674";

interface Style {
  colour: string;
  width: number;
  dashed?: boolean;
  order?: number;
}

function segments(lines: Float32Array[]): Float32Array {
  const pairs: number[] = [];
  for (const line of lines) {
    for (let i = 0; i + 5 < line.length; i += 3) pairs.push(...line.subarray(i, i + 6));
  }
  return Float32Array.from(pairs);
}

function drawn(lines: Float32Array[], style: Style): LineSegments2 {
  const geometry = new LineSegmentsGeometry().setPositions(segments(lines));
  const material = new LineMaterial({
    color: style.colour,
    linewidth: style.width,
    dashed: style.dashed ?? false,
    dashSize: 2.2,
    gapSize: 1.6,
    transparent: true, // drawn in their order, after the exposure
    depthWrite: false,
  });
  const object = new LineSegments2(geometry, material);
  if (style.dashed) object.computeLineDistances();
  object.renderOrder = style.order ?? 3;
  return object;
}

/** Draws its lines a little nearer to the eye, at the same place in the picture. */
class Nearer extends Object3D {
  constructor(private readonly mm: number) {
    super();
    this.matrixAutoUpdate = false;
  }

  place(camera: PerspectiveCamera, distance: number): void {
    const scale = 1 - this.mm / distance;
    const at = camera.position;
    this.matrix.makeScale(scale, scale, scale);
    this.matrix.setPosition(at.x * (1 - scale), at.y * (1 - scale), at.z * (1 - scale));
    this.matrixWorldNeedsUpdate = true;
  }
}

interface DrawnZone {
  zone: Zone;
  line: LineSegments2;
  tint: Mesh<BufferGeometry, MeshBasicMaterial> | null;
  vertices: Vector3[];
}

export class Lines {
  readonly group = new Object3D();
  private readonly near = new Nearer(0.8);
  private readonly threads = new Nearer(4);
  private readonly regions = new Object3D();
  private readonly zones: DrawnZone[];
  private readonly shown = { zones: true, forbidden: true };
  private picked: number | null = null;

  constructor(data: FaceDocument, skin: BufferGeometry) {
    for (const region of data.regions) {
      const lines = region.lines.map(floats);
      if (lines.length === 0) continue;
      this.regions.add(
        drawn(lines, { colour: REGION_EDGE, width: 3.2, order: 3 }),
        drawn(lines, { colour: REGION, width: 1.6, order: 4 }),
      );
    }
    this.near.add(this.regions);
    this.zones = data.zones.map((zone) => this.addZone(zone, skin));
    const threads = data.threads.map(({ from, to }) => Float32Array.from([...from, ...to]));
    if (threads.length > 0) {
      this.threads.add(
        drawn(threads, { colour: "#ffffff", width: 4, order: 6 }),
        drawn(threads, { colour: THREAD, width: 2, order: 7 }),
      );
    }
    this.group.add(this.near, this.threads);
  }

  private addZone(zone: Zone, skin: BufferGeometry): DrawnZone {
    const lines = zone.lines.map(floats);
    const line = drawn(lines, { colour: zone.colour, width: 2.2, dashed: !zone.forbidden, order: 5 });
    line.frustumCulled = false;
    this.near.add(line);
    const vertices = lines.flatMap((flat) =>
      Array.from({ length: flat.length / 3 }, (_, i) => new Vector3().fromArray(flat, 3 * i)),
    );
    return { zone, line, vertices, tint: this.addTint(zone, skin) };
  }

  private addTint(zone: Zone, skin: BufferGeometry): DrawnZone["tint"] {
    const index = skin.getIndex();
    if (zone.fill.length === 0 || index === null) return null;
    const corners = zone.fill.flatMap((i) => [0, 1, 2].map((k) => index.getX(3 * i + k)));
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", skin.getAttribute("position"));
    geometry.setIndex(new BufferAttribute(Uint32Array.from(corners), 1));
    const material = new MeshBasicMaterial({
      color: zone.colour,
      transparent: true,
      opacity: zone.forbidden ? 0.34 : 0.22,
      depthWrite: false,
    });
    const tint = new Mesh(geometry, material);
    tint.renderOrder = 2;
    this.group.add(tint);
    return tint;
  }

  place(camera: PerspectiveCamera, distance: number): void {
    this.near.place(camera, distance);
    this.threads.place(camera, distance);
  }

  showRegions(shown: boolean): void {
    this.regions.visible = shown;
  }

  showThreads(shown: boolean): void {
    this.threads.visible = shown;
  }

  showZones(kind: "zones" | "forbidden", shown: boolean): void {
    this.shown[kind] = shown;
    this.dress();
  }

  pick(index: number | null): void {
    this.picked = index;
    this.dress();
  }

  private isShown(zone: Zone): boolean {
    return zone.forbidden ? this.shown.forbidden : this.shown.zones;
  }

  private dress(): void {
    this.zones.forEach(({ zone, line, tint }, index) => {
      const picked = index === this.picked;
      line.visible = this.isShown(zone);
      line.material.linewidth = picked ? 4 : 2.2;
      if (tint === null) return;
      tint.visible = line.visible;
      tint.material.opacity = (zone.forbidden ? 0.34 : 0.22) + (picked ? 0.2 : 0);
    });
  }

  /** The shown zone that holds this triangle, or whose line passes nearest to the place. */
  zoneAt(triangle: number, place: Vector3, reachMm: number): number | null {
    let best: number | null = null;
    let least = Infinity;
    this.zones.forEach(({ zone, vertices }, index) => {
      if (!this.isShown(zone)) return;
      // of several that hold it, the smallest is meant
      if (zone.fill.includes(triangle) && zone.fill.length < least) {
        [best, least] = [index, zone.fill.length];
      } else if (best === null) {
        const near = vertices.some((vertex) => vertex.distanceTo(place) < reachMm);
        if (near) best = index;
      }
    });
    return best;
  }

  /** Where to look in order to see a zone. */
  middle(index: number): Vector3 | null {
    const vertices = this.zones[index]?.vertices ?? [];
    if (vertices.length === 0) return null;
    const sum = vertices.reduce((total, vertex) => total.add(vertex), new Vector3());
    return sum.divideScalar(vertices.length);
  }
}
