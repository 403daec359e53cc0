"""Colours in perceptual order, light to dark, and rasters as PNG without another library."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RAMP = ("#f6f8f6", "#cfe6df", "#93cbc6", "#4fa6b0", "#27798f", "#1b4c74", "#1a2350")
"""Lightness falls steadily, so that the order also holds in grey print."""

GREY_RAMP = ("#f7f7f7", "#e3e4e5", "#cfd1d3", "#bbbdc0", "#a7aaae", "#93979b", "#808488")
"""For what is not released."""


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def png_uri(values: Array, alpha: Array, largest: float, ramp: tuple[str, ...]) -> str:
    """A raster as a ``data:`` address of a PNG; row 0 is the top.

    Parameters
    ----------
    values : ndarray, shape (ny, nx)
        From 0 to ``largest``.
    alpha : ndarray, shape (ny, nx)
        Opacity from 0 to 1.
    largest : float
        The value at the dark end.
    ramp : tuple of str
        Colours from light to dark.
    """
    stops = np.linspace(0.0, 1.0, len(ramp))
    share = np.clip(values / largest if largest > 0 else np.zeros_like(values), 0.0, 1.0)
    channels = np.array([rgb(colour) for colour in ramp], dtype=np.float64)
    pixels = np.empty((*values.shape, 4), dtype=np.uint8)
    for channel in range(3):
        pixels[..., channel] = np.rint(np.interp(share, stops, channels[:, channel]))
    pixels[..., 3] = np.rint(255.0 * alpha)
    return "data:image/png;base64," + base64.b64encode(_png(pixels)).decode("ascii")


def _png(pixels: NDArray[np.uint8]) -> bytes:
    height, width, _ = pixels.shape
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(raw, 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
