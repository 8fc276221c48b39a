"""Linking is linear; a quadratic reference that is easy to read says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.attribution import Tier, attribute
from scoring.events import Change, Commit, Deployment, Status
from tests.scoring.made import (
    at,
    carriers,
    change,
    commit,
    deployment,
    failed,
    incident,
    rework,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.events import Event, Json

_START = datetime(2026, 1, 1, tzinfo=UTC)


# ── a reference ────────────────────────────────────────────────────────────────────


def _ancestors(sha: str, commits: dict[str, Commit]) -> set[str]:
    found: set[str] = set()
    waiting = [sha]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += commits[one].parents
    return found


class Reference:
    """Looks at everything every time."""

    def __init__(self, events: list[Event]) -> None:
        self.commits = {one.sha: one for one in events if isinstance(one, Commit)}
        self.changes = [one for one in events if isinstance(one, Change)]
        self.covered = {
            sha for one in self.changes for sha in (one.merged_sha, *one.commits)
        }
        self.copied = {sha: self.original(one) for sha, one in self.commits.items()}
        self.runs = [
            one
            for one in events
            if isinstance(one, Deployment)
            and one.status is Status.SUCCESS
            and one.environment == "production"
        ]

    def original(self, pick: Commit) -> str | None:
        """Return the known, older commit that another is a copy of."""
        named = self.commits.get(str(pick.attributes.get("cherry_picked_from")))
        if named is None or (named.at, named.sha) >= (pick.at, pick.sha):
            return None
        stands = len(named.parents) < 2 or named.sha in self.covered
        return named.sha if stands else None

    def is_copy(self, one: Change) -> bool:
        """Whether a change only brings what others brought."""
        merged = self.copied[str(one.merged_sha)]
        if merged:
            return merged not in one.commits
        originals = [self.copied[sha] for sha in one.commits]
        return bool(originals) and all(
            sha and sha not in one.commits for sha in originals
        )

    def is_alone(self, sha: str) -> bool:
        """Whether a commit is a change by itself."""
        is_merge = len(self.commits[sha].parents) > 1
        return not (is_merge or sha in self.covered or self.copied[sha])

    def carriers(self) -> dict[str, str]:
        """Return which deployment carried each item."""
        out: set[str] = set()
        found: dict[str, str] = {}
        for run in sorted(self.runs, key=lambda run: (run.at, run.id)):
            fresh = _ancestors(str(run.sha), self.commits)
            while fresh:
                out |= fresh
                fresh = {self.copied[sha] or sha for sha in out} - out
            for item in self.items_in(out):
                found.setdefault(item, run.id)
        return found

    def items_in(self, out: set[str]) -> Iterator[str]:
        """Yield what is in production once these commits are."""
        yield from (sha for sha in out if self.is_alone(sha))
        for one in self.changes:
            whole = bool(one.commits) and out.issuperset(one.commits)
            if not self.is_copy(one) and (one.merged_sha in out or whole):
                yield one.id


@st.composite
def dags(draw: st.DrawFn) -> list[Event]:
    """Return a small history: merges, picks, rollbacks, overtaking, environments."""
    shas = [f"{number:02d}" for number in range(draw(st.integers(1, 9)))]
    commits = []
    for number, sha in enumerate(shas):
        earlier = st.sampled_from(shas[:number]) if number else st.nothing()
        parents = draw(st.lists(earlier, max_size=3, unique=True)) if number else []
        picked: dict[str, Json] = (
            {"cherry_picked_from": draw(st.sampled_from(shas))}
            if draw(st.integers(0, 3)) == 0
            else {}
        )
        commits.append(
            Commit(
                sha=sha,
                service="shop",
                committed_at=_START + timedelta(hours=draw(st.integers(0, 12))),
                parents=tuple(parents),
                attributes=picked,
            )
        )
    merged = draw(st.lists(st.sampled_from(shas), max_size=3, unique=True))
    changes = [
        Change(
            id=f"c{sha}",
            service="shop",
            merged_sha=sha,
            merged_at=_START + timedelta(hours=12),
            commits=tuple(
                draw(st.lists(st.sampled_from(shas), max_size=2, unique=True))
            ),
        )
        for sha in merged
    ]
    runs = [
        Deployment(
            id=f"d{number}",
            service="shop",
            environment=draw(st.sampled_from(["production", "production", "staging"])),
            sha=draw(st.sampled_from(shas)),
            status=draw(
                st.sampled_from([Status.SUCCESS, Status.SUCCESS, Status.FAILURE])
            ),
            finished_at=_START + timedelta(hours=draw(st.integers(0, 20))),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    return [*commits, *changes, *runs]


@settings(deadline=None, max_examples=150)
@given(events=dags(), data=st.data())
def test_the_linear_walk_says_what_the_quadratic_reference_says(
    events: list[Event], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events))
    found = attribute([*shuffled, *shuffled[:3]], service="shop")
    carried = {one.change: one.deployment_id for one in found.carriages}
    assert carried == Reference(events).carriers()


# ── picks ──────────────────────────────────────────────────────────────────────────

_FIX, _PICK = "f" * 40, "a" * 40


def test_a_picked_change_goes_out_with_its_pick() -> None:
    # The change was merged on the 3rd; its pick, which says so, went out on the 2nd.
    found = attribute(
        [
            commit("A", "01T08:00"),
            deployment("d1", "01T10:00", sha="A"),
            commit(_FIX, "02T06:00", "A"),
            change("fix", "02T06:00", sha=_FIX),
            commit(
                _PICK, "02T07:00", "A",
                attributes={
                    "message": f"Fix it\n(cherry picked from commit {_FIX})"
                },
            ),
            change("backport", "02T07:00", sha=_PICK),
            deployment("d2", "02T08:00", sha=_PICK),
            deployment("d3", "03T08:00", sha=_FIX),
        ],
        service="shop",
    )  # fmt: skip
    assert carriers(found) == {"A": ("d1", "graph"), "fix": ("d2", "graph")}


def test_a_pick_of_something_unknown_is_a_change_of_its_own() -> None:
    found = attribute(
        [
            deployment("d1", "01T10:00", sha="A"),
            commit("P", "02T07:00", attributes={"cherry_picked_from": "elsewhere"}),
            deployment("d2", "02T08:00", sha="P"),
        ],
        service="shop",
    )
    assert carriers(found) == {"P": ("d2", "graph")}


# ── reverts that only name what they revert ────────────────────────────────────────


def _reverting(title: str | None, *more: Event, reverts: str = "B") -> list[Event]:
    told: dict[str, Json] = {"reverts": reverts}
    return [
        deployment("d1", "02T08:00", sha="A"),
        deployment("d2", "02T10:00", sha="B"),
        change(
            "r",
            "02T11:50",
            sha="C",
            attributes=told | ({"title": title} if title else {}),
        ),
        deployment("d3", "02T12:00", sha="C"),
        deployment("d4", "02T13:00", sha="D"),
        *more,
    ]


def test_a_change_that_names_what_it_reverts_outranks_an_incident_in_the_window() -> (
    None
):
    # The incident opened 10 minutes after d2 was resolved 2:10 after it; the revert
    # went out after 2:00. The revert is the stronger evidence: 7200 s, not 7800 s.
    found = attribute(
        _reverting(None, incident("i", "02T10:10", "02T12:10")), service="shop"
    )
    assert failed(found)["d2"].tier is Tier.REVERT_OR_HOTFIX
    assert failed(found)["d2"].recovery_seconds == 7200
    assert rework(found) == {"d3"}


def test_an_incident_that_names_the_deployment_still_says_how_long_it_took() -> None:
    found = attribute(
        _reverting(None, incident("i", "02T10:10", "02T12:10", deployment_id="d2")),
        service="shop",
    )
    assert failed(found)["d2"].recovery_seconds == 7800
    assert rework(found) == {"d3"}


@pytest.mark.parametrize("title", ['Revert "Revert "B""', 'Reapply "B"'])
def test_what_brings_a_change_back_repairs_nothing(title: str) -> None:
    assert attribute(_reverting(title), service="shop").verdicts == ()


def test_naming_what_never_went_out_repairs_nothing() -> None:
    found = attribute(_reverting(None, reverts="elsewhere"), service="shop")
    assert found.verdicts == ()
    assert at("02T12:00") in {one.deployed_at for one in found.carriages}


def test_a_revert_is_held_against_the_first_deployment_that_is_believed_to_carry() -> (
    None
):
    # d1 does not say its commit, so it is believed to have brought A on the 2nd, though
    # the graph sees A with d2 only. On the 12th that is too long ago to repair it.
    found = attribute(
        [
            commit("A", "01T10:00"),
            deployment("d1", "02T10:00"),
            commit("B", "08T10:00", "A"),
            deployment("d2", "09T10:00", sha="B"),
            commit("C", "11T10:00", "B", attributes={"reverts": "A", "revert": True}),
            deployment("d3", "12T10:00", sha="C"),
        ],
        service="shop",
    )
    assert rework(found) == set()
