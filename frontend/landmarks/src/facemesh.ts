// The isolated page of the detector: it gets a picture, gives back points, and reaches nothing else.

import type { Answer, Ask, FacePoints } from "./protocol";

interface Landmark {
  x: number;
  y: number;
  z: number;
}

interface Detector {
  setOptions(options: Record<string, unknown>): void;
  onResults(listener: (results: { multiFaceLandmarks?: Landmark[][] }) => void): void;
  initialize(): Promise<void>;
  reset(): void;
  send(input: { image: HTMLCanvasElement }): Promise<void>;
}

declare const FaceMesh: new (config: { locateFile: (name: string) => string }) => Detector;

const MODEL = new URL("../face_mesh/", location.href);
const MOST_FACES = 5;
const POINTS = 478;

let detector: Promise<Detector> | undefined;
let latest: FacePoints[] = [];
/** Whether it may still follow faces of an earlier picture. */
let follows = true;
let queue: Promise<void> = Promise.resolve();

function answer(message: Answer): void {
  window.parent.postMessage(message, location.origin);
}

function loadScript(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(name, MODEL).href;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => reject(new Error(`${name} did not load`)));
    document.head.append(script);
  });
}

async function start(): Promise<Detector> {
  await loadScript("face_mesh.js");
  const made = new FaceMesh({ locateFile: (name) => new URL(name, MODEL).href });
  made.setOptions({
    maxNumFaces: MOST_FACES,
    refineLandmarks: true,
    minDetectionConfidence: 0.5,
    minTrackingConfidence: 0.5,
  });
  made.onResults((results) => {
    latest = (results.multiFaceLandmarks ?? [])
      .filter((face) => face.length === POINTS)
      .map((face) => face.map(({ x, y, z }) => [x, y, z]));
  });
  await made.initialize();
  return made;
}

function hasWebgl(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

async function detect({ id, picture }: Ask): Promise<void> {
  if (!hasWebgl()) {
    answer({ kind: "failure", id, failure: "no-webgl", detail: "" });
    return;
  }
  try {
    detector ??= start();
    const running = await detector;
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")!.drawImage(picture, 0, 0);
    latest = [];
    // Without a reset it follows the faces of the last picture, and the points drift. Where there
    // was none it has nothing to follow, and a reset would cost a second.
    if (follows) running.reset();
    follows = true;
    await running.send({ image: canvas });
    follows = latest.length > 0;
    if (latest.length > 0) answer({ kind: "faces", id, faces: latest });
    else answer({ kind: "failure", id, failure: "no-face", detail: "" });
  } catch (error) {
    answer({ kind: "failure", id, failure: "failed", detail: String(error) });
  } finally {
    picture.close();
  }
}

window.addEventListener("message", (event: MessageEvent<Ask>) => {
  const ours = event.origin === location.origin && event.source === window.parent;
  if (!ours || event.data.kind !== "detect") return;
  // One picture at a time: the detector has one graph and one listener.
  queue = queue.then(() => detect(event.data));
});
answer({ kind: "ready" });
