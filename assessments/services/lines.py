"""Files and bodies become lines: JSON Lines, a JSON array or CSV, gzip or not.

Nothing is stored here. A line that cannot be read is a `Line` with its flaw, so that
it is listed beside the good ones; only a file that cannot be read at all is refused.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

    from scoring.events import Json

_GZIP = b"\x1f\x8b"
_LONGEST_LINE = 1024 * 1024
_EXCERPT = 500
_LISTS = {"commits", "labels", "parents"}
_SHAS = {"commits", "parents"}
_NUMBERS = {"value", "threshold"}
_SWITCHES = {"automated", "breached"}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class TooLarge(Refusal):
    """More than is taken at once; the sentence says how much is."""


class Unreadable(Refusal):
    """Not a file of events at all."""


class Layout(StrEnum):
    """How a file is laid out."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a batch: a record, or why it could not be read as one."""

    number: int | None
    record: Mapping[str, Json] | None = None
    flaw: str = ""
    excerpt: str = ""


def read(
    stream: BinaryIO, *, layout: Layout = Layout.JSON, most_bytes: int | None = None
) -> Iterator[Line]:
    """Yield the lines of a file; `most_bytes` is counted after unpacking."""
    plain = _Measured(_unpacked(stream), most_bytes)
    reader = _csv_lines if layout is Layout.CSV else _json_lines
    try:
        yield from reader(plain)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        # What came before the break is good and stays.
        yield Line(number=None, flaw="the gzip file is damaged or ends too early")


def layout_of(name: str) -> Layout:
    """Return the layout that a file's name tells."""
    return Layout.CSV if re.search(r"(?i)\.csv(\.gz)?$", name) else Layout.JSON


class _Begun:
    """A stream of which the first bytes were read already; never closes it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """Return the first bytes with what follows, then the rest."""
        if not self._head:
            return self._stream.read(size)
        head, self._head = self._head, b""
        return head + self._stream.read(max(size - len(head), 0))

    read1 = read

    def seek(self, offset: int, /) -> object:
        """Refuse: a pipe cannot go back."""
        raise io.UnsupportedOperation(offset)


class _Measured(io.RawIOBase):
    """A stream that refuses to grow past its limit, however well it was packed."""

    def __init__(self, stream: _Begun | gzip.GzipFile, most: int | None) -> None:
        super().__init__()
        self._stream = stream
        self._most = most
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the base takes any writable buffer
        # What is there, not as much as asked: a break loses nothing before it.
        data = self._stream.read1(len(buffer))
        self._seen += len(data)
        if self._most is not None and self._seen > self._most:
            raise TooLarge(
                _(
                    "More than %(value)s MiB after unpacking: send it in smaller"
                    " parts, or use `manage.py import_events`."
                )
                % {"value": self._most // 1024**2}
            )
        buffer[: len(data)] = data
        return len(data)


def _unpacked(stream: BinaryIO) -> _Begun | gzip.GzipFile:
    head = stream.read(len(_GZIP))
    begun = _Begun(head, stream)
    return gzip.GzipFile(fileobj=begun, mode="rb") if head == _GZIP else begun


# ── JSON ───────────────────────────────────────────────────────────────────────────


def _json_lines(raw: _Measured) -> Iterator[Line]:
    stream = io.BufferedReader(raw, 1024 * 1024)
    head = stream.peek(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"["):
        yield from _array(stream.read())
        return
    number = 0
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        if not line.endswith(b"\n") and len(line) == _LONGEST_LINE:
            _skip_rest(stream)
            yield _flawed(number, line, "longer than 1 MiB")
        elif line.strip():
            yield _json_line(number, line)


def _skip_rest(stream: io.BufferedReader[_Measured]) -> None:
    while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
        continue


def _json_line(number: int, line: bytes) -> Line:
    try:
        record = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return _flawed(number, line, "not UTF-8 text")
    except json.JSONDecodeError as flaw:
        return _flawed(number, line, f"not JSON: {flaw.msg} at character {flaw.colno}")
    except (ValueError, RecursionError):
        return _flawed(number, line, "not JSON: a number or a nesting out of bounds")
    if not isinstance(record, dict):
        return _flawed(number, line, "not a JSON object")
    return Line(number=number, record=record)


def _array(body: bytes) -> Iterator[Line]:
    try:
        records = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as flaw:
        raise Unreadable(_("The body is not UTF-8 text.")) from flaw
    except json.JSONDecodeError as flaw:
        raise Unreadable(
            _(
                "The array is not JSON: %(msg)s at line %(lineno)s,"
                " character %(colno)s. Send one JSON object a line to keep"
                " what is right."
            )
            % {"msg": flaw.msg, "lineno": flaw.lineno, "colno": flaw.colno}
        ) from flaw
    except (ValueError, RecursionError) as flaw:
        raise Unreadable(_("The array holds a value that JSON cannot carry.")) from flaw
    for number, record in enumerate(records, start=1):
        if isinstance(record, dict):
            yield Line(number=number, record=record)
        else:
            text = json.dumps(record)[:_EXCERPT]
            yield Line(number=number, flaw="not a JSON object", excerpt=text)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _flawed(number: int, line: bytes, flaw: str) -> Line:
    excerpt = line[:_EXCERPT].decode("utf-8", "replace").strip()
    return Line(number=number, flaw=flaw, excerpt=excerpt)


# ── CSV ────────────────────────────────────────────────────────────────────────────


def _csv_lines(raw: _Measured) -> Iterator[Line]:
    text = io.TextIOWrapper(
        io.BufferedReader(raw), "utf-8-sig", errors="surrogateescape", newline=""
    )
    rows = csv.reader(text)
    header = [name.strip() for name in next(rows, [])]
    if "kind" not in header:
        raise Unreadable(
            _(
                "The first row has to name the columns, and `kind` has to be"
                " one of them."
            )
        )
    for cells in _rows(rows):
        number = rows.line_num
        if isinstance(cells, str):
            yield Line(number=number, flaw=cells)
        elif any(cells):
            yield _csv_line(number, header, cells)


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | str]:
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as flaw:
            yield f"not CSV: {flaw}"


def _csv_line(number: int, header: list[str], cells: list[str]) -> Line:
    text = ",".join(cells)
    excerpt = text[:_EXCERPT].encode("utf-8", "replace").decode()
    if len(cells) > len(header):
        flaw = f"{len(cells)} cells, but the first row names {len(header)} columns"
        return Line(number=number, flaw=flaw, excerpt=excerpt)
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        return Line(number=number, flaw="not UTF-8 text", excerpt=excerpt)
    pairs = zip(header, cells, strict=False)
    record = {name: _cell(name, cell.strip()) for name, cell in pairs if cell.strip()}
    return Line(number=number, record=record, excerpt=excerpt)


def _cell(name: str, cell: str) -> Json:
    if name in _LISTS:
        parts: Iterable[str] = re.split(r"[;\s]" if name in _SHAS else ";", cell)
        return [part.strip() for part in parts if part.strip()]
    if name in _SWITCHES:
        return _WORDS.get(cell.lower(), cell)
    if name in _NUMBERS:
        try:
            return float(cell)
        except ValueError:
            return cell
    return cell
