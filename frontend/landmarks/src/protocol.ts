// What the page and the isolated frame of the detector say to each other.

/** x and y in shares of the picture's size, z in shares of its width. */
export type Point = [number, number, number];

/** 478 points in the order of the detector. */
export type FacePoints = Point[];

export type Failure = "no-webgl" | "no-face" | "failed";

/** From the page to the frame: find faces in this picture. */
export interface Ask {
  kind: "detect";
  id: number;
  picture: ImageBitmap;
}

/** From the frame to the page. */
export type Answer =
  | { kind: "ready" }
  | { kind: "faces"; id: number; faces: FacePoints[] }
  | { kind: "failure"; id: number; failure: Failure; detail: string };
