// The points: small domes of one size in millimetres, lying on the skin.
import {
  CircleGeometry,
  Color,
  InstancedMesh,
  Matrix4,
  MeshBasicMaterial,
  MeshLambertMaterial,
  Object3D,
  Quaternion,
  SphereGeometry,
  Vector3,
} from "three";
import type { Point } from "./document";

const RADIUS_MM = 0.6;
const RIM_MM = 0.92;
const COLOUR = new Color("#0f6674");
const PICKED = new Color("#f08a00");
const HOVERED = new Color("#38a3b5");
const OUT = new Vector3(0, 0, 1);

interface Placed {
  point: Point;
  position: Vector3;
  normal: Vector3;
  turn: Quaternion;
}

export class Points {
  readonly group = new Object3D();
  readonly placed: Placed[];
  private readonly domes: InstancedMesh;
  private readonly rims: InstancedMesh;
  private picked: number | null = null;
  private hovered: number | null = null;

  constructor(points: Point[]) {
    this.placed = points.map((point) => {
      const normal = new Vector3(...point.normal).normalize();
      const turn = new Quaternion().setFromUnitVectors(OUT, normal);
      return { point, position: new Vector3(...point.position), normal, turn };
    });
    const dome = new SphereGeometry(RADIUS_MM, 14, 10).scale(1, 1, 0.6);
    const rim = new CircleGeometry(RIM_MM, 20);
    const material = new MeshLambertMaterial({ transparent: true });
    this.domes = new InstancedMesh(dome, material, points.length);
    this.rims = new InstancedMesh(
      rim,
      new MeshBasicMaterial({
        color: "#ffffff",
        transparent: true,
        depthWrite: false, // the dome stands on it whatever the angle
        polygonOffset: true,
        polygonOffsetFactor: -2,
        polygonOffsetUnits: -8,
      }),
      points.length,
    );
    this.rims.renderOrder = 8;
    this.domes.renderOrder = 9;
    for (const mesh of [this.rims, this.domes]) {
      mesh.frustumCulled = false;
      this.group.add(mesh);
    }
    this.placed.forEach((_, index) => this.dress(index));
  }

  private dress(index: number): void {
    const placed = this.placed[index];
    if (placed === undefined) return;
    const size = index === this.picked ? 1.9 : index === this.hovered ? 1.35 : 1;
    const colour = index === this.picked ? PICKED : index === this.hovered ? HOVERED : COLOUR;
    const matrix = new Matrix4();
    const scale = new Vector3(size, size, size);
    this.domes.setMatrixAt(index, matrix.compose(placed.position, placed.turn, scale));
    const lifted = placed.position.clone().addScaledVector(placed.normal, 0.12);
    this.rims.setMatrixAt(index, matrix.compose(lifted, placed.turn, scale));
    this.domes.setColorAt(index, colour);
    this.domes.instanceMatrix.needsUpdate = true;
    this.rims.instanceMatrix.needsUpdate = true;
    if (this.domes.instanceColor !== null) this.domes.instanceColor.needsUpdate = true;
  }

  pick(index: number | null): void {
    const before = this.picked;
    this.picked = index;
    for (const one of [before, index]) if (one !== null) this.dress(one);
  }

  hover(index: number | null): boolean {
    if (index === this.hovered) return false;
    const before = this.hovered;
    this.hovered = index;
    for (const one of [before, index]) if (one !== null) this.dress(one);
    return true;
  }

  indexOf(id: string): number | null {
    const index = this.placed.findIndex(({ point }) => point.id === id);
    return index === -1 ? null : index;
  }
}
