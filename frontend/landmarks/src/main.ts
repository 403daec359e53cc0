// The page with a person: seven steps from a photograph to accepted landmarks.

import { session } from "./api";
import { Page, type Step } from "./page";
import { acceptStep } from "./step_accept";
import { eraseStep } from "./step_erase";
import { faceStep } from "./step_face";
import { handStep } from "./step_hand";
import { listenForDrops, load, photoStep } from "./step_photo";
import { pointsStep } from "./step_points";
import { rulerStep } from "./step_ruler";
import { sideStep } from "./step_side";

const way: Step[] = [photoStep, faceStep, sideStep, pointsStep, rulerStep, eraseStep, acceptStep];
way.forEach((step, index) => {
  step.before = way[index - 1] ?? null;
  step.after = way[index + 1] ?? null;
});
handStep.before = faceStep;
handStep.after = sideStep;

async function begin(): Promise<void> {
  const page = new Page();
  listenForDrops(page, () => document.querySelector("#steps [aria-current]")?.previousSibling === null);
  try {
    const { photo } = await session();
    if (photo === null) {
      page.go(photoStep);
    } else {
      await load(page, photo);
      page.go(faceStep);
    }
  } catch (error) {
    page.say(error);
  }
}

void begin();
