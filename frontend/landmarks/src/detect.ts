// The page without a person: finds the faces on the server's photograph and tells the server.

import { found, picture } from "./api";
import { DetectionFailure, Detector } from "./detector";

async function run(): Promise<void> {
  try {
    const bitmap = await createImageBitmap(await picture(), { imageOrientation: "from-image" });
    await found(await new Detector().faces(bitmap), null);
  } catch (error) {
    const failure = error instanceof DetectionFailure ? error.failure : "failed";
    await found(null, failure, error instanceof Error ? error.message : String(error));
  }
}

void run();
