"""What `git log` and `git for-each-ref` print, read. Pure: bytes in, values out.

Who wrote a commit is never read: the formats below do not ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assessments.connectors.base import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# sha, parents, commit time, author time, message; each ends with a null byte.
LOG_FORMAT = "tformat:%H%x00%P%x00%ct%x00%at%x00%B"
_LOG_FIELDS = 5
# name, object, its type, and the same of what an annotated tag points at; tag, commit
# and pointed-at commit time.
TAG_FORMAT = (
    "%(refname:strip=2)%00%(objectname)%00%(objecttype)%00%(*objectname)"
    "%00%(*objecttype)%00%(taggerdate:unix)%00%(committerdate:unix)"
    "%00%(*committerdate:unix)"
)
# A mark, sha and commit time; the files that it touched follow, a line each.
VERSION_FORMAT = "tformat:%x01%H %ct"
_MARK = "\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """What a commit made of a file; no blob: it took it away."""

    path: str
    blob: str | None
    commit: str
    committed_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One line of the log."""

    sha: str
    parents: tuple[str, ...]
    committed_at: str | None
    authored_at: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag; `sha` is the commit it ends at, None for a tag of something else."""

    name: str
    target: str
    sha: str | None
    annotated: bool
    tagged_at: str | None

    @property
    def moment(self) -> datetime | None:
        """When it was made, where that is known."""
        return datetime.fromisoformat(self.tagged_at) if self.tagged_at else None


def commits(chunks: Iterable[bytes]) -> Iterator[Commit]:
    """Yield the commits of a log printed with `LOG_FORMAT` and `-z`."""
    fields: list[bytes] = []
    rest = b""
    for chunk in chunks:
        *parts, rest = (rest + chunk).split(b"\0")
        for part in parts:
            fields.append(part)
            if len(fields) == _LOG_FIELDS:
                yield _commit(fields)
                fields = []


def _commit(fields: list[bytes]) -> Commit:
    sha, parents, committed, authored, message = fields
    return Commit(
        sha=sha.decode("ascii", "replace").strip(),
        parents=tuple(parents.decode("ascii", "replace").split()),
        committed_at=_moment(committed),
        authored_at=_moment(authored),
        message=said(message.decode("utf-8", "replace")),
    )


def paths(
    chunks: Iterable[bytes], shas: Iterable[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the files of each commit that `git diff-tree -z --always` printed.

    It prints the commits in the order in which it was asked for them.
    """
    awaited = iter(shas)
    coming = next(awaited, None)
    current: str | None = None
    found: list[str] = []
    rest = b""
    for chunk in chunks:
        *parts, rest = (rest + chunk).split(b"\0")
        for part in parts:
            text = part.decode("utf-8", "replace")
            if text != coming:
                found.append(text)
                continue
            if current is not None:
                yield current, tuple(found)
            current, found, coming = coming, [], next(awaited, None)
    if current is not None:
        yield current, tuple(found)


def tags(printed: bytes) -> Iterator[Tag]:
    """Yield the tags that `git for-each-ref` printed with `TAG_FORMAT`."""
    for line in printed.split(b"\n"):
        fields = line.split(b"\0")
        if len(fields) == TAG_FORMAT.count("%00") + 1:
            yield _tag(fields)


def _tag(fields: list[bytes]) -> Tag:
    target, kind, ends_at, ends_as = (part.decode() for part in fields[1:5])
    tagged, committed, ended = (_moment(part) for part in fields[5:8])
    sha = target if kind == "commit" else ends_at if ends_as == "commit" else None
    return Tag(
        name=fields[0].decode("utf-8", "replace"),
        target=target,
        sha=sha,
        annotated=kind == "tag",
        # A plain tag carries no time of its own: that of its commit is the nearest.
        tagged_at=tagged or committed or ended,
    )


def _moment(seconds: bytes) -> str | None:
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def file_versions(printed: bytes) -> Iterator[FileVersion]:
    """Yield what `git log --raw` printed with `VERSION_FORMAT`."""
    commit, at = "", None
    for line in printed.decode("utf-8", "replace").split("\n"):
        if line.startswith(_MARK):
            commit, _, seconds = line.removeprefix(_MARK).partition(" ")
            at = _moment(seconds.encode())
        elif line.startswith(":"):
            told, _, path = line.partition("\t")
            # As many old blobs as there are parents, the new one, then a status.
            blob = told.split(" ")[-2]
            yield FileVersion(
                path=path,
                blob=blob if blob.strip("0") else None,
                commit=commit,
                committed_at=at,
            )


def objects(printed: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of what `git cat-file --batch` printed."""
    place = 0
    while place < len(printed):
        end = printed.index(b"\n", place)
        name, _, told = printed[place:end].decode("ascii", "replace").partition(" ")
        kind, _, size = told.partition(" ")
        place = end + 1
        if kind == "missing":
            continue
        yield name, printed[place : place + int(size)]
        place += int(size) + 1
