"""A small picture of how a report begins in some look, for its preview. Pure."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import svg
from assessments.charts.palette import mixed

if TYPE_CHECKING:
    from assessments.charts.palette import Palette

_WIDTH, _HEIGHT = 420.0, 270.0
_BARS = (("D1", 0.25), ("D2", 0.5), ("D3", 0.75), ("D4", 1.0))


def preview(palette: Palette, *, name: str, cover_text: str, logo: bytes | None) -> str:
    """Draw the head of a first page with made-up bars, as an address of a picture."""
    marks = [
        svg.box((0, 0), (_WIDTH, _HEIGHT), fill=svg.PAPER, stroke=svg.LINE),
        svg.box((20, 16), (_WIDTH - 40, 7), fill=palette.primary),
        svg.words((20, 45), _("Board report"), color=palette.accent, bold=True),
        svg.words((20, 72), name[:32], color=palette.primary, size=20, bold=True),
        svg.words((20, 90), cover_text[:70], color=svg.SOFT),
        svg.box((20, 104), (_WIDTH - 40, 62), fill=palette.ground, round_=5),
        svg.words((36, 146), "3.0", color=palette.primary, size=32, bold=True),
        svg.words((100, 139), _("Example"), size=11, bold=True),
        *_bars(palette),
    ]
    if logo:
        marks.append(_logo(logo))
    drawn = svg.drawing(
        width=_WIDTH,
        height=_HEIGHT,
        title=_("How a report begins"),
        description=name,
        marks=marks,
    )
    return _address("image/svg+xml", drawn.encode())


def _bars(palette: Palette) -> list[str]:
    marks = []
    for place, (code, share) in enumerate(_BARS):
        y = 180.0 + place * 20
        fill = mixed(palette.primary, 0.3 + share * 0.7)
        marks.append(svg.words((20, y + 10), code, bold=True))
        marks.append(svg.box((52, y), (share * 260, 12), fill=fill, round_=2))
    return marks


def _logo(logo: bytes) -> str:
    place = 'x="280" y="28" width="120" height="26"'
    fit = 'preserveAspectRatio="xMaxYMid meet"'
    return f'<image href="{_address("image/png", logo)}" {place} {fit}/>'


def _address(kind: str, body: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(body).decode()}"
