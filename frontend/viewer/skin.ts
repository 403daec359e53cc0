// The skin: with the photo or plain, its inner side, and the exposure laid over it.
import {
  BackSide,
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  Object3D,
  SRGBColorSpace,
  Texture,
} from "three";
import { bytes, floats, wholes, type Exposure, type FaceDocument } from "./document";

const PLAIN = "#cdbfb1";
const INSIDE = "#d3dadb";

/** sRGB bytes as linear numbers, which is what the colours of vertices are. */
const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

function linear(packed: string): Float32Array {
  const colours = Float32Array.from(bytes(packed));
  return colours.map((value, index) => (index % 4 === 3 ? value / 255 : (LINEAR[value] ?? 0)));
}

export class Skin {
  readonly group = new Object3D();
  readonly geometry = new BufferGeometry();
  /** What rays meet; both sides stop them. */
  readonly wall: Mesh;
  private readonly outside: Mesh<BufferGeometry, MeshLambertMaterial>;
  private readonly layers = new Map<string, Mesh>();
  private photo: Texture | null = null;
  private wanted = true;

  constructor(data: FaceDocument) {
    this.geometry.setAttribute("position", new BufferAttribute(floats(data.mesh.positions), 3));
    if (data.mesh.uv !== null) {
      const uv = floats(data.mesh.uv).map((value, index) => (index % 2 === 1 ? 1 - value : value));
      this.geometry.setAttribute("uv", new BufferAttribute(uv, 2));
    }
    this.geometry.setIndex(new BufferAttribute(wholes(data.mesh.triangles), 1));
    this.geometry.computeVertexNormals();
    this.geometry.computeBoundingBox();
    this.geometry.computeBoundingSphere();

    const behind = { polygonOffset: true, polygonOffsetFactor: 1, polygonOffsetUnits: 4 };
    this.outside = new Mesh(this.geometry, new MeshLambertMaterial({ color: PLAIN, ...behind }));
    const inside = new MeshBasicMaterial({ color: INSIDE, side: BackSide, ...behind });
    this.wall = new Mesh(this.geometry, new MeshBasicMaterial({ side: DoubleSide }));
    this.group.add(this.outside, new Mesh(this.geometry, inside));
    for (const exposure of data.exposures) this.addLayer(exposure);
  }

  private addLayer(exposure: Exposure): void {
    const geometry = new BufferGeometry();
    for (const name of ["position", "normal"]) {
      geometry.setAttribute(name, this.geometry.getAttribute(name));
    }
    geometry.setIndex(this.geometry.getIndex());
    geometry.setAttribute("color", new BufferAttribute(linear(exposure.rgba), 4));
    // unlit, so that the colours are those of the legend
    const material = new MeshBasicMaterial({
      vertexColors: true,
      transparent: true,
      depthWrite: false,
    });
    const mesh = new Mesh(geometry, material);
    mesh.visible = false;
    mesh.renderOrder = 1;
    this.layers.set(exposure.id, mesh);
    this.group.add(mesh);
  }

  async load(address: string, anisotropy: number): Promise<void> {
    const image = new Image();
    image.src = address;
    await image.decode();
    const texture = new Texture(image);
    texture.colorSpace = SRGBColorSpace;
    texture.anisotropy = anisotropy;
    texture.needsUpdate = true;
    this.photo = texture;
    this.dress();
  }

  showPhoto(shown: boolean): void {
    this.wanted = shown;
    this.dress();
  }

  /** Whether the light has to be the soft one of a photo, which has its own shadows. */
  get photographic(): boolean {
    return this.photo !== null && this.wanted;
  }

  private dress(): void {
    const material = this.outside.material;
    material.map = this.photographic ? this.photo : null;
    material.color.set(this.photographic ? "#ffffff" : PLAIN);
    material.needsUpdate = true;
  }

  showLayer(id: string | null): boolean {
    if (id !== null && !this.layers.has(id)) return false;
    for (const [name, mesh] of this.layers) mesh.visible = name === id;
    return true;
  }
}
