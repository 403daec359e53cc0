"""Finds the landmarks of a face on a picture."""

import base64

import numpy as np
from numpy.typing import NDArray

from face.browser import page


def detect(png: bytes) -> NDArray[np.float64]:
    """The 478 landmarks of the only face on a picture, by @mediapipe/face_mesh in Chromium.

    Returns
    -------
    ndarray, shape (478, 3)
        x and y in pixels; z in pixels too (on the scale of the width), negative towards the
        camera.

    Raises
    ------
    LookupError
        If there is no face, or more than one.
    """
    url = "data:image/png;base64," + base64.b64encode(png).decode()
    with page("detect.html") as tab:
        faces = tab.evaluate("url => window.detect(url)", url)
    if len(faces) != 1:
        raise LookupError(f"{len(faces)} faces on the picture")
    return np.array(faces[0], dtype=float)
