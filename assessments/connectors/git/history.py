"""What Git told, as payloads: commits with what they brought, and tags. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Payload, without_people
from assessments.connectors.base.assigning import bounded
from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assessments.connectors.repositories import Commit, Tag


def of_tag(tag: Tag) -> Payload:
    """Return a tag as it is kept."""
    return Payload(
        sort="tag",
        body={
            "name": without_people(tag.name),
            "sha": tag.sha,
            "annotated": tag.annotated,
            "tagged_at": tag.tagged_at,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mainline:
    """The commits made on the branch itself, and which branch that was."""

    branch: str
    is_default: bool
    shas: frozenset[str]


def payloads(
    log: Iterable[Commit],
    mainline: Mainline,
    touched: Iterator[tuple[str, tuple[str, ...]]] | None = None,
) -> Iterator[Payload]:
    """Yield a payload a commit; one on the branch itself says what it brought there.

    The log comes parents first. What waits is on no branch yet; the first commit of
    the branch that reaches it brings it: a merge its side branch, any other itself.
    `touched` tells in the same order which files each commit touches, where the rules
    ask for it.
    """
    waiting: dict[str, Commit] = {}
    files: dict[str, list[Json]] = {}
    for commit in log:
        waiting[commit.sha] = commit
        body: dict[str, Json] = {
            "sha": commit.sha,
            "parents": list[Json](commit.parents),
            "committed_at": commit.committed_at,
            "authored_at": commit.authored_at,
            "message": commit.message,
        }
        if commit.sha in mainline.shas:
            body["branch"] = mainline.branch
            body["default_branch"] = mainline.is_default
            body["brings"] = _brought(commit.sha, waiting)
        if touched is not None:
            files[commit.sha] = [*map(without_people, bounded(next(touched)[1]))]
            body |= _touched(commit.sha, body, files)
        yield Payload(sort="commit", body=body)


def _touched(
    sha: str, body: Mapping[str, Json], files: dict[str, list[Json]]
) -> dict[str, Json]:
    """Return the files of a commit, and those of all that it brought to the branch."""
    told: dict[str, Json] = {"paths": files[sha]}
    brought = body.get("brings")
    if isinstance(brought, list):
        shas = [str(each["sha"]) for each in brought if isinstance(each, dict)]
        every = {str(path) for each in shas for path in files.pop(each, [])}
        told["change_paths"] = list[Json](bounded(every))
    return told


def _brought(sha: str, waiting: dict[str, Commit]) -> list[Json]:
    brought: list[Json] = []
    reached = [sha]
    while reached:
        commit = waiting.pop(reached.pop(), None)
        if commit is not None:
            brought.append({"sha": commit.sha, "committed_at": commit.committed_at})
            reached.extend(commit.parents)
    return brought
