// Every text of the page, in one place.

export const text = {
  local: "The photograph stays on this computer.",
  stage: "Photograph",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Show all",
  back: "Back",
  next: "Next",
  steps: ["Photo", "Face", "Side", "Points", "Ruler", "Erase", "Accept"],
  step: (number: number, all: number) => `Step ${number} of ${all}`,
  right: "Patient's right",
  left: "Patient's left",

  photoTitle: "Choose the photograph",
  photoHelp:
    "From the front, at eye level, a neutral face, from a metre or more away, hair held back, no " +
    "glasses. JPEG, PNG or WebP.",
  photoChoose: "Choose a file…",
  photoDrop: "or drop it here",
  photoSize: (width: number, height: number) => `${width} × ${height} pixels`,
  photoTurned: "It was turned upright as the camera noted.",
  photoReading: "Reading the photograph…",

  faceTitle: "Find the face",
  faceLooking: "Looking for a face. This takes a few seconds…",
  faceOne: "One face was found.",
  faceMany: (count: number) => `${count} faces were found. Which one is the patient's?`,
  faceNumber: (number: number) => `Face ${number}`,
  faceNone:
    "No face was found. Use a photograph from the front, cut closer, or place the points by hand.",
  faceNoWebgl:
    "This browser has no WebGL, which finding a face needs. You can place the points by hand.",
  faceFailed: (detail: string) =>
    `Looking for a face failed. You can place the points by hand. (${detail})`,
  byHand: "Place the points by hand",
  again: "Look again",

  handTitle: "Place the points by hand",
  handHelp: (number: number, all: number) => `Point ${number} of ${all}. Click on:`,
  handKeys:
    "By keyboard: move the cross with the arrow keys (Shift: further) and place it with Enter.",
  handUndo: "Take back the last",
  handDone: "All points are placed. Drag any that is off, then go on.",
  handRuler: "Points placed by hand have no iris to measure: a ruler is needed two steps on.",
  cross: "Cross to place",

  sideTitle: "Which side of the picture is the patient's right?",
  sideHelp:
    "On an ordinary photograph the patient's right lies at the left of the picture. A selfie or an " +
    "edited picture may be mirrored: go by a mole, a parting, or writing.",
  sideLeft: "Left side of the picture",
  sideRight: "Right side of the picture",
  sideMirrored: "Then this photograph is mirrored; the plan will take it so.",

  pointsTitle: "Check the points",
  pointsHelp:
    "Compare the lines with the face, above all lids, lips, jaw and hairline. Drag what is off.",
  pointsKeys:
    "By keyboard: Tab goes from point to point, arrows move it about half a millimetre (Shift: " +
    "five times), Page Up and Page Down reach the small points, Ctrl+Z takes back.",
  pointsFollow: "Neighbours follow",
  pointsMesh: "Show the whole mesh",
  pointsUndo: "Take back",
  pointsMoved: (count: number) =>
    count === 0 ? "No point was moved." : count === 1 ? "1 point was moved." : `${count} points were moved.`,
  pointNumber: (index: number) => `Point ${index}`,

  rulerTitle: "Mark a known length",
  rulerHelp:
    "A ruler or a sticker of known size, held in the plane of the face. Click on its two ends. " +
    "Without it the scale is an estimate by the usual width of an iris, good to about ± 10 %.",
  rulerNeeded: "Points placed by hand have no iris to measure: a ruler or sticker is needed.",
  rulerKind: "What it is",
  rulerKinds: { ruler: "Ruler", marker: "Sticker or other marker" },
  rulerLength: "Length between the ends, in mm",
  rulerPlace: "Put both ends on the picture",
  rulerRemove: "Remove the ruler",
  rulerFrom: "First end of the ruler",
  rulerTo: "Second end of the ruler",
  rulerComma: "Write the length with a decimal point: 12.5, not 12,5.",
  rulerNumber: "Write the length in millimetres as a number, such as 30.",
  rulerEnds: "Click on both ends of the ruler, or remove it.",

  eraseTitle: "Erase what is not skin to treat",
  eraseHelp:
    "Draw around hair on the forehead, a beard, glasses. No point will be planned there. Press, " +
    "draw around, release.",
  eraseNone: "There is none to erase",
  eraseAdd: "Put an outline on the picture",
  eraseKeys: "By keyboard: put an outline on the picture, then move its corners with the arrows.",
  eraseRemove: (number: number) => `Remove outline ${number}`,
  eraseCorner: (number: number, corner: number) => `Outline ${number}, corner ${corner}`,
  eraseOpen: "Not answered: the plan will say that nobody was asked.",

  acceptTitle: "Look once more, then accept",
  acceptHelp: "With Accept you say that you have looked at the points on the photograph.",
  acceptSide: "Patient's right",
  acceptScale: "Scale",
  acceptPose: "Head",
  acceptMoved: "Moved",
  acceptErase: "Erased",
  acceptMind: "Mind",
  acceptOutlines: (count: number) => (count === 1 ? "1 outline" : `${count} outlines`),
  acceptNone: "none to erase",
  acceptUnasked: "not answered",
  accept: "Accept and save",
  saving: "Saving…",
  savedTitle: "Saved",
  saved: (file: string) => `Written to ${file}. You can close this page.`,
  gone: "mesoplan on this computer does not answer. Is the command still running?",
};

const sided: Record<string, string> = {
  browTail: "outer end of the SIDE eyebrow",
  browMiddle: "middle of the SIDE eyebrow",
  browHead: "inner end of the SIDE eyebrow",
  outerCorner: "outer corner of the SIDE eye",
  innerCorner: "inner corner of the SIDE eye",
  upperLid: "middle of the upper lid of the SIDE eye",
  lowerLid: "middle of the lower lid of the SIDE eye",
  iris: "middle of the SIDE iris",
  irisInner: "inner edge of the SIDE iris",
  irisOuter: "outer edge of the SIDE iris",
  ala: "SIDE wing of the nose, where it meets the cheek",
  mouthCorner: "SIDE corner of the mouth",
  temple: "SIDE temple",
  faceSide: "SIDE edge of the face, in front of the ear",
  jawAngle: "SIDE angle of the jaw",
};

const middle: Record<string, string> = {
  forehead: "middle of the forehead, at the hairline",
  noseRoot: "root of the nose",
  noseTip: "tip of the nose",
  noseBase: "base of the nose, above the lip",
  upperLip: "middle of the upper lip's edge",
  lowerLip: "middle of the lower lip's edge",
  chin: "lowest point of the chin",
};

/** The name of a landmark: on the patient's side, or on that of the picture until it is known. */
export function landmarkName(name: string, patient: string, ofPicture: string): string {
  const known = patient === "" ? "" : `${patient} `;
  const found = (sided[name] ?? middle[name] ?? name).replace("SIDE ", known);
  const where = patient === "" && ofPicture !== "" ? `, on the ${ofPicture} of the picture` : "";
  return found.charAt(0).toUpperCase() + found.slice(1) + where;
}
