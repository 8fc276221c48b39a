"""A bare clone of a repository, kept up to date: commits and tags, without files."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.repositories import formats
from assessments.connectors.repositories.address import Remote, remote
from assessments.connectors.repositories.running import Broken, Limits, Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.connectors.base import Source

HEAD = "refs/compel/head"
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Refs:
    """What a repository has to offer."""

    branches: dict[str, str]
    # Name → what it points at.
    tags: dict[str, str]
    default: str | None
    head: str | None


class Clone:
    """The clone of a source's repository in a folder of its own."""

    def __init__(
        self, source: Source, folder: Path, limits: Limits, *, trees: bool = False
    ) -> None:
        # With its trees it knows which files a commit touches, still none of them.
        self._filter = "blob:none" if trees else "tree:0"
        self.remote: Remote = remote(source)
        self._limits = limits
        self._home = folder.resolve()
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = self._home / "repository.git"
        self._git = Program(self.remote, source.secret, self._home)

    def forget_key(self) -> None:
        """Take the credential off the disk, where Git needed it there."""
        (self._home / "key").unlink(missing_ok=True)

    # ── over there ─────────────────────────────────────────────────────────────────

    def refs(self) -> Refs:
        """Ask the repository what it has."""
        if self.remote.is_local and not Path(self.remote.url).is_dir():
            raise Refused(f"There is no folder {self.remote.url}; check the path.")
        printed = self._git.run(
            "ls-remote", "--symref", "--", self.remote.url,
            seconds=self._limits.asking_seconds,
        )  # fmt: skip
        return _refs(printed)

    def update(self, *, branch: str | None) -> None:
        """Fetch what is new of a branch (None: where HEAD is) and of all tags."""
        wanted = f"refs/heads/{branch}" if branch else "HEAD"
        specs = (f"+{wanted}:{HEAD}", "+refs/tags/*:refs/tags/*")
        try:
            self._prepare()
            self._fetch(specs, "--prune", f"--filter={self._filter}")
        except Broken:
            shutil.rmtree(self._path, ignore_errors=True)
            self._prepare()
            self._fetch(specs, "--prune", f"--filter={self._filter}")

    def glance(self, tags: Iterable[str]) -> None:
        """Fetch some tags alone, without what came before them."""
        self._prepare()
        specs = tuple(f"+refs/tags/{name}:refs/tags/{name}" for name in tags)
        self._fetch(specs, "--depth=1", f"--filter={self._filter}")

    def _prepare(self) -> None:
        if self._path.is_dir():
            with suppress(Unreachable, Refused, Broken):
                known = self._here("config", "--get", "remote.origin.url")
                if known.decode().strip() == self.remote.url and self._is_enough():
                    return
            shutil.rmtree(self._path, ignore_errors=True)
        self._git.run(
            "init", "--quiet", "--bare", "--template=", str(self._path),
            seconds=self._limits.reading_seconds,
        )  # fmt: skip
        for name, value in (
            ("url", self.remote.url),
            ("promisor", "true"),
            ("partialclonefilter", self._filter),
        ):
            self._here("config", f"remote.origin.{name}", value)

    def _is_enough(self) -> bool:
        """Whether the clone has what is wanted; without trees it is made anew."""
        kept = self._here("config", "--get", "remote.origin.partialclonefilter")
        return kept.decode().strip() in {self._filter, "blob:none"}

    def _fetch(self, specs: tuple[str, ...], *options: str) -> None:
        self._here(
            "fetch", "--quiet", "--no-tags", "--force", "--update-shallow",
            "--no-write-fetch-head", "--no-recurse-submodules", *options, "origin",
            *specs,
            seconds=self._limits.fetching_seconds,
        )  # fmt: skip

    # ── here ───────────────────────────────────────────────────────────────────────

    def head(self) -> str | None:
        """Return the newest commit of the branch, None for an empty repository."""
        return self.commit(HEAD)

    def commit(self, name: str) -> str | None:
        """Return the commit of that name if the clone has it."""
        try:
            found = self._here("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except (Unreachable, Refused, Broken):
            return None
        return found.decode().strip() or None

    def descends(self, newer: str, older: str) -> bool:
        """Whether the older commit is still in the history of the newer one."""
        between = self._here("rev-list", "--count", older, f"^{newer}", "--")
        return between.strip() == b"0"

    def tags(self) -> list[formats.Tag]:
        """Return the tags of the clone."""
        return list(
            formats.tags(
                self._here(
                    "for-each-ref", f"--format={formats.TAG_FORMAT}", "refs/tags"
                )
            )
        )

    def mainline(self, head: str, known: str | None) -> frozenset[str]:
        """Return the commits made on the branch itself since the known one."""
        since = (f"^{known}",) if known else ()
        printed = self._here("rev-list", "--first-parent", head, *since, "--")
        return frozenset(printed.decode().split())

    def log(
        self, wanted: Iterable[str], known: Iterable[str]
    ) -> Iterator[formats.Commit]:
        """Yield what is reachable from the wanted and not the known, parents first."""
        revisions = [*wanted, *(f"^{sha}" for sha in known)]
        printed = self._home / "log"
        try:
            # By way of a file: the time limit is then Git's alone.
            with printed.open("wb") as sink:
                self._here(
                    "log", "--stdin", "--topo-order", "--reverse", "-z", "--no-color",
                    "--no-mailmap", "--no-notes", "--no-show-signature",
                    "--encoding=UTF-8", f"--format={formats.LOG_FORMAT}",
                    said="\n".join(revisions).encode(), sink=sink,
                )  # fmt: skip
            with printed.open("rb") as stream:
                yield from formats.commits(iter(lambda: stream.read(_CHUNK), b""))
        finally:
            printed.unlink(missing_ok=True)

    def paths(self, shas: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the files that each commit touches; a merge by itself touches none."""
        printed = self._home / "paths"
        wanted = list(shas)
        try:
            with printed.open("wb") as sink:
                self._here(
                    "diff-tree", "--stdin", "-r", "-z", "--root", "--no-renames",
                    "--name-only", "--always",
                    said="".join(f"{sha}\n" for sha in wanted).encode(), sink=sink,
                )  # fmt: skip
            with printed.open("rb") as stream:
                yield from formats.paths(iter(lambda: stream.read(_CHUNK), b""), wanted)
        finally:
            printed.unlink(missing_ok=True)

    def versions(
        self, wanted: str, known: str | None, patterns: Iterable[str]
    ) -> list[formats.FileVersion]:
        """Return what commits made of files of these patterns, parents first.

        Of a merge only what it made itself; the clone has to have its trees.
        """
        since = (f"^{known}",) if known else ()
        printed = self._here(
            "-c", "core.quotePath=false", "log", "--topo-order", "--reverse",
            "--full-history", "--raw", "--no-abbrev", "--no-renames",
            "--diff-merges=combined", "--no-color", "--no-show-signature",
            f"--format={formats.VERSION_FORMAT}", wanted, *since, "--",
            *(f":(glob){pattern}" for pattern in patterns),
        )  # fmt: skip
        return list(formats.file_versions(printed))

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of some files; what the clone lacks is fetched."""
        asked = "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()
        if not asked:
            return {}
        # All at once: by itself Git would ask for them one after the other.
        self._here(
            "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags",
            "--no-write-fetch-head", "--no-recurse-submodules", "--filter=blob:none",
            "--stdin", "origin",
            said=asked, seconds=self._limits.fetching_seconds,
        )  # fmt: skip
        return dict(formats.objects(self._here("cat-file", "--batch", said=asked)))

    # ── running git ────────────────────────────────────────────────────────────────

    def _here(
        self,
        *arguments: str,
        said: bytes = b"",
        sink: IO[bytes] | None = None,
        seconds: float | None = None,
    ) -> bytes:
        return self._git.run(
            f"--git-dir={self._path}",
            *arguments,
            said=said,
            sink=sink,
            seconds=seconds or self._limits.reading_seconds,
        )


def _refs(printed: bytes) -> Refs:
    branches: dict[str, str] = {}
    tags: dict[str, str] = {}
    default = head = None
    for line in printed.decode("utf-8", "replace").splitlines():
        target, _, name = line.partition("\t")
        if name == "HEAD" and target.startswith("ref: "):
            default = target.removeprefix("ref: refs/heads/")
        elif name == "HEAD":
            head = target
        elif name.startswith("refs/heads/"):
            branches[name.removeprefix("refs/heads/")] = target
        elif name.startswith("refs/tags/") and not name.endswith("^{}"):
            tags[name.removeprefix("refs/tags/")] = target
    return Refs(branches=branches, tags=tags, default=default, head=head)
