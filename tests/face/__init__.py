"""A head of known size, photographed by a browser: the truth that the face geometry is held to.

The head is a fixture (``head.npz``). ``render`` draws it as a photograph with a known camera,
``detect`` finds the 478 landmarks on it, ``truth`` leads pixels back to the true skin and
``recorded`` keeps the landmarks of some photographs, so that tests need no browser::

    from face.recorded import renders
    from face.truth import cast, project, truth_spacing

    seen = renders()["frontal"]
    skin_mm = cast(seen.camera, grid_px)             # nan where a pixel shows no skin
    spacing_mm = truth_spacing(skin_mm)              # to the nearest neighbour
    later_px = project(renders()["yaw-right-20"].camera, skin_mm)   # the same skin, other visit

``cd tests && ../.venv/bin/python -m face.measure`` prints scale and pose against the truth;
``… -m face.recorded`` records anew, ``… -m face.render DIR`` writes the photographs.

Conventions
-----------
Head
    mm; x to the patient's left, y up, z forward; origin midway between the eyeballs' centres.
Camera
    mm; x to the right of the picture, y up, z towards the camera, which sits in the origin and
    looks along -z: ``p_camera = rotation @ p_head + shift_mm``, ``shift_mm[2] = -distance``.
Picture
    pixels from the upper left corner of the upper left pixel, x right, y down. Unmirrored,
    the patient's right lies at low x.
Turns
    degrees, those of ``mesoplan.anatomy.face.pose``: yaw is positive where the patient looks
    towards their own left (the nose goes to high x), pitch where they look up, roll where the
    head is inclined towards their own left shoulder (the crown goes to high x);
    ``rotation = Ry(yaw) Rx(-pitch) Rz(-roll)``. They are the turns of the head against the
    optical axis, and the eyes turn with the head. The canonical face fitted to the true skin at
    0 degrees has a pitch of about -4, by the shape of this head; fitted to the landmarks, -7 to
    -8. Compare pitches of two photographs rather than one with the truth.

What it is not: one head, young and symmetric, without hair, wrinkles or expression, in an even
light. It tests arithmetic and perspective, not how well landmarks fit people.
"""
