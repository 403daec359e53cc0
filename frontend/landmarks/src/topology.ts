// Which landmarks make lines and which have names, in the numbers of the detector.
//
// "Low" is the side with low x on an unmirrored photograph: there the patient's right.

const ring = (points: number[]): number[] => [...points, points[0]!];

const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** Lines drawn over the face; each through its landmarks in order. */
export const LINES: number[][] = [
  ring(OVAL),
  ring([33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246]),
  ring([263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466]),
  ring([61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185]),
  ring([78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191]),
  ring([70, 63, 105, 66, 107, 55, 65, 52, 53, 46]),
  ring([300, 293, 334, 296, 336, 285, 295, 282, 283, 276]),
  [168, 6, 197, 195, 5, 4],
  [129, 98, 97, 2, 326, 327, 358],
];

/** Each iris: its middle, then four places on its edge; the first and third lie to its sides. */
export const IRISES: number[][] = [
  [468, 469, 470, 471, 472],
  [473, 474, 475, 476, 477],
];

export type Side = "low" | "high" | "middle";

export interface Named {
  index: number;
  side: Side;
  /** Key of its name among the messages. */
  name: string;
}

const pair = (low: number, high: number, name: string): Named[] => [
  { index: low, side: "low", name },
  { index: high, side: "high", name },
];
const middle = (index: number, name: string): Named => ({ index, side: "middle", name });

/** Landmarks with a name: larger handles, reached by Tab in this order. */
export const NAMED: Named[] = [
  middle(10, "forehead"),
  ...pair(70, 300, "browTail"),
  ...pair(105, 334, "browMiddle"),
  ...pair(107, 336, "browHead"),
  ...pair(33, 263, "outerCorner"),
  ...pair(133, 362, "innerCorner"),
  ...pair(159, 386, "upperLid"),
  ...pair(145, 374, "lowerLid"),
  ...pair(468, 473, "iris"),
  ...pair(469, 476, "irisInner"),
  ...pair(471, 474, "irisOuter"),
  middle(168, "noseRoot"),
  middle(4, "noseTip"),
  ...pair(129, 358, "ala"),
  middle(2, "noseBase"),
  middle(0, "upperLip"),
  ...pair(61, 291, "mouthCorner"),
  middle(17, "lowerLip"),
  middle(152, "chin"),
  ...pair(127, 356, "temple"),
  ...pair(234, 454, "faceSide"),
  ...pair(172, 397, "jawAngle"),
];

/** What a person places where no face was found, in this order. */
export const ANCHORS: Named[] = [
  ...pair(33, 263, "outerCorner"),
  ...pair(133, 362, "innerCorner"),
  ...pair(105, 334, "browMiddle"),
  middle(4, "noseTip"),
  ...pair(129, 358, "ala"),
  ...pair(61, 291, "mouthCorner"),
  middle(152, "chin"),
  ...pair(234, 454, "faceSide"),
  middle(10, "forehead"),
];
