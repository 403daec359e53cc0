// The document that Python puts into the page; face_page.py writes the same names.

export type Triple = [number, number, number];

export interface Legend {
  label: string;
  colour: string;
}

export interface Exposure {
  id: string;
  name: string;
  rgba: string;
  legend: Legend[];
  note: string;
}

export interface Region {
  name: string;
  lines: string[];
}

export interface Zone extends Region {
  note: string;
  kind: string;
  colour: string;
  forbidden: boolean;
  fill: number[];
}

export interface Point {
  id: string;
  label: string;
  area: string;
  position: Triple;
  normal: Triple;
  depth_mm: number | null;
  volume_ml: number | null;
  text: string;
}

export interface FaceDocument {
  language: string;
  title: string;
  marks: string[];
  intended: string;
  photo: string | null;
  mesh: { positions: string; uv: string | null; triangles: string };
  exposures: Exposure[];
  regions: Region[];
  zones: Zone[];
  points: Point[];
  threads: { from: Triple; to: Triple }[];
  notes: string[];
  texts: Record<string, string>;
}

export function readDocument(): FaceDocument {
  const element = document.getElementById("face-data");
  return JSON.parse(element?.textContent ?? "") as FaceDocument;
}

export function bytes(packed: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
}

export function floats(packed: string): Float32Array<ArrayBuffer> {
  return new Float32Array(bytes(packed).buffer);
}

export function wholes(packed: string): Uint32Array<ArrayBuffer> {
  return new Uint32Array(bytes(packed).buffer);
}
