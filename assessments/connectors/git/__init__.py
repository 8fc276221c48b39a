"""Any Git repository: commits and merges, and tags as deployments.

It needs nothing but read access, and stores no name and no address of a person.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Candidate, Page, Preview, Refused
from assessments.connectors.base.assigning import reads_paths
from assessments.connectors.base.previewing import if_understood
from assessments.connectors.git import parsing
from assessments.connectors.git.history import Mainline, of_tag, payloads
from assessments.connectors.repositories import Clone, Limits, read_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Plain, RuleField, Source
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.repositories import Refs, Tag
    from scoring.events import Event, Json

_PAGE = 1000
_MOST_COUNTED = 30
_MOST_LEFT_OUT = 30


class Git:
    """Reads a repository by URL or path."""

    kind: ClassVar[str] = "git"
    label: ClassVar[str] = "Git repository"
    family: ClassVar[str] = "code"
    reads: ClassVar[str] = (
        "Any repository, by address or path: its commits and merges are changes, its "
        "tags are deployments."
    )
    address_label: ClassVar[str] = "URL or path of the repository"
    address_help: ClassVar[str] = (
        "For example https://git.example.org/team/project.git,"
        " git@git.example.org:team/project.git, or a path on this server."
    )
    secret_label: ClassVar[str] = "Credential"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "Only for private repositories: a token, or user:password, or for ssh a",
            "private key. It needs to read the repository, nothing else.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = parsing.RULE_FIELDS
    tells_paths: ClassVar[bool] = True

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def check(self, source: Source) -> None:
        """Refuse an address that names no repository."""
        read_address(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say what the repository has."""
        with self._clone(source) as clone:
            refs = clone.refs()
        if not refs.head and not refs.branches:
            return "Found the repository. It is empty: there is nothing to read yet."
        branch = _branch(source, refs) or "HEAD"
        counted = sum(parsing.judge(name, source.rules).counts for name in refs.tags)
        return (
            f"Found the repository: branch {branch}; branches: {len(refs.branches)};"
            f" tags: {len(refs.tags)}, counting as deployments: {counted}."
        )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:  # noqa: ARG002 -- of the protocol
        """Yield new commits, parents first, then tags that are new or were moved."""
        with self._clone(source) as clone:
            refs = clone.refs()
            branch = _branch(source, refs)
            yield Page(payloads=(), cursor=dict(cursor), doing="Fetching the history")
            if not refs.branches and refs.head is None:
                return  # empty: there is nothing to fetch yet
            clone.update(branch=branch)
            head = clone.head()
            if head is None:
                return
            reading = _Reading(
                clone,
                cursor,
                head=head,
                branch=branch,
                refs=refs,
                by_paths=reads_paths(source.rules),
            )
            yield from reading.left_behind()
            yield from reading.commits()
            yield from reading.tags()

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a commit or a tag."""
        return parsing.events(payload, source)

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept tag with the verdict on it."""
        if payload.sort != "tag":
            return None
        return if_understood(lambda: parsing.judged_tag(payload, source.rules))

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the newest tags, without fetching the history."""
        with self._clone(source) as clone:
            names = sorted(clone.refs().tags, key=_version, reverse=True)
            counted = [
                name for name in names if parsing.judge(name, source.rules).counts
            ]
            left_out = [name for name in names if name not in set(counted)]
            looked = [*counted[:_MOST_COUNTED], *left_out[:_MOST_LEFT_OUT]]
            if not looked:
                return Preview(
                    counted=(),
                    left_out=(),
                    looked_at="The repository has no tags, so nothing counts as a"
                    " deployment. Tag what goes to production, or send deployments"
                    " as events.",
                )
            clone.glance(looked)
            found = {tag.name: tag for tag in clone.tags()}
        return Preview(
            counted=_candidates(counted[:_MOST_COUNTED], found, source),
            left_out=_candidates(left_out[:_MOST_LEFT_OUT], found, source),
            looked_at=f"{len(looked)} of {len(names)} tags, those with the highest"
            f" numbers; by the rules {len(counted)} of all count as deployments.",
        )

    @contextmanager
    def _clone(self, source: Source) -> Iterator[Clone]:
        with tempfile.TemporaryDirectory(prefix="clone-") as passing:
            clone = Clone(
                source,
                source.storage or Path(passing),
                self._limits,
                trees=reads_paths(source.rules),
            )
            try:
                yield clone
            finally:
                clone.forget_key()


class _Reading:
    """One reading of a clone: where it started, and how far it got."""

    def __init__(
        self,
        clone: Clone,
        cursor: Plain,
        *,
        head: str,
        branch: str | None,
        refs: Refs,
        by_paths: bool,
    ) -> None:
        self._clone = clone
        self._by_paths = by_paths
        self._branch = branch or "HEAD"
        self._is_default = branch in {None, refs.default}
        self._head = head
        self._all = clone.tags()
        seen = cursor.get("tags")
        self._seen = dict(seen) if isinstance(seen, dict) else {}
        self._cursor: dict[str, Json] = {"branch": self._branch, "tags": self._seen}
        known = cursor.get("head") if cursor.get("branch") == self._branch else None
        self._known = self._still_known(known)
        self._left = known if isinstance(known, str) and not self._known else None
        if self._known:
            self._cursor["head"] = self._known
        same = cursor.get("towards") == head and cursor.get("head") == self._known
        done = cursor.get("done") if same else 0
        self._done = done if isinstance(done, int) else 0

    def _still_known(self, known: Json) -> str | None:
        """Return the commit to go on from; None after the history was rewritten."""
        if not isinstance(known, str) or self._clone.commit(known) is None:
            return None
        return known if self._clone.descends(self._head, known) else None

    def left_behind(self) -> Iterator[Page]:
        """Yield what nothing leads to any more, if the history was rewritten."""
        if self._left is None or self._clone.commit(self._left) is None:
            return
        kept = [self._head, *sorted({tag.sha for tag in self._all if tag.sha})]
        shas = [commit.sha for commit in self._clone.log([self._left], kept)]
        gone = tuple((kind, sha) for sha in shas for kind in ("commit", "change"))
        yield Page(
            payloads=(),
            cursor=dict(self._cursor),
            gone=gone,
            doing="The history was rewritten",
        )

    def commits(self) -> Iterator[Page]:
        """Yield the commits in pages; each says how far the reading got."""
        # Tags on other branches bring the history that leads to them.
        new = {tag.sha for tag in self._all if tag.sha and self._is_new(tag)}
        old = {tag.sha for tag in self._all if tag.sha and not self._is_new(tag)}
        known = [self._known, *sorted(old)] if self._known else []
        wanted = [self._head, *sorted(new)]
        log = self._clone.log(wanted, known)
        touched = None
        if self._by_paths:
            shas = [commit.sha for commit in self._clone.log(wanted, known)]
            touched = self._clone.paths(shas)
        mainline = Mainline(
            branch=self._branch,
            is_default=self._is_default,
            shas=self._clone.mainline(self._head, self._known),
        )
        done = self._done
        rest = islice(payloads(log, mainline, touched), done, None)
        while page := tuple(islice(rest, _PAGE)):
            done += len(page)
            position: dict[str, Json] = {"towards": self._head, "done": done}
            yield Page(
                payloads=page,
                cursor=self._cursor | position,
                doing=f"Commits, {done:,} so far",
            )
        self._cursor["head"] = self._head

    def _is_new(self, tag: Tag) -> bool:
        return self._seen.get(tag.name) != tag.target

    def tags(self) -> Iterator[Page]:
        """Yield the tags in pages; the last one's cursor forgets deleted tags."""
        fresh = iter([tag for tag in self._all if self._is_new(tag)])
        seen = dict(self._seen)
        while part := tuple(islice(fresh, _PAGE)):
            seen |= {tag.name: tag.target for tag in part}
            yield Page(
                payloads=tuple(of_tag(tag) for tag in part),
                cursor=self._cursor | {"tags": dict(seen)},
                doing="Tags",
            )
        now: dict[str, Json] = {tag.name: tag.target for tag in self._all}
        yield Page(payloads=(), cursor=self._cursor | {"tags": now}, doing="Done")


