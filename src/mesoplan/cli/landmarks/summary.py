"""What a landmarks file holds, in words: scale, pose, and what is left to do or to mind."""

from mesoplan.anatomy.face.mesh import Face
from mesoplan.anatomy.face.scale import LARGEST_DIFFERENCE, difference
from mesoplan.model.landmarks import Landmarks
from mesoplan.workflow.landmarks_file import MANUAL

_HOW = {
    "iris": "estimated by the usual width of an iris",
    "ruler": "by the ruler",
    "marker": "by the marker",
}


def scale_text(landmarks: Landmarks) -> str:
    """The scale with its uncertainty, as one standard deviation."""
    scale = landmarks.calibration
    sd = 100.0 * scale.relative_sd
    return f"{scale.mm_per_px:.3g} mm per pixel, ± {sd:.2g} % (1 SD), {_HOW[scale.method]}"


def pose_text(landmarks: Landmarks) -> str:
    """How the head is turned."""
    pose = Face.of(landmarks).pose
    # Without a confirmed side left and right are those of an unmirrored picture.
    turned = _turn(pose.yaw_deg, "to the patient's left", "to the patient's right")
    raised = _turn(pose.pitch_deg, "up", "down")
    inclined = _turn(pose.roll_deg, "to the left shoulder", "to the right shoulder")
    return f"turned {turned}, {raised}, inclined {inclined}"


def notes(landmarks: Landmarks) -> list[str]:
    """What to mind about a photograph, apart from what a person has still to do."""
    found = []
    if not Face.of(landmarks).pose.frontal:
        found.append("the head is turned too far for a plan of both sides: mind the far side")
    if landmarks.detector.name == MANUAL:
        found.append("depth is that of an average face: the points were placed by hand")
    elif landmarks.ruler is not None:
        apart = difference(landmarks.points, landmarks.calibration)
        if abs(apart) > LARGEST_DIFFERENCE.central:
            found.append(
                f"the iris gives a scale {100.0 * abs(apart):.0f} % "
                f"{'larger' if apart > 0.0 else 'smaller'} than the {landmarks.ruler.kind}: "
                "check its ends and its length"
            )
    return found


def remains(landmarks: Landmarks) -> list[str]:
    """What a person has still to confirm."""
    left = []
    if not landmarks.accepted:
        left.append("nobody has looked at the points: see them with --open")
    if landmarks.patient_right is None:
        left.append("the patient's right side is not confirmed: give --patient-right")
    if landmarks.calibration.method == "iris":
        left.append("the scale is an estimate: give a ruler or marker in the plane of the face")
    if landmarks.erased_px is None:
        left.append("nobody said what hair, beard or glasses cover: give --erase")
    return left


def _turn(angle_deg: float, positive: str, negative: str) -> str:
    whole = round(angle_deg)
    return f"{abs(whole)}°" + ("" if whole == 0 else f" {positive if whole > 0 else negative}")
