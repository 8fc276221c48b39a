"""DVC: versions of data and models, as a Git repository has them.

It needs read access to the repository, and none to where the data is kept. No name and
no account of a person is read.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Candidate, Garbled, Page, Preview, Refused
from assessments.connectors.dvc.history import LOCK, History
from assessments.connectors.dvc.parsing import told_of
from assessments.connectors.dvc.rules import RULE_FIELDS, Rules
from assessments.connectors.lists.windowing import window_in
from assessments.connectors.repositories import Clone, Limits, read_address
from scoring.events import ModelVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Plain, RuleField, Source
    from assessments.connectors.repositories import FileVersion
    from scoring.events import Event, Json

_PATTERNS = ("**/*.dvc", f"**/{LOCK}")
_PAGE = 200
_MOST_SHOWN = 30


class DVC:
    """Reads `.dvc` files and `dvc.lock` at each commit of a branch."""

    kind: ClassVar[str] = "dvc"
    label: ClassVar[str] = "DVC"
    family: ClassVar[str] = "models"
    reads: ClassVar[str] = (
        "Versions of data and models that DVC tracks in a Git repository."
    )
    address_label: ClassVar[str] = "URL or path of the repository"
    address_help: ClassVar[str] = (
        "The Git repository that has the .dvc files and dvc.lock, for example"
        " https://git.example.org/team/models.git."
    )
    secret_label: ClassVar[str] = "Credential"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "Only for private repositories: a token, or user:password, or for ssh a",
            "private key. It needs to read the repository, nothing else.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def check(self, source: Source) -> None:
        """Refuse an address that names no repository."""
        read_address(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say what the repository tracks."""
        with self._clone(source) as clone:
            head = _fetched(clone, source)
            found = clone.versions(head, None, _PATTERNS) if head else []
        if not found:
            return (
                "Found the repository. DVC tracks nothing in it: there is no .dvc file."
            )
        return (
            f"Found the repository: versions of .dvc files and of dvc.lock:"
            f" {len(found)}, in files: {len({each.path for each in found})}."
        )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:  # noqa: ARG002 -- of the protocol
        """Yield the versions of files that new commits brought, parents first."""
        if window_in(cursor):
            return  # the first reading reads all there ever was
        with self._clone(source) as clone:
            yield Page(payloads=(), cursor=dict(cursor), doing="Fetching the history")
            head = _fetched(clone, source)
            if head is not None:
                yield from _pages(clone, cursor, head, Rules.of(source.rules).branch)

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a version of a file."""
        yield from told_of(payload, source)

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Show which versions are models; none is a deployment."""
        payloads = [
            payload
            for page in self.fetch(source, cursor={}, now=now)
            for payload in page.payloads
        ]
        found: list[Event] = []
        for payload in payloads:
            try:
                found += told_of(payload, source)
            except Garbled:
                continue
        models = [each for each in found if isinstance(each, ModelVersion)]
        return Preview(
            counted=(),
            left_out=tuple(_candidate(each) for each in models[-_MOST_SHOWN:]),
            looked_at=f"Looked at {len(payloads)} versions of files: versions of models"
            f" {len(models)}, of other data {len(found) - len(models)}. None of them is"
            " a deployment.",
        )

    @contextmanager
    def _clone(self, source: Source) -> Iterator[Clone]:
        with tempfile.TemporaryDirectory(prefix="clone-") as passing:
            folder = source.storage or Path(passing)
            clone = Clone(source, folder, self._limits, trees=True)
            try:
                yield clone
            finally:
                clone.forget_key()


def _fetched(clone: Clone, source: Source) -> str | None:
    """Bring the clone up to date; return its newest commit, None: there is none."""
    refs = clone.refs()
    branch = Rules.of(source.rules).branch or refs.default
    if not refs.branches:
        return None
    if branch not in refs.branches:
        known = ", ".join(sorted(refs.branches)[:10])
        raise Refused(f"There is no branch {branch!r}; the repository has {known}.")
    clone.update(branch=branch)
    return clone.head()


def _pages(clone: Clone, cursor: Plain, head: str, branch: str) -> Iterator[Page]:
    """Yield what is new since the cursor; all of it after the history was rewritten."""
    known = cursor.get("head")
    same = cursor.get("branch") == branch
    if not (
        same
        and isinstance(known, str)
        and clone.commit(known)
        and clone.descends(head, known)
    ):
        known = None
    under_way = same and cursor.get("since") == known and cursor.get("towards") == head
    at = cursor.get("done") if under_way else 0
    done = at if isinstance(at, int) else 0
    goes_on = known is not None or done
    history = History(cursor.get("data") if goes_on else None)
    found = clone.versions(head, known, _PATTERNS)
    for start in range(done, len(found), _PAGE):
        part = found[start : start + _PAGE]
        payloads = _payloads(clone, part, history)
        place: dict[str, Json] = {
            "branch": branch,
            "since": known,
            "towards": head,
            "done": start + len(part),
            "data": history.kept,
        }
        if known:
            place["head"] = known
        yield Page(
            payloads=payloads,
            cursor=place,
            doing=f"Versions of data, {start + len(part):,} so far",
            remaining=len(found) - start - len(part),
        )
    rest: dict[str, Json] = {"branch": branch, "head": head, "data": history.kept}
    yield Page(payloads=(), cursor=rest, doing="Done")


def _payloads(
    clone: Clone, part: list[FileVersion], history: History
) -> tuple[Payload, ...]:
    contents = clone.contents(each.blob for each in part if each.blob)
    return tuple(
        history.payload(each, contents[each.blob])
        for each in part
        if each.blob in contents
    )


def _candidate(version: ModelVersion) -> Candidate:
    return Candidate(
        what=f"{version.attributes['path']} {version.version}",
        at=version.trained_at,
        environment="",
        reason="a version of a model"
        + (f", made of data {version.dataset_ref[:12]}" if version.dataset_ref else ""),
    )
