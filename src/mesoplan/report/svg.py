"""A few helpers that write SVG as text."""

from collections.abc import Sequence
from html import escape

FONT = "'Source Sans Pro', 'Source Sans 3', Helvetica, Arial, sans-serif"
ACCENT = "#0b5563"
INK = "#1a1f24"
SOFT = "#5b6670"
GREY = "#8d949b"


def mm(value: float) -> str:
    """A coordinate with at most three decimals."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def attributes(**values: str | float) -> str:
    """Attributes of an element; underscores become hyphens."""
    parts = []
    for name, value in values.items():
        text = mm(value) if isinstance(value, int | float) else escape(value, quote=True)
        parts.append(f'{name.rstrip("_").replace("_", "-")}="{text}"')
    return " ".join(parts)


def element(tag: str, **values: str | float) -> str:
    """An empty element."""
    return f"<{tag} {attributes(**values)}/>"


def text(x: float, y: float, content: str, size: float, **values: str | float) -> str:
    """A line of text at a baseline."""
    given = attributes(x=x, y=y, font_size=size, **values)
    return f"<text {given}>{escape(content, quote=False)}</text>"


def group(parts: Sequence[str], **values: str | float) -> str:
    """A group of elements."""
    return "\n".join([f"<g {attributes(**values)}>" if values else "<g>", *parts, "</g>"])


def width_of(content: str, size: float) -> float:
    """Room a line needs at most, by the width of a letter of the bold face."""
    return 0.47 * size * len(content)


def wrap(content: str, width: float, size: float) -> list[str]:
    """Lines of at most ``width``, by the mean width of a letter of the widest fallback face."""
    most = max(8, int(width / (0.55 * size)))
    lines, line = [], ""
    for word in content.split():
        if line and len(line) + 1 + len(word) > most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines


def document(
    parts: Sequence[str], width: float, height: float, *, unit: str, title: str, description: str
) -> str:
    """A whole standalone SVG on white, with title and description for screen readers."""
    size = f'width="{mm(width)}{unit}" height="{mm(height)}{unit}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {mm(width)} {mm(height)}" role="img" '
        f'aria-labelledby="t d" font-family="{escape(FONT)}" fill="{INK}">'
    )
    return "\n".join(
        [
            head,
            f'<title id="t">{escape(title, quote=False)}</title>',
            f'<desc id="d">{escape(description, quote=False)}</desc>',
            element("rect", width=width, height=height, fill="#ffffff"),
            *parts,
            "</svg>",
            "",
        ]
    )
