"""The file of a workspace: a ZIP of JSON lines and files, listed with their hashes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from assessments.services.refusals import Refusal
from scoring.sealing import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

FORMAT = "compel-workspace/1"
MANIFEST = "manifest.json"

_CHUNK = 1024 * 1024
# One row, however long its content; a line beyond it is no row of ours.
_LONGEST_LINE = 256 * 1024 * 1024
_LARGEST_MANIFEST = 64 * 1024 * 1024


class NoArchive(Refusal):
    """The file is none that a workspace was exported to, or no longer as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the file, as the manifest lists it."""

    name: str
    rows: int | None
    bytes: int
    sha256: str


class Writer:
    """Writes one part after the other, and the list of them last."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self.parts: list[Part] = []

    def rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows, each a line."""
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            for row in rows:
                count += 1
                yield canonical(dict(row)).encode() + b"\n"

        size, sha256 = self._write(name, lines())
        self.parts.append(Part(name=name, rows=count, bytes=size, sha256=sha256))

    def file(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write the bytes of a file."""
        size, sha256 = self._write(name, chunks)
        self.parts.append(Part(name=name, rows=None, bytes=size, sha256=sha256))

    def close(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest and end the file."""
        whole = dict(manifest) | {
            "format": FORMAT,
            "parts": [asdict(part) for part in self.parts],
        }
        text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False)
        self._write(MANIFEST, [text.encode() + b"\n"])
        self._zip.close()

    def _write(self, name: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        # Without a moment, so that the same workspace makes the same bytes.
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        hashed, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
                hashed.update(chunk)
                size += len(chunk)
        return size, hashed.hexdigest()


class Reader:
    """Reads a file whose every part was held against its hash first."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._zip = zipfile.ZipFile(stream)
            self.manifest = self._manifest()
            self.parts = {one["name"]: Part(**one) for one in self.manifest["parts"]}
            for part in self.parts.values():
                self._check(part)
        except NoArchive:
            raise
        except (zipfile.BadZipFile, OSError, KeyError, TypeError, ValueError) as error:
            raise NoArchive(
                _("This is no file of an exported workspace, or it is damaged.")
            ) from error

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Return the rows of a part; none if the file has no such part."""
        if name not in self.parts:
            return
        with self._zip.open(name) as part:
            while line := part.readline(_LONGEST_LINE):
                yield json.loads(line)

    def file(self, name: str) -> IO[bytes] | None:
        """Open the bytes of a file; None if they are not here."""
        return self._zip.open(name) if name in self.parts else None

    def _manifest(self) -> dict[str, Any]:
        info = self._zip.getinfo(MANIFEST)
        found = json.loads(self._zip.read(info)) if _small(info) else {}
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise NoArchive(
                _("This is no file of an exported workspace (%(format)s).")
                % {"format": FORMAT}
            )
        return found

    def _check(self, part: Part) -> None:
        hashed, left = hashlib.sha256(), part.bytes
        with self._zip.open(part.name) as file:
            # Never reads on past what was promised: a small file may unfold to much.
            while chunk := file.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    break
                hashed.update(chunk)
        if left or hashed.hexdigest() != part.sha256:
            raise NoArchive(
                _(
                    "%(part)s is not as it was exported: somebody changed the file or"
                    " it was cut off."
                )
                % {"part": part.name}
            )


def _small(info: zipfile.ZipInfo) -> bool:
    return info.file_size <= _LARGEST_MANIFEST
