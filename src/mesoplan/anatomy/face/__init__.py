"""The patient's own face: landmarks to a surface in millimetres, its regions and zones."""
