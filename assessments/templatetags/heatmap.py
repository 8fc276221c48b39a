"""The cells of the heat map: `{% load heatmap %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html_join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from assessments.charts.heatmap import Painted

register = template.Library()


@register.simple_tag
def heat_cells(cells: Iterable[tuple[Painted, str]]) -> SafeString:
    """Write one line of cells with their addresses.

    There are a thousand of them: a loop in the template takes ten times as long.
    """
    return format_html_join(
        "",
        '<td><a class="plain level level-{}" href="{}" title="{}">'
        '<span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></a></td>',
        (
            (cell.shade, address, cell.said, cell.text, cell.said)
            for cell, address in cells
        ),
    )
