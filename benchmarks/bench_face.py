"""Points on a face: two regions of the portrait, about 150 points, from landmarks to anchors.

New landmarks each time, so that nothing is remembered; then once more with the face known, as
when a practitioner moves the spacing.
"""

import importlib.util
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from mesoplan.anatomy import photo_area
from mesoplan.workflow.calls import case_from, default_catalogue
from mesoplan.workflow.layout import lay_out
from mesoplan.workflow.settle import settle

ROOT = Path(__file__).resolve().parents[1]
LANDMARKS = ROOT / "tests" / "fixtures" / "portrait-landmarks.json"
REGIONS = ({"region": "cheek", "side": "right"}, {"region": "chin"})
SPACING_MM = 5.0
TIMES = 5


def _case(folder: Path, catalogue):
    area = {"photo": "portrait.png", "landmarks": "portrait.json"}
    values = {
        "format": "mesoplan/case",
        "version": 1,
        "patient": {"age_years": 46},
        "treatment": {"indication": "facial-rejuvenation", "intent": "treat"},
        "areas": [area | region for region in REGIONS],
        "technique": {"pattern": "hexagonal", "spacing_mm": SPACING_MM},
    }
    return settle(case_from(values, "face", catalogue, folder), catalogue)


def _forget() -> None:
    for name in ("face_of", "_forbidden", "_dangers", "_face_area"):
        getattr(photo_area, name).cache_clear()


def main() -> dict[str, float]:
    found = importlib.util.find_spec("skimage")
    if found is None or found.origin is None:
        print("points on a face: not available (no portrait: scikit-image is not installed)")
        return {}
    catalogue = default_catalogue()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(Path(found.origin).parent / "data" / "astronaut.png", folder / "portrait.png")
        document = json.loads(LANDMARKS.read_text("utf-8"))
        document |= {"patient_right": "image-left", "accepted": True, "erased_px": []}
        (folder / "portrait.json").write_text(json.dumps(document), "utf-8")
        settled = _case(folder, catalogue)
        cold, warm, count = [], [], 0
        for _ in range(TIMES):
            _forget()
            for taken in (cold, warm):
                start = time.perf_counter()
                count = len(lay_out(settled, catalogue).points)
                taken.append(time.perf_counter() - start)
    results = {
        "face_points": float(count),
        "face_points_s": statistics.median(cold),
        "face_points_again_s": statistics.median(warm),
    }
    print(
        f"{count} points at {SPACING_MM:g} mm in {len(REGIONS)} regions:"
        f" {results['face_points_s']:.3f} s, again {results['face_points_again_s']:.3f} s"
    )
    return results


if __name__ == "__main__":
    main()
