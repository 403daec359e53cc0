// Calls to the server on this machine; nothing else is ever called.

import type { FacePoints, Point } from "./protocol";

export interface PhotoInfo {
  file: string;
  width_px: number;
  height_px: number;
  orientation: number;
}

export interface Session {
  version: string;
  out: string;
  photo: PhotoInfo | null;
}

export interface Ruler {
  kind: "ruler" | "marker";
  from_px: [number, number];
  to_px: [number, number];
  length_mm: number;
}

/** What a person made of a photograph; the server adds the photograph and the scale. */
export interface Draft {
  detector: "face_mesh" | "manual";
  points: Point[];
  moved: number[];
  patient_right: "image-left" | "image-right";
  ruler: Ruler | null;
  erased_px: [number, number][][] | null;
}

export interface Judged {
  scale: string;
  pose: string;
  notes: string[];
}

/** The server refused, with one line per fault. */
export class Refusal extends Error {
  constructor(readonly faults: string[]) {
    super(faults.join("\n"));
  }
}

async function call<T>(name: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`../api/${name}`, { cache: "no-store", ...init });
  const document = (await response.json()) as T & { faults?: string[] };
  if (!response.ok) throw new Refusal(document.faults ?? [response.statusText]);
  return document;
}

function post<T>(name: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return call<T>(name, { method: "POST", headers, body: JSON.stringify(body) });
}

export const session = (): Promise<Session> => call("session");

export const give = (file: File): Promise<PhotoInfo> =>
  call(`photo?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: file,
  });

export const mesh = (anchors: Record<number, [number, number]>): Promise<{ points: Point[] }> =>
  post("mesh", { anchors });

export const judge = (draft: Draft): Promise<Judged> => post("judge", draft);

export const save = (draft: Draft): Promise<{ file: string }> => post("save", draft);

export const found = (faces: FacePoints[] | null, failure: string | null, detail = ""): Promise<object> =>
  post("found", { faces, failure, detail });

/** The picture as the server shows it: upright already, at most a few thousand pixels wide. */
export async function picture(): Promise<Blob> {
  const response = await fetch("../api/picture", { cache: "no-store" });
  if (!response.ok) throw new Refusal([response.statusText]);
  return response.blob();
}
