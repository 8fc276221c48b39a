"""What a file is by its content, beside what its name claims; reads, keeps nothing."""

from __future__ import annotations

import codecs
import hashlib
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_CHUNK = 64 * 1024
_MEBIBYTE = 1024**2
_LONGEST_NAME = 150
_HEAD = 8192
# Control characters that no text holds; tab, line ends, form feed and escape may be.
_NOT_TEXT = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<svg", b"<script", b"<?xml")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_PART = {
    "word/": f"{_OFFICE}wordprocessingml.document",
    "xl/": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}presentationml.presentation",
}
# What people mistake for evidence, or want others to.
_OTHERS = (
    (b"MZ", gettext_lazy("a Windows program")),
    (b"\x7fELF", gettext_lazy("a Linux program")),
    (b"\xcf\xfa\xed\xfe", gettext_lazy("a macOS program")),
    (b"#!", gettext_lazy("a script")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("a document of an old Office version")),
    (b"Rar!", gettext_lazy("a RAR archive")),
    (b"7z\xbc\xaf", gettext_lazy("a 7-Zip archive")),
    (b"\x1f\x8b", gettext_lazy("a gzip archive")),
)
_TEXT, _MARKED_UP = "text", "markup"
_PACKED, _MACROS = "application/zip", "macros"
_NAMES = {
    "application/pdf": gettext_lazy("a PDF document"),
    "image/png": gettext_lazy("a PNG picture"),
    "image/jpeg": gettext_lazy("a JPEG picture"),
    "image/gif": gettext_lazy("a GIF picture"),
    "image/webp": gettext_lazy("a WebP picture"),
    f"{_OFFICE}wordprocessingml.document": gettext_lazy("a Word document"),
    f"{_OFFICE}spreadsheetml.sheet": gettext_lazy("an Excel workbook"),
    f"{_OFFICE}presentationml.presentation": gettext_lazy("a PowerPoint presentation"),
    "application/vnd.oasis.opendocument.text": gettext_lazy("an OpenDocument text"),
    "application/vnd.oasis.opendocument.spreadsheet": gettext_lazy(
        "an OpenDocument spreadsheet"
    ),
    "application/vnd.oasis.opendocument.presentation": gettext_lazy(
        "an OpenDocument presentation"
    ),
    "text/plain": gettext_lazy("plain text"),
    "text/csv": gettext_lazy("a CSV table"),
    "text/markdown": gettext_lazy("Markdown text"),
    "application/json": gettext_lazy("JSON"),
    "application/yaml": gettext_lazy("YAML"),
    _TEXT: gettext_lazy("plain text"),
    _MARKED_UP: gettext_lazy("a web page or drawing that may hold scripts"),
    _PACKED: gettext_lazy("a ZIP archive"),
    _MACROS: gettext_lazy("an Office document with macros"),
}


class Unwelcome(Refusal):
    """A file that is not kept: empty, too large, of a sort not taken, or not itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file is."""

    name: str
    sha256: str
    size: int
    media_type: str


def examine(*, stream: BinaryIO, name: str) -> Facts:
    """Read a file once, in pieces, and say what it is; raises `Unwelcome`.

    The name only has to agree with the content: it decides between kinds of text and
    nothing else.
    """
    name = clean_name(name)
    claimed = _claimed(name)
    reading = _Reading(stream, name)
    if not reading.size:
        raise Unwelcome(
            _("“%(name)s” is empty: choose the file that holds something.")
            % {"name": name}
        )
    found = _content(reading, stream)
    fitting = found == claimed or (found == _TEXT and _is_text(claimed))
    if not fitting:
        raise Unwelcome(_mismatch(name, claimed, reading, found))
    return Facts(
        name=name, sha256=reading.sha256, size=reading.size, media_type=claimed
    )


