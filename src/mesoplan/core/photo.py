"""Photographs from files: read, judged, turned upright, stripped of everything but pixels."""

import hashlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from mesoplan.core.errors import Fault, InputError

LARGEST_BYTES = 40_000_000
LARGEST_PIXELS = 50_000_000
SHORTEST_SIDE_PX = 200

_FORMATS = ("JPEG", "PNG", "WEBP")
_GIVE = "give a photograph as JPEG, PNG or WebP"
_EXPORT = "export it as JPEG first"
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF"}
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's readers raise on damaged files; their documentation has no list.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
_MALFORMED = (*_DAMAGED, TypeError, KeyError, OverflowError, ZeroDivisionError)


@dataclass(frozen=True)
class Photo:
    """A photograph as a person sees it.

    Parameters
    ----------
    file : str
        Name of its file, without folders.
    image : PIL.Image.Image
        Upright, RGB, 8 bits; no metadata.
    sha256 : str
        Of the bytes of the file.
    orientation : int
        The EXIF value that was applied to make it upright; 1 where there was none.
    """

    file: str
    image: Image.Image
    sha256: str
    orientation: int

    @property
    def width_px(self) -> int:
        """Width of the upright picture."""
        return self.image.width

    @property
    def height_px(self) -> int:
        """Height of the upright picture."""
        return self.image.height

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """Shape (height, width, 3)."""
        return np.asarray(self.image)


def read_photo(path: str | Path, key: str = "photo") -> Photo:
    """Read a photograph.

    Parameters
    ----------
    path : str or Path
        A JPEG, PNG or WebP file.
    key : str
        Key named in a fault.

    Raises
    ------
    InputError
        If there is no such file, or it is no photograph that can be used.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError([Fault(key, f"{file} is a folder", "give one photograph in it")])
        if not file.exists():
            raise InputError([Fault(key, f"there is no file {file}", _GIVE)])
        if not file.is_file():
            raise InputError([Fault(key, f"{file} is no ordinary file", _GIVE)])
        if file.stat().st_size > LARGEST_BYTES:
            raise _too_many_bytes(key)
        content = file.read_bytes()
    except OSError as error:
        wrong = f"{file} cannot be read ({error.strerror})"
        raise InputError([Fault(key, wrong, "give a file that can be read")]) from error
    return photo_of(content, file.name, key)


def photo_of(content: bytes, file: str, key: str = "photo") -> Photo:
    """The photograph in the bytes of a file.

    Raises
    ------
    InputError
        If they are no photograph that can be used.
    """
    if not content:
        raise InputError([Fault(key, "the file is empty", _GIVE)])
    if len(content) > LARGEST_BYTES:
        raise _too_many_bytes(key)
    _refuse_heif(content, key)
    with warnings.catch_warnings():
        # Pillow warns of what is refused below with words of our own, and of odd metadata.
        warnings.simplefilter("ignore")
        image = _opened(content, key)
        _check_header(image, key)
        try:
            image.load()
            upright = _rgb(image)
        except _DAMAGED as error:
            wrong = "the picture is damaged or cut off"
            raise InputError([Fault(key, wrong, "copy or export it again")]) from error
        orientation = _orientation(image)
    if orientation in _TURNS:
        upright = upright.transpose(_TURNS[orientation])
    # A new picture: whatever the file held beside pixels stays behind.
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())
    return Photo(file, bare, hashlib.sha256(content).hexdigest(), orientation)


def _too_many_bytes(key: str) -> InputError:
    wrong = f"the file is larger than {LARGEST_BYTES // 1_000_000} MB"
    return InputError([Fault(key, wrong, "export it smaller, as JPEG")])


def _refuse_heif(content: bytes, key: str) -> None:
    if content[4:8] != b"ftyp":
        return
    brand = content[8:12]
    if brand in _HEIC:
        raise InputError([Fault(key, "browsers do not show HEIC", _EXPORT)])
    name = _BRANDS.get(brand, "a video or another kind of file")
    raise InputError([Fault(key, f"the file is {name}", f"{_GIVE}; {_EXPORT}")])


def _opened(content: bytes, key: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise InputError([Fault(key, "the file is no JPEG, PNG or WebP", _GIVE)]) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(key) from error
    except _DAMAGED as error:
        wrong = "the picture is damaged"
        raise InputError([Fault(key, wrong, "copy or export it again")]) from error


def _check_header(image: Image.Image, key: str) -> None:
    """Refuse by what the header says, before a pixel is decoded."""
    width_px, height_px = image.size
    if width_px * height_px > LARGEST_PIXELS:
        raise _too_many_pixels(key)
    if min(width_px, height_px) < SHORTEST_SIDE_PX:
        wrong = f"{width_px} × {height_px} pixels are too few"
        right = f"give a photograph with at least {SHORTEST_SIDE_PX} pixels on the shorter side"
        raise InputError([Fault(key, wrong, right)])
    # MPO is a JPEG with further pictures behind the first, as many telephones write it.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise InputError([Fault(key, "the picture is animated", "give a still photograph")])


def _too_many_pixels(key: str) -> InputError:
    wrong = f"the picture has more than {LARGEST_PIXELS // 1_000_000} million pixels"
    return InputError([Fault(key, wrong, "export it smaller")])


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits of grey, which Pillow would cut off at 255 and not scale.
        grey = np.clip(np.asarray(image).astype(np.int64), 0, 65535) >> 8
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        over = image.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(white, over).convert("RGB")
    return image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _MALFORMED:  # metadata that nobody can read say nothing
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
