"""How each platform tells what came between two revisions, on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.assessments.connectors.contract import Stage, subject_of
from tests.assessments.connectors.platform import ByLinks, as_json, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.assessments.connectors.platform import Asked, Platform


@dataclass(frozen=True)
class Telling:
    """Where a platform lists commits, their names there, and how it compares two."""

    commits: str  # the end of the path of its list of commits
    name: str  # the field that holds the revision
    single: str  # the end of the path of one commit
    # The end of the path that compares, where that is not the list itself.
    compares: str = ""
    # The parameters of the older and of the newer revision.
    base: str = ""
    head: str = ""


TELLINGS = {
    "github": Telling("/commits", "sha", "/commits/{sha}", "/compare/{basehead}"),
    "gitlab": Telling(
        "/repository/commits",
        "id",
        "/repository/commits/{sha}",
        "/repository/compare",
        base="from",
        head="to",
    ),
    "gitea": Telling("/commits", "sha", "/git/commits/{sha}", base="not", head="sha"),
    "bitbucket": Telling(
        "/commits", "hash", "/commit/{sha}", base="exclude", head="include"
    ),
    "bitbucket_server": Telling(
        "/commits", "id", "/commits/{sha}", base="since", head="until"
    ),
}


@dataclass
class Hidden:
    """A platform whose branch lost its newest commits, which it still knows."""

    stage: Stage
    telling: Telling
    # All its commits, newest first, and so many of them that the branch does not have.
    rows: list[Any]
    lost: int

    @property
    def shas(self) -> list[str]:
        """What the commits are called, newest first."""
        return [str(row[self.telling.name]) for row in self.rows]

    @property
    def head(self) -> str:
        """The newest commit, which no list names."""
        return self.shas[0]

    @property
    def base(self) -> str:
        """The newest commit that the branch has."""
        return self.shas[self.lost]

    @property
    def events(self) -> set[tuple[str, str]]:
        """The events of the commits that the branch lost."""
        return {("commit", sha) for sha in self.shas[: self.lost]}

    @property
    def place(self) -> str:
        """What stands before the paths of the repository."""
        listed = [
            path
            for path in self.stage.platform.lists
            if path.endswith(self.telling.commits)
        ]
        return min(listed, key=len).removesuffix(self.telling.commits)

    def compares(self, asked: Asked) -> bool:
        """Whether a request is for what came between base and head."""
        return self.base in asked.target and self.head in asked.target

    def between(self, base: str, head: str) -> list[Any] | None:
        """Return the commits of a stretch, newest first; None: one is not there."""
        if base not in self.shas or head not in self.shas:
            return None
        return self.rows[self.shas.index(head) : self.shas.index(base)]


@contextmanager
def hidden(kind: str, lost: int = 2) -> Iterator[Hidden]:
    """Put a platform up whose branch lost so many commits."""
    subject = subject_of(kind)
    platform = subject.platform()
    platform.page_size = subject.page_size
    with serving(platform) as address:
        stage = Stage(subject, platform, subject.source(address))
        found = Hidden(stage, TELLINGS[kind], rows=[], lost=lost)
        _serve(platform, found)
        yield found


def _serve(platform: Platform, found: Hidden) -> None:
    telling, place = found.telling, found.place
    listed = platform.lists[place + telling.commits]
    found.rows = listed.rows
    single = place + telling.single
    known = single.partition("{")[0]
    for path in [path for path in platform.things if path.startswith(known)]:
        del platform.things[path]
    rows = dict(zip(found.shas, found.rows, strict=True))
    platform.things[single] = lambda asked: rows.get(asked.path.rpartition("/")[2])
    if telling.compares:
        platform.lists[place + telling.commits] = replace(
            listed, rows=found.rows[found.lost :]
        )
        platform.things[place + telling.compares] = lambda asked: _compared(
            found, asked
        )
        return

    def wanted(row: Any, asked: Asked) -> bool:
        if telling.base in asked.query:
            return row in (found.between(*_revisions(telling, asked)) or [])
        return row not in found.rows[: found.lost] and listed.wanted(row, asked)

    platform.lists[place + telling.commits] = replace(listed, wanted=wanted)


def _compared(found: Hidden, asked: Asked) -> Any:
    """Answer as GitHub and GitLab do: an object, its commits oldest first."""
    rows = found.between(*_revisions(found.telling, asked))
    if rows is None:
        return None
    platform = found.stage.platform
    cap = platform.page_size or 100
    part = ByLinks().part(rows[::-1], asked, cap, platform.address)
    return as_json(
        {"commits": part.rows, "diffs": [{"diff": "words"}]}, headers=part.headers
    )


def _revisions(telling: Telling, asked: Asked) -> tuple[str, str]:
    if telling.base:
        return asked.query[telling.base], asked.query[telling.head]
    base, _, head = asked.path.rpartition("/")[2].partition("...")
    return base, head
