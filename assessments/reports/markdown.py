"""A report's HTML as Markdown: the same sentences and numbers, readable as text.

Only what our own templates write is understood. What people wrote is escaped, so that
it stays text here, too. Drawings are left to their captions and the tables below them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_HEADINGS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### "}
_MARKS = {"strong": "**", "em": "*", "code": "`"}
_BLOCKS = {"p", "div", "section", "figure", "figcaption", "caption", "fieldset"}
_SILENT = {"head", "nav", "svg", "img"}
_RUNNING = {"running-head", "running-foot"}
_VOID = {"br", "col", "img", "link", "meta"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")
_AT_START = re.compile(r"^(?:([#+=-])|(\d+)([.)]))(?=\s|$)")
_BREAK = "\0"
_BREAKS = re.compile(rf"\s*(?:{_BREAK}\s*)+")


@dataclass(slots=True)
class _Table:
    """Rows of cells; those above `heads` are its head."""

    rows: list[list[str]] = field(default_factory=list)
    heads: int = 0

    def lines(self) -> list[str]:
        width = max(map(len, self.rows), default=0)
        if not width:
            return []
        rows = [row + [""] * (width - len(row)) for row in self.rows]
        # Markdown knows no table without a head, and one line of it at most.
        head, body = (rows[0], rows[1:]) if self.heads else ([""] * width, rows)
        return [_line(head), _line(["---"] * width), *map(_line, body)]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


class _Writer(HTMLParser):
    """Reads the document once and collects its blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._text: list[str] = []
        self._silent = 0
        self._numbers: list[int | None] = []
        self._table: _Table | None = None
        self._cell = False
        self._link = ""
        self._before = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = {name: value or "" for name, value in attrs}
        if self._silent or tag in _SILENT or given.get("class") in _RUNNING:
            self._silent += tag not in _VOID
        elif tag in _MARKS:
            self._text.append(_MARKS[tag])
        elif tag == "br":
            self._text.append(_BREAK)
        elif tag == "a":
            self._link = "" if given.get("href", "#")[0] == "#" else given["href"]
            self._text.append("[" if self._link else "")
        elif tag in {"td", "th", "tr", "table", "thead"}:
            self._open_table(tag)
        else:
            self._open_block(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if self._silent:
            self._silent -= tag not in _VOID
        elif tag in _MARKS:
            self._text.append(_MARKS[tag])
        elif tag == "a":
            self._text.append(f"]({self._link})" if self._link else "")
        elif tag in {"td", "th", "thead", "table"}:
            self._close_table(tag)
        elif tag in {"ol", "ul"}:
            self._numbers.pop()
        elif tag in _BLOCKS or tag in _HEADINGS or tag == "li":
            self._end_of_block()

    def handle_data(self, data: str) -> None:
        """Take text over as text."""
        if not self._silent:
            self._text.append(_SPECIAL.sub(r"\\\1", data))

    def _open_block(self, tag: str) -> None:
        if tag in {"ol", "ul"}:
            self._numbers.append(1 if tag == "ol" else None)
        elif tag in _BLOCKS or tag in _HEADINGS or tag == "li":
            self._end_of_block()
            self._before = _HEADINGS.get(tag, "")
        if tag == "li":
            self._before = self._item()

    def _item(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _open_table(self, tag: str) -> None:
        if tag == "table":
            self._end_of_block()
            self._table = _Table()
        elif tag == "tr" and self._table is not None:
            self._table.rows.append([])
        elif tag in {"td", "th"}:
            self._cell = True

    def _close_table(self, tag: str) -> None:
        table = self._table
        if table is None:
            return
        if tag == "table":
            self.blocks.append("\n".join(table.lines()))
            self._table = None
        elif tag == "thead":
            table.heads = len(table.rows)
        else:
            table.rows[-1].append(self._taken().replace(_BREAK, "<br>"))
            self._cell = False

    def _end_of_block(self) -> None:
        if self._cell:
            self._text.append(_BREAK)
            return
        text = self._taken()
        if text:
            text = text.replace(_BREAK, "  \n")
            self.blocks.append(self._before + _AT_START.sub(_escaped, text))
        self._before = ""

    def _taken(self) -> str:
        """Return what was read since the last block, on one line."""
        text = " ".join("".join(self._text).split())
        self._text.clear()
        return _BREAKS.sub(_BREAK, text).strip(f"{_BREAK} ")


def _escaped(found: re.Match[str]) -> str:
    sign, number, point = found.groups()
    return f"\\{sign}" if sign else f"{number}\\{point}"


def render(html: str) -> str:
    """Return a report's document as Markdown."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    out: list[str] = []
    for block in writer.blocks:
        listed = _is_item(block) and bool(out) and _is_item(out[-1])
        out += [block] if not out else [("\n" if listed else "\n\n"), block]
    return "".join(out) + "\n"


def _is_item(block: str) -> bool:
    return re.match(r"(?:- |\d+\. )", block) is not None