def _branch(source: Source, refs: Refs) -> str | None:
    """Return the branch to read: the rule's, or the repository's own."""
    wanted = source.rules.get("branch")
    if isinstance(wanted, str) and wanted.strip():
        if wanted.strip() not in refs.branches:
            known = ", ".join(sorted(refs.branches)[:10]) or "none"
            raise Refused(
                f"There is no branch {wanted.strip()!r}; the repository has {known}."
            )
        return wanted.strip()
    if refs.default in refs.branches:
        return refs.default
    if refs.branches and refs.head is None:
        known = ", ".join(sorted(refs.branches)[:10])
        raise Refused(
            "The repository does not say which branch is its default one; name it in"
            f" the rules: {known}."
        )
    return None


def _candidates(
    names: Iterable[str], found: dict[str, Tag], source: Source
) -> tuple[Candidate, ...]:
    return tuple(_candidate(name, found.get(name), source) for name in names)


def _candidate(name: str, tag: Tag | None, source: Source) -> Candidate:
    verdict = parsing.judge(name, source.rules)
    return Candidate(
        what=f"Tag {name}",
        at=tag.moment if tag else None,
        environment="production" if verdict.counts else "",
        reason=verdict.reason,
        names={"tags": name},
    )


def _version(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts v1.10 after v1.9."""
    digits = "".join(letter if letter.isdecimal() else f" {letter} " for letter in name)
    return tuple(
        (1, int(part), "") if part.isdecimal() else (0, 0, part)
        for part in digits.split()
    )
