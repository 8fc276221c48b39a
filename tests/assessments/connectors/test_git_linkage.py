"""Which deployment carried what, out of real repositories; answers worked out by hand.

Each case makes a history with git, reads it with the connector, and deploys some of
its commits. The tables say what each deployment carried first, by the title of the
commit or change, and how many hours that took.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.git import Git
from scoring.attribution import attribute
from scoring.events import Change, Commit, Deployment, Status
from tests.assessments.connectors.repositories import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from scoring.attribution import Attribution
    from scoring.events import Event

GIT = Git()
NOW = datetime(2026, 2, 1, tzinfo=UTC)
Told = dict[str, dict[str, float | None]]


def at(day: int, hour: int) -> str:
    """A moment of January 2026, as git takes it."""
    return f"2026-01-{day:02}T{hour:02}:00:00+00:00"


def deployed(
    sha: str | None, day: int, hour: int, *, environment: str = "production"
) -> Deployment:
    """A deployment named after its moment: "d2@10"."""
    return Deployment(
        id=f"d{day}@{hour}",
        service="shop",
        environment=environment,
        sha=sha,
        status=Status.SUCCESS,
        finished_at=datetime.fromisoformat(at(day, hour)),
    )


def read(repository: Repository) -> list[Event]:
    """What the connector tells of a repository."""
    source = Source(
        kind="git",
        address=str(repository.path),
        service_key="shop",
        rules=clean_rules(Git.rule_fields, {}).rules,
        allow_local=True,
    )
    pages = GIT.fetch(source, cursor={}, now=NOW)
    return [
        event
        for page in pages
        for payload in page.payloads
        for event in GIT.parse(payload, source)
        if not isinstance(event, Deployment)
    ]


def judged(events: Iterable[Event], *deployments: Deployment) -> Attribution:
    """What attribution finds."""
    return attribute([*events, *deployments], service="shop")


def told(events: list[Event], *deployments: Deployment) -> Told:
    """What each deployment carried, by title, in hours."""
    names = {
        event.id: str(event.attributes["message"]).partition("\n")[0]
        for event in events
        if isinstance(event, Change | Commit)
    }
    found: Told = {deployment.id: {} for deployment in deployments}
    for one in judged(events, *deployments).carriages:
        hours = None if one.lead_seconds is None else one.lead_seconds / 3600
        found[one.deployment_id][names[one.change]] = hours
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    """A repository with one commit, "open"."""
    made = Repository(tmp_path / "shop")
    made.commit("open", at(1, 8))
    return made


def head(shop: Repository) -> str:
    return shop.git("rev-parse", "HEAD")


def test_a_merge_brings_its_branch(shop: Repository) -> None:
    first = head(shop)
    shop.branch("prices")
    shop.commit("show", at(2, 6))
    shop.commit("round", at(2, 7))
    shop.stand_on("main")
    merge = shop.merge("prices", at(2, 9), "merge prices")
    # One change, from its first commit at 6 to 12: 6 hours.
    assert told(read(shop), deployed(first, 1, 10), deployed(merge, 2, 12)) == {
        "d1@10": {"open": None},
        "d2@12": {"merge prices": 6.0},
    }


def test_a_squash_is_one_commit_and_the_branch_goes_nowhere(shop: Repository) -> None:
    first = head(shop)
    shop.branch("prices")
    shop.commit("show", at(2, 6))
    shop.stand_on("main")
    squash = shop.commit("prices (#1)", at(2, 9))
    # Plain Git knows the squashed commit alone: 9 to 12.
    assert told(read(shop), deployed(first, 1, 10), deployed(squash, 2, 12)) == {
        "d1@10": {"open": None},
        "d2@12": {"prices (#1)": 3.0},
    }


def test_rebased_commits_go_out_as_they_are_on_the_branch(shop: Repository) -> None:
    first = head(shop)
    shop.branch("prices")
    shop.commit("show", at(2, 6))
    shop.stand_on("main")
    shop.commit("paint", at(2, 7))
    shop.stand_on("prices")
    shop.git("rebase", "--quiet", "main", at=at(2, 8))
    shop.stand_on("main")
    shop.git("merge", "--quiet", "--ff-only", "prices")
    found = told(read(shop), deployed(first, 1, 10), deployed(head(shop), 2, 12))
    # The rebase committed "show" anew at 8: once, 4 hours.
    assert found["d2@12"] == {"paint": 5.0, "show": 4.0}


def test_a_cherry_pick_delivers_its_original_once(shop: Repository) -> None:
    first = head(shop)
    big = shop.commit("rebuild", at(2, 5))
    small = shop.commit("fix rounding", at(2, 6))
    shop.branch("release", first)
    shop.git(
        "cherry-pick", "-x", "--allow-empty", "--keep-redundant-commits", small,
        at=at(2, 8),
    )  # fmt: skip
    pick = head(shop)
    shop.tag("release-1")
    shop.tag("v1.0.1")
    shop.stand_on("main")
    later = shop.commit("paint", at(2, 13))
    found = told(
        read(shop),
        deployed(first, 1, 10),
        deployed(pick, 2, 10),
        deployed(later, 2, 14),
    )
    # The pick of 10 o'clock carries the fix of 6; nothing of what lies before it on
    # the main branch. At 14 the rest goes out, and the fix is not counted again.
    assert big != pick
    assert found == {
        "d1@10": {"open": None},
        "d2@10": {"fix rounding": 4.0},
        "d2@14": {"rebuild": 9.0, "paint": 1.0},
    }


def test_a_revert_blames_what_carried_the_reverted(shop: Repository) -> None:
    first = head(shop)
    bad = shop.commit("break", at(2, 8))
    other = shop.commit("paint", at(2, 10))
    shop.commit(f'Revert "break"\n\nThis reverts commit {bad}.', at(2, 12))
    found = judged(
        read(shop),
        deployed(first, 1, 10),
        deployed(bad, 2, 9),
        deployed(other, 2, 11),
        deployed(head(shop), 2, 13),
    )
    verdicts = {one.deployment_id: one for one in found.verdicts}
    assert {name for name, one in verdicts.items() if one.failed} == {"d2@9"}
    assert verdicts["d2@9"].recovery_seconds == 4 * 3600
    assert {name for name, one in verdicts.items() if one.rework} == {"d2@13"}


def test_a_rollback_carries_nothing_and_going_forward_only_what_is_new(
    shop: Repository,
) -> None:
    first = head(shop)
    second = shop.commit("show", at(2, 8))
    third = shop.commit("round", at(2, 12))
    assert told(
        read(shop),
        deployed(first, 1, 10),
        deployed(second, 2, 9),
        deployed(first, 2, 10),
        deployed(third, 2, 13),
    ) == {
        "d1@10": {"open": None},
        "d2@9": {"show": 1.0},
        "d2@10": {},
        "d2@13": {"round": 1.0},
    }


def test_an_overtaken_deployment_brings_nothing_and_is_no_rollback(
    shop: Repository,
) -> None:
    first = head(shop)
    second = shop.commit("show", at(2, 8))
    third = shop.commit("round", at(2, 9))
    events = read(shop)
    runs = deployed(first, 1, 10), deployed(third, 2, 10), deployed(second, 2, 11)
    assert told(events, *runs) == {
        "d1@10": {"open": None},
        "d2@10": {"show": 2.0, "round": 1.0},
        "d2@11": {},
    }
    assert judged(events, *runs).verdicts == ()


def test_only_production_carries(shop: Repository) -> None:
    first = head(shop)
    second = shop.commit("show", at(2, 8))
    assert told(
        read(shop),
        deployed(first, 1, 10),
        deployed(second, 2, 9, environment="staging"),
        deployed(second, 2, 11),
    ) == {"d1@10": {"open": None}, "d2@9": {}, "d2@11": {"show": 3.0}}


def test_a_branch_that_goes_out_before_its_merge_is_not_counted_again(
    shop: Repository,
) -> None:
    first = head(shop)
    shop.branch("prices")
    tip = shop.commit("show", at(2, 6))
    shop.stand_on("main")
    shop.commit("paint", at(2, 8))
    merge = shop.merge("prices", at(2, 9), "merge prices")
    # All that the merge brings was out at 7; at 12 only the paint is new.
    assert told(
        read(shop),
        deployed(first, 1, 10),
        deployed(tip, 2, 7),
        deployed(merge, 2, 12),
    ) == {
        "d1@10": {"open": None},
        "d2@7": {"merge prices": 1.0},
        "d2@12": {"paint": 4.0},
    }


def test_a_hotfix_from_a_tag_goes_out_before_what_is_on_the_main_branch(
    shop: Repository,
) -> None:
    first = head(shop)
    shop.commit("rebuild", at(2, 5))
    shop.branch("hotfix", first)
    fix = shop.commit("stop the leak", at(2, 6))
    shop.stand_on("main")
    back = shop.merge("hotfix", at(2, 9), "merge hotfix")
    assert told(
        read(shop),
        deployed(first, 1, 10),
        deployed(fix, 2, 7),
        deployed(back, 2, 12),
    ) == {
        "d1@10": {"open": None},
        "d2@7": {"merge hotfix": 1.0},
        "d2@12": {"rebuild": 7.0},
    }


def test_an_octopus_brings_all_its_branches(shop: Repository) -> None:
    first = head(shop)
    for hour, name in enumerate(("one", "two", "three"), 4):
        shop.branch(name, first)
        shop.commit(name, at(2, hour))
    shop.stand_on("main")
    shop.commit("paint", at(2, 8))
    shop.git("merge", "--quiet", "-m", "octopus", "one", "two", "three", at=at(2, 9))
    # From the first commit of the first branch, at 4, to 12.
    found = told(read(shop), deployed(first, 1, 10), deployed(head(shop), 2, 12))
    assert found["d2@12"] == {"octopus": 8.0, "paint": 4.0}


def test_what_lies_beyond_missing_parents_is_told_by_time(shop: Repository) -> None:
    first = head(shop)
    shop.commit("show", at(2, 6))
    lost = shop.commit("lost", at(2, 7))
    last = shop.commit("round", at(2, 8))
    known = [event for event in read(shop) if event.id != lost]
    found = told(known, deployed(first, 1, 10), deployed(last, 2, 12))
    # The walk from "round" ends where "lost" is missing: "show" is older than that.
    assert found["d2@12"] == {"round": 4.0, "show": 6.0}
    basis = {
        one.change: one.basis for one in judged(known, deployed(last, 2, 12)).carriages
    }
    assert basis[last] == "graph"
    assert sorted(basis.values()) == ["graph", "time", "time"]


def test_a_rewritten_branch_goes_out_as_it_is_now(shop: Repository) -> None:
    first = head(shop)
    gone = shop.commit("show", at(2, 6))
    before = read(shop)
    shop.git("reset", "--quiet", "--hard", first)
    kept = shop.commit("show, better", at(2, 9))
    # What was known of the old branch stays known; it went out when it did.
    events = [*before, *read(shop)]
    assert told(
        events,
        deployed(first, 1, 10),
        deployed(gone, 2, 7),
        deployed(kept, 2, 12),
    ) == {
        "d1@10": {"open": None},
        "d2@7": {"show": 1.0},
        "d2@12": {"show, better": 3.0},
    }


def test_a_deployment_without_a_commit_carries_what_was_merged_before(
    shop: Repository,
) -> None:
    first = head(shop)
    shop.commit("show", at(2, 6))
    last = shop.commit("round", at(2, 9))
    assert told(
        read(shop), deployed(first, 1, 10), deployed(None, 2, 8), deployed(last, 2, 12)
    ) == {"d1@10": {"open": None}, "d2@8": {"show": 2.0}, "d2@12": {"round": 3.0}}


def test_the_same_commit_deployed_again_carries_nothing(shop: Repository) -> None:
    first = head(shop)
    second = shop.commit("show", at(2, 8))
    assert told(
        read(shop),
        deployed(first, 1, 10),
        deployed(second, 2, 9),
        deployed(second, 2, 10),
    ) == {"d1@10": {"open": None}, "d2@9": {"show": 1.0}, "d2@10": {}}
