"""Colors of documents: whether they can be read, and the shades made of them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

WHITE = "#ffffff"
# WCAG 2.2, 1.4.3: text on its ground; what holds for text holds for charts, too.
READABLE = 4.5
_COLOR = re.compile(r"#[0-9a-f]{6}")
# How much of the color the fill of each level has, the lowest first.
_SHARES = (0.24, 0.38, 0.55, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """The two colors of a document: of levels and headings, of what points at them."""

    primary: str = "#123f63"
    accent: str = "#1b5583"

    @property
    def fills(self) -> tuple[str, ...]:
        """From light to dark with the level, so that they keep their order in grey."""
        return tuple(mixed(self.primary, share) for share in _SHARES)

    @property
    def ground(self) -> str:
        """A tint for boxes, on which text stays readable."""
        return mixed(self.primary, 0.09)


def is_color(text: str) -> bool:
    """Say whether this is a color as it is kept: #rrggbb."""
    return _COLOR.fullmatch(text) is not None


def contrast(color: str, ground: str = WHITE) -> float:
    """Return the contrast of two colors as WCAG measures it: 1 to 21."""
    lights = sorted((_luminance(color), _luminance(ground)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def readable(color: str) -> bool:
    """Say whether text and charts in this color can be read on white."""
    return contrast(color) >= READABLE


def darker(color: str) -> str:
    """Return the nearest color of the same hue that is readable on white."""
    for share in range(100, 0, -1):
        found = mixed(color, share / 100, ground="#000000")
        if readable(found):
            return found
    return "#000000"


def mixed(color: str, share: float, *, ground: str = WHITE) -> str:
    """Return so much of a color, laid over another."""
    pairs = zip(_channels(color), _channels(ground), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
