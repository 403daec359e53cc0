// Step 1: the photograph that the command named, or one chosen here.

import { give, picture, type PhotoInfo } from "./api";
import { button, byId, h } from "./dom";
import { text } from "./messages";
import type { Page, Step } from "./page";

export const photoStep: Step = {
  number: 0,
  title: text.photoTitle,
  before: null,
  after: null,
  missing: ({ work }) => (work.photo === null ? "" : null),
  enter(page) {
    const input = h("input", { type: "file", accept: "image/jpeg,image/png,image/webp" });
    input.hidden = true;
    input.addEventListener("change", () => {
      if (input.files?.[0]) void take(page, input.files[0]);
    });
    const choose = button(text.photoChoose, () => input.click());
    page.body.append(h("p", {}, text.photoHelp), choose, input, h("p", {}, text.photoDrop));
    if (page.work.photo) page.body.append(facts(page.work.photo));
  },
};

/** Let a photograph be dropped anywhere while the first step is shown. */
export function listenForDrops(page: Page, isOpen: () => boolean): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && isOpen()) void take(page, file);
  });
}

async function take(page: Page, file: File): Promise<void> {
  page.quiet();
  try {
    await load(page, await give(file));
    page.go(photoStep);
  } catch (error) {
    page.say(error);
  }
}

/** Show a photograph that the server holds. */
export async function load(page: Page, photo: PhotoInfo): Promise<void> {
  const blob = await picture();
  const bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
  page.work.begin(photo, bitmap);
  page.stage.show(URL.createObjectURL(blob), photo.width_px, photo.height_px);
  byId("file").textContent = photo.file;
}

function facts(photo: PhotoInfo): HTMLElement {
  const size = `${photo.file}, ${text.photoSize(photo.width_px, photo.height_px)}`;
  const turned = photo.orientation === 1 ? "" : ` ${text.photoTurned}`;
  return h("p", { className: "fact" }, `${size}.${turned}`);
}