def clean_name(name: str) -> str:
    """Return a name without folders, control and direction characters, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = (
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", last)
        if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    name = " ".join("".join(shown).split()).strip(". ")
    suffix = PurePosixPath(name).suffix[:20]
    stem = name[: len(name) - len(suffix)] if suffix else name
    return f"{stem[: _LONGEST_NAME - len(suffix)]}{suffix}" or "file"


def endings() -> tuple[str, ...]:
    """Return the endings that files may have, without the dot."""
    return tuple(each for known in settings.EVIDENCE_TYPES.values() for each in known)


def most_bytes() -> int:
    """Return the size of the largest file that is kept."""
    return int(settings.EVIDENCE_MAX_MB) * _MEBIBYTE


class _Reading:
    """One pass over a file: hash, size, first bytes, and whether all of it is text."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.size = 0
        self.head = b""
        self.text = True
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        hashed = hashlib.sha256()
        for chunk in _chunks(stream):
            self.size += len(chunk)
            if self.size > most_bytes():
                raise Unwelcome(
                    _(
                        "“%(name)s” is larger than %(most)s MiB: choose a smaller"
                        " file, or put it where your colleagues find it and add its"
                        " link instead."
                    )
                    % {"name": name, "most": settings.EVIDENCE_MAX_MB}
                )
            hashed.update(chunk)
            self.head = self.head or chunk[:_HEAD]
            self.text = self.text and self._reads(chunk)
        self.text = self.text and self._reads(b"", final=True)
        self.sha256 = hashed.hexdigest()

    def _reads(self, chunk: bytes, *, final: bool = False) -> bool:
        if len(chunk.translate(None, _NOT_TEXT)) != len(chunk):
            return False
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            return False
        return True


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _claimed(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    for media_type, known in settings.EVIDENCE_TYPES.items():
        if ending in known:
            return str(media_type)
    raise Unwelcome(
        _(
            "“%(name)s” is of a sort that is not taken. Taken are: %(endings)s."
            " Save it as one of them, or add a link instead."
        )
        % {"name": name, "endings": ", ".join(endings())}
    )


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in {
        "application/json",
        "application/yaml",
    }


def _content(reading: _Reading, stream: BinaryIO) -> str:
    """Return the media type, a word of our own, or "" for what nobody knows."""
    if reading.head.startswith(b"PK"):
        return _packed(stream)
    for found in _signatures(reading.head):
        if found.mime_type in settings.EVIDENCE_TYPES and not _is_text(found.mime_type):
            return str(found.mime_type)
    if not reading.text:
        return ""
    first = reading.head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return _MARKED_UP if first.startswith(_MARKUP) else _TEXT


def _signatures(head: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []


def _packed(stream: BinaryIO) -> str:
    """Tell documents that are ZIP archives apart; no more than a name is unpacked."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as packed:
            parts = packed.namelist()
            if "mimetype" in parts and packed.getinfo("mimetype").file_size < _HEAD:
                return packed.read("mimetype").decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return ""
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        return _MACROS
    if "[Content_Types].xml" not in parts:
        return _PACKED
    for start, media_type in _BY_PART.items():
        if any(part.startswith(start) for part in parts):
            return media_type
    return _PACKED


def _mismatch(name: str, claimed: str, reading: _Reading, found: str) -> str:
    if not found and _is_text(claimed) and not _signatures(reading.head):
        return _(
            "“%(name)s” is not text in UTF-8, as its name claims. Save it again with"
            " the encoding UTF-8 (in Excel: “CSV UTF-8”)."
        ) % {"name": name}
    return _(
        "“%(name)s” claims to be %(claimed)s, but its content is %(found)s. Choose the"
        " real file, or give it the ending that fits."
    ) % {"name": name, "claimed": _NAMES[claimed], "found": _told(reading, found)}


def _told(reading: _Reading, found: str) -> str:
    if found in _NAMES:
        return str(_NAMES[found])
    for start, told in _OTHERS:
        if reading.head.startswith(start):
            return str(told)
    return _("something else, or damaged")
