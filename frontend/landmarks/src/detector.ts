// Finds faces on a picture by way of the isolated frame; looks closer where none is seen at once.

import type { Answer, Ask, FacePoints, Failure } from "./protocol";

const START_MS = 60_000;
const PICTURE_MS = 120_000;
const LONGEST_PX = 2048;
/** Side of a closer look, in shares of the picture, and how far apart the looks lie. */
const CLOSER = [0.6, 0.35];

/** Side of the square around a face, in its own larger side. */
const FRAME = 2.2;
const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };

export class DetectionFailure extends Error {
  constructor(
    readonly failure: Failure,
    detail = "",
  ) {
    super(detail);
  }
}

export class Detector {
  private readonly frame = document.createElement("iframe");
  private readonly waiting = new Map<number, (message: Answer) => void>();
  private readonly ready: Promise<void>;
  private last = 0;

  constructor() {
    this.frame.src = "facemesh.html";
    this.frame.hidden = true;
    this.frame.title = "Face detector";
    this.ready = new Promise((resolve, reject) => {
      const late = () => reject(new DetectionFailure("failed", "the detector did not start"));
      const timer = setTimeout(late, START_MS);
      window.addEventListener("message", (event: MessageEvent<Answer>) => {
        const ours = event.origin === location.origin;
        if (!ours || event.source !== this.frame.contentWindow) return;
        if (event.data.kind === "ready") {
          clearTimeout(timer);
          resolve();
        } else {
          this.waiting.get(event.data.id)?.(event.data);
          this.waiting.delete(event.data.id);
        }
      });
    });
    document.body.append(this.frame);
  }

  /** All faces, from left to right; x and y in shares of the picture. */
  async faces(picture: ImageBitmap): Promise<FacePoints[]> {
    const found = await this.seen(picture);
    const framed: FacePoints[] = [];
    for (const face of sorted(found)) framed.push(await this.framed(picture, face));
    return framed;
  }

  private async seen(picture: ImageBitmap): Promise<FacePoints[]> {
    try {
      return await this.look(picture, WHOLE);
    } catch (error) {
      if (!(error instanceof DetectionFailure) || error.failure !== "no-face") throw error;
    }
    // The detector sees 128 pixels across, and misses a face that fills little of the picture.
    for (const side of CLOSER) {
      const found = await this.closer(picture, side);
      if (found.length > 0) return found;
    }
    throw new DetectionFailure("no-face");
  }

  /** The same face once more, cut out alike whatever the picture: the points then agree better. */
  private async framed(picture: ImageBitmap, face: FacePoints): Promise<FacePoints> {
    const { left, top, right, bottom } = box(face);
    const across = (right - left) * picture.width;
    const down = (bottom - top) * picture.height;
    const side = FRAME * Math.max(across, down);
    const wide = side / picture.width;
    const high = side / picture.height;
    const part = {
      left: Math.max(0, (left + right - wide) / 2),
      top: Math.max(0, (top + bottom - high) / 2),
      right: Math.min(1, (left + right + wide) / 2),
      bottom: Math.min(1, (top + bottom + high) / 2),
    };
    try {
      return (await this.look(picture, part)).find((other) => same(other, face)) ?? face;
    } catch (error) {
      if (!(error instanceof DetectionFailure) || error.failure !== "no-face") throw error;
      return face;
    }
  }

  private async closer(picture: ImageBitmap, side: number): Promise<FacePoints[]> {
    const found: FacePoints[] = [];
    const count = Math.ceil((1 - side) / (side / 2)) + 1;
    for (let row = 0; row < count; row += 1) {
      for (let column = 0; column < count; column += 1) {
        const step = (1 - side) / (count - 1);
        try {
          const [left, top] = [column * step, row * step];
          const part = { left, top, right: left + side, bottom: top + side };
          const faces = await this.look(picture, part);
          for (const face of faces) if (!found.some((other) => same(face, other))) found.push(face);
        } catch (error) {
          if (!(error instanceof DetectionFailure) || error.failure !== "no-face") throw error;
        }
      }
    }
    return found;
  }

  /** Faces in a part of the picture; all in shares of the whole. */
  private async look(picture: ImageBitmap, part: Box): Promise<FacePoints[]> {
    const left = Math.round(part.left * picture.width);
    const top = Math.round(part.top * picture.height);
    const width = Math.max(1, Math.round(part.right * picture.width) - left);
    const height = Math.max(1, Math.round(part.bottom * picture.height) - top);
    const shrink = Math.min(1, LONGEST_PX / Math.max(width, height));
    const cut = await createImageBitmap(picture, left, top, width, height, {
      resizeWidth: Math.max(1, Math.round(width * shrink)),
      resizeHeight: Math.max(1, Math.round(height * shrink)),
      resizeQuality: "high",
    });
    const message = await this.ask(cut);
    if (message.kind === "failure") throw new DetectionFailure(message.failure, message.detail);
    if (message.kind !== "faces") throw new DetectionFailure("failed", "an unknown answer");
    return message.faces.map((face) =>
      face.map(([px, py, pz]) => [
        (left + px * width) / picture.width,
        (top + py * height) / picture.height,
        (pz * width) / picture.width,
      ]),
    );
  }

  private async ask(picture: ImageBitmap): Promise<Answer> {
    await this.ready;
    const id = (this.last += 1);
    return new Promise((resolve, reject) => {
      const late = () => reject(new DetectionFailure("failed", "the detector did not answer"));
      const timer = setTimeout(late, PICTURE_MS);
      this.waiting.set(id, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      const ask: Ask = { kind: "detect", id, picture };
      this.frame.contentWindow!.postMessage(ask, location.origin, [picture]);
    });
  }
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function box(face: FacePoints): Box {
  const x = face.map((point) => point[0]);
  const y = face.map((point) => point[1]);
  return {
    left: Math.min(...x),
    top: Math.min(...y),
    right: Math.max(...x),
    bottom: Math.max(...y),
  };
}

function sorted(faces: FacePoints[]): FacePoints[] {
  return [...faces].sort((one, other) => box(one).left - box(other).left);
}

/** Whether two looks show one face: the middle of one lies in the box of the other. */
function same(one: FacePoints, other: FacePoints): boolean {
  const a = box(one);
  const b = box(other);
  const x = (a.left + a.right) / 2;
  const y = (a.top + a.bottom) / 2;
  return b.left < x && x < b.right && b.top < y && y < b.bottom;
}
