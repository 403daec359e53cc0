"""The drawing of a signature: looked at before it counts."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from mesoplan.core.errors import Fault, InputError

_WIDEST, _HIGHEST = 2000, 1000
_LEAST_INK_PX = 40
_OPAQUE = 64


def drawn_size(png: bytes) -> tuple[int, int]:
    """Width and height of a drawn signature.

    Raises
    ------
    InputError
        If the picture is damaged, too large, or shows nothing.
    """
    right = "sign in the field again"
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as picture:
            if picture.width > _WIDEST or picture.height > _HIGHEST:
                raise InputError([Fault("drawing", "is larger than the field", right)])
            alpha = picture.convert("RGBA").getchannel("A")
            size = picture.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise InputError([Fault("drawing", "cannot be read", right)]) from None
    if sum(alpha.histogram()[_OPAQUE:]) < _LEAST_INK_PX:
        raise InputError([Fault("drawing", "shows no signature", right)])
    return size
