"""Photographs: turned upright, stripped, and refused for the right reason."""

import hashlib
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from landmark_helpers import encoded
from mesoplan.core.errors import InputError
from mesoplan.core.photo import LARGEST_BYTES, photo_of, read_photo

WIDE, HIGH = 320, 240


def marked() -> Image.Image:
    """Lopsided in every way: no turn or mirror image of it equals it."""
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    pixels = np.stack([x * 255 // WIDE, y * 255 // HIGH, (x + 2 * y) % 256], axis=2)
    return Image.fromarray(pixels.astype(np.uint8))


def wrong(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        photo_of(content, "a.png")
    (fault,) = caught.value.faults
    assert fault.key == "photo"
    return f"{fault.wrong}; {fault.right}"


# What has to be done to the stored rows and columns, from the words of the EXIF standard:
# orientation names where the stored row 0 and column 0 lie on the upright picture.
STORED = {
    1: lambda up: up,
    2: lambda up: up[:, ::-1],
    3: lambda up: up[::-1, ::-1],
    4: lambda up: up[::-1],
    5: lambda up: up.swapaxes(0, 1),
    6: lambda up: up.swapaxes(0, 1)[::-1],
    7: lambda up: up.swapaxes(0, 1)[::-1, ::-1],
    8: lambda up: up.swapaxes(0, 1)[:, ::-1],
}


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_gives_the_same_upright_pixels(orientation: int, kind: str) -> None:
    upright = np.asarray(marked())
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](upright)))
    photo = photo_of(encoded(stored, kind, exif=exif, lossless=True), "a")
    assert photo.orientation == orientation
    assert (photo.width_px, photo.height_px) == (WIDE, HIGH)
    assert np.array_equal(photo.pixels, upright)
    assert not photo.image.getexif()


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_is_none_turns_nothing(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    photo = photo_of(encoded(marked(), exif=exif), "a.png")
    assert photo.orientation == 1
    assert np.array_equal(photo.pixels, np.asarray(marked()))


def test_a_photograph_tells_the_hash_of_its_file_and_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "face one.jpg"
    content = encoded(marked(), "JPEG", comment=b"name of the patient")
    path.write_bytes(content)
    photo = read_photo(path)
    assert (photo.file, photo.sha256) == ("face one.jpg", hashlib.sha256(content).hexdigest())
    assert photo.image.info == {}


def test_grey_of_16_bits_is_scaled_and_not_cut_off() -> None:
    grey = (np.mgrid[0:HIGH, 0:WIDE][1] * 65535 // (WIDE - 1)).astype(np.uint16)
    photo = photo_of(encoded(Image.fromarray(grey)), "a.png")
    assert np.array_equal(photo.pixels[:, :, 0], (grey // 256).astype(np.uint8))


def test_ink_becomes_light() -> None:
    white = photo_of(encoded(Image.new("CMYK", (WIDE, HIGH)), "JPEG"), "a.jpg")
    assert white.pixels.min() > 250
    black = photo_of(encoded(Image.new("CMYK", (WIDE, HIGH), (0, 0, 0, 255)), "JPEG"), "a.jpg")
    assert black.pixels.max() < 5


def test_what_is_transparent_is_white() -> None:
    clear = photo_of(encoded(Image.new("RGBA", (WIDE, HIGH), (0, 0, 0, 0))), "a.png")
    assert clear.pixels.min() == 255


def test_the_first_picture_of_a_telephone_s_pair_is_taken() -> None:
    second = Image.new("RGB", (WIDE, HIGH), "red")
    content = encoded(marked(), "MPO", save_all=True, append_images=[second], quality=95)
    photo = photo_of(content, "a.jpg")
    assert np.abs(photo.pixels.astype(int) - np.asarray(marked()).astype(int)).mean() < 6


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))


WHOLE_PNG, WHOLE_JPEG = encoded(marked()), encoded(marked(), "JPEG")
MOVING = encoded(marked(), save_all=True, append_images=[Image.new("RGB", (WIDE, HIGH))])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 no picture", "no JPEG, PNG or WebP"),
        (encoded(marked(), "GIF"), "no JPEG, PNG or WebP"),
        (encoded(marked(), "TIFF"), "no JPEG, PNG or WebP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC; export it as JPEG"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC; export it as JPEG"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video"),
        (WHOLE_PNG[: len(WHOLE_PNG) // 2], "damaged"),
        (WHOLE_JPEG[: len(WHOLE_JPEG) // 2], "damaged"),
        (WHOLE_JPEG[:25], "damaged"),
        (png_that_claims(60_000, 60_000), "more than 50 million pixels"),
        (png_that_claims(7100, 7100), "more than 50 million pixels"),
        (encoded(Image.new("RGB", (199, 900))), "at least 200 pixels"),
        (MOVING, "animated"),
        (b"\xff" * (LARGEST_BYTES + 1), "larger than 40 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_photograph_is_refused_for_its_reason(content: bytes, said: str) -> None:
    assert said in wrong(content)


def test_the_smallest_and_the_largest_are_taken() -> None:
    assert photo_of(encoded(Image.new("RGB", (200, 200))), "a").width_px == 200
    assert photo_of(encoded(Image.new("RGB", (7071, 7071))), "a").width_px == 7071


def test_paths_that_are_no_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = {"none.jpg": "no file", "": "folder", "pipe": "no ordinary file", "a\0b": "no file"}
    for name, text in said.items():
        with pytest.raises(InputError, match=text):
            read_photo(tmp_path / name)


BASES = [
    encoded(marked().resize((210, 205))),
    encoded(marked().resize((210, 205)), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\1\0"),
    encoded(marked().resize((210, 205)), "WEBP"),
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_pictures_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(BASES)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, min(len(content) - 1, 400)))
        content[at] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    faults = 0
    try:
        photo = photo_of(bytes(content), "a")
    except InputError as error:
        faults = len(error.faults)
    else:
        assert photo.pixels.shape == (photo.height_px, photo.width_px, 3)
    assert faults <= 1
