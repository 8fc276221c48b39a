"""Which deployment carried a change, which failed by what evidence, and for how long.

The scenarios are small enough to be worked out by hand; the comments say how.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.attribution import (
    Attribution,
    Boundary,
    Rules,
    Tier,
    attribute,
    gather,
    settle,
)
from scoring.events import (
    Cause,
    Change,
    Commit,
    Deployment,
    Incident,
    Lane,
    Malformed,
    ModelVersion,
    Signal,
    SignalKind,
    Status,
)
from scoring.rollups import roll_up
from tests.scoring.histories import distinct_histories, histories
from tests.scoring.made import (
    at,
    carriers,
    change,
    commit,
    deployment,
    failed,
    incident,
    leads,
    model_version,
    rework,
    signal,
)

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.events import Event, Json


def _shop(*events: Event, rules: Rules | None = None) -> Attribution:
    return attribute(events, service="shop", rules=rules)


# ── what was carried ───────────────────────────────────────────────────────────────


def test_the_first_deployment_has_no_predecessor_and_yields_no_lead_time() -> None:
    # c1 goes out with the very first deployment: no lead. c2, first commit on the 2nd
    # at 8:00, goes out on the 2nd at 12:00: 4 hours.
    found = _shop(
        change("c1", "01T09:00", sha="A", first="01T01:00"),
        deployment("d1", "01T10:00", sha="A"),
        change("c2", "02T10:00", sha="B", first="02T08:00"),
        deployment("d2", "02T12:00", sha="B"),
    )
    assert leads(found) == {"c1": None, "c2": 4.0}


def test_a_squash_merge_is_linked_by_its_merged_commit() -> None:
    # The branch's commits never reach main; only the squashed S does. D2 deploys T, the
    # child of S, so c is in it by graph. Earliest known commit: b1 at 6:00; out at
    # 12:00: 6 hours. T belongs to no change and is one by itself: 11:00 to 12:00.
    found = _shop(
        commit("A", "01T08:00"),
        deployment("d1", "01T10:00", sha="A"),
        commit("b1", "02T06:00", "A"),
        commit("b2", "02T07:00", "b1"),
        commit("S", "02T10:00", "A"),
        commit("T", "02T11:00", "S"),
        change("c", "02T10:00", sha="S", commits=["b1", "b2"]),
        deployment("d2", "02T12:00", sha="T"),
    )
    assert leads(found) == {"A": None, "c": 6.0, "T": 1.0}
    assert carriers(found)["c"] == ("d2", "graph")


def test_a_merge_commit_is_no_change_but_what_it_merges_is() -> None:
    # M merges f1 and f2 into A. Deployed at 12:00: f1 (8:00) took 4 h, f2 (9:00) 3 h.
    found = _shop(
        commit("A", "01T08:00"),
        deployment("d1", "01T10:00", sha="A"),
        commit("f1", "02T08:00", "A"),
        commit("f2", "02T09:00", "f1"),
        commit("M", "02T11:00", "A", "f2"),
        deployment("d2", "02T12:00", sha="M"),
    )
    assert leads(found) == {"A": None, "f1": 4.0, "f2": 3.0}


def test_the_graph_keeps_a_change_back_that_time_would_have_let_out() -> None:
    # X was merged before d2 finished, but d2 deploys B, which X is no ancestor of; it
    # goes out with d3: from 9:00 on the 2nd to 9:00 on the 3rd, 24 hours.
    found = _shop(
        commit("A", "01T08:00"),
        deployment("d1", "01T10:00", sha="A"),
        commit("B", "02T08:00", "A"),
        commit("X", "02T09:00", "B"),
        deployment("d2", "02T12:00", sha="B"),
        deployment("d3", "03T09:00", sha="X"),
    )
    assert carriers(found)["X"] == ("d3", "graph")
    assert leads(found)["X"] == 24.0


def test_without_commits_the_deployed_sha_decides_and_then_time() -> None:
    # c1 was merged as B, which d3 deploys: sha, though d2 finished after the merge.
    # c2's commit is deployed by nobody: the first deployment after its merge, d3.
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        change("c1", "02T09:00", sha="B"),
        deployment("d2", "02T10:00", sha="A2"),
        change("c2", "02T11:00", sha="Q"),
        deployment("d3", "02T12:00", sha="B"),
    )
    assert carriers(found) == {"c1": ("d3", "sha"), "c2": ("d3", "time")}
    assert leads(found) == {"c1": 3.0, "c2": 1.0}


def test_a_deployment_that_says_no_commit_is_believed_to_carry_all_merged() -> None:
    # d2 says no commit, so B, committed before it, is laid to it by time; the later
    # deployment of a descendant does not collect it a second time.
    found = _shop(
        commit("A", "01T08:00"),
        deployment("d1", "01T10:00", sha="A"),
        commit("B", "02T08:00", "A"),
        deployment("d2", "02T10:00"),
        commit("C", "03T08:00", "B"),
        deployment("d3", "03T10:00", sha="C"),
    )
    assert carriers(found)["B"] == ("d2", "time")
    assert carriers(found)["C"] == ("d3", "graph")


def test_deployments_that_overtake_each_other_are_judged_as_they_finish() -> None:
    # d3, with the newer C, finishes first and carries both B and C; d2 brings nothing
    # new, and going back from C to B, which was never out alone, is no rollback.
    found = _shop(
        commit("A", "01T08:00"),
        deployment("d1", "01T10:00", sha="A"),
        commit("B", "02T08:00", "A"),
        commit("C", "02T09:00", "B"),
        deployment("d3", "02T10:00", sha="C"),
        deployment("d2", "02T11:00", sha="B"),
    )
    assert carriers(found)["B"] == ("d3", "graph")
    assert failed(found) == {}


def test_two_services_of_one_repository_carry_their_own_changes() -> None:
    # Both deploy the same commit; each carries only the change of its own folder.
    events: list[Event] = [
        deployment("s1", "01T10:00", sha="A"),
        deployment("b1", "01T10:00", sha="A", service="blog"),
        change("cs", "02T08:00", sha="B"),
        change("cb", "02T09:00", sha="C", service="blog"),
        deployment("s2", "02T10:00", sha="C"),
        deployment("b2", "02T12:00", sha="C", service="blog"),
    ]
    found = {name: settle(one) for name, one in gather(events).items()}
    assert leads(found["shop"]) == {"cs": 2.0}
    assert leads(found["blog"]) == {"cb": 3.0}


def test_only_successful_production_deployments_carry() -> None:
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        change("c", "02T08:00", sha="B"),
        deployment("staging", "02T09:00", sha="B", environment="staging"),
        deployment("failed", "02T10:00", sha="B", status=Status.FAILURE),
        deployment("cancelled", "02T11:00", sha="B", status=Status.CANCELLED),
        deployment("running", "02T11:30", sha="B", status=Status.IN_PROGRESS),
        deployment("d2", "02T12:00", sha="B"),
    )
    assert carriers(found) == {"c": ("d2", "sha")}


def test_a_rollback_brings_nothing_new() -> None:
    # c2 is merged before the rollback d3 finishes, but d3 deploys the old A again.
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        deployment("d2", "02T10:00", sha="B"),
        change("c2", "02T11:00"),
        deployment("d3", "02T12:00", sha="A"),
        deployment("d4", "02T14:00", sha="C"),
    )
    assert carriers(found) == {"c2": ("d4", "time")}


@pytest.mark.parametrize(
    ("first", "opened", "hours"),
    [("02T02:00", "02T04:00", 8.0), (None, "02T04:00", 6.0), (None, None, 1.0)],
)
def test_lead_time_begins_with_the_earliest_moment_that_is_known(
    first: str | None, opened: str | None, hours: float
) -> None:
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        change("c", "02T09:00", sha="B", first=first, opened=opened),
        deployment("d2", "02T10:00", sha="B"),
    )
    assert leads(found) == {"c": hours}


def test_clocks_that_contradict_each_other_give_no_lead_time() -> None:
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        change("c", "02T12:00", sha="B"),
        deployment("d2", "02T10:00", sha="B"),
    )
    assert leads(found) == {"c": None}


# ── the model lane ─────────────────────────────────────────────────────────────────


def _model(name: str, finished: str, version: str) -> Deployment:
    return deployment(name, finished, lane=Lane.MODEL, model_version=version)


def test_a_model_version_is_timed_from_its_data_stage_by_stage() -> None:
    # Version 2: data 2nd 00:00, trained 06:00, evaluated 08:00, registered 09:00, out
    # 12:00: lead 12 hours. Deploying it again adds nothing.
    found = _shop(
        model_version("1", "01T01:00"),
        _model("m1", "01T10:00", "1"),
        model_version(
            "2",
            "02T06:00",
            data="02T00:00",
            evaluated="02T08:00",
            registered="02T09:00",
        ),
        _model("m2", "02T12:00", "2"),
        _model("m3", "02T13:00", "shop/2"),
    )
    assert leads(found) == {"shop-1": None, "shop-2": 12.0}
    carriage = found.carriages[1]
    assert carriage.basis == "version"
    assert dict(carriage.stages) == {
        "data": at("02T00:00"),
        "trained": at("02T06:00"),
        "evaluated": at("02T08:00"),
        "registered": at("02T09:00"),
        "deployed": at("02T12:00"),
    }


def test_without_data_a_model_version_is_timed_from_its_training_commit() -> None:
    # Version 2: commit 02:00, out 12:00: 10 h. Version 3: trained 3rd 06:00, out
    # 12:00: 6 h.
    found = _shop(
        _model("m1", "01T10:00", "1"),
        commit("T", "02T02:00"),
        model_version("2", "02T06:00", code_sha="T"),
        _model("m2", "02T12:00", "2"),
        model_version("3", "03T06:00", code_sha="unknown"),
        _model("m3", "03T12:00", "3"),
    )
    assert leads(found) == {"shop-2": 10.0, "shop-3": 6.0}


def test_going_back_to_an_older_model_version_is_a_rollback() -> None:
    found = _shop(
        _model("m1", "01T10:00", "1"),
        _model("m2", "02T10:00", "2"),
        _model("m3", "02T13:00", "1"),
    )
    assert failed(found)["m2"].tier is Tier.ROLLBACK
    assert failed(found)["m2"].recovery_seconds == 3 * 3600
    assert rework(found) == {"m3"}


def test_a_rollback_signal_blames_the_deployment_before_it() -> None:
    # A router took version 2 out of traffic: no deployment, only a signal, 2 h later.
    found = _shop(
        _model("m1", "01T10:00", "1"),
        _model("m2", "02T10:00", "2"),
        signal("s", "02T12:00", SignalKind.ROLLBACK),
    )
    verdict = failed(found)["m2"]
    assert (verdict.tier, verdict.evidence_id) == (Tier.ROLLBACK, "s")
    assert verdict.recovery_seconds == 2 * 3600


# ── what failed ────────────────────────────────────────────────────────────────────


def test_a_sha_seen_earlier_that_goes_out_again_is_a_rollback() -> None:
    # B goes out at 10:00 and is rolled back to A at 11:30: B failed for 1.5 hours, and
    # d3 repaired. Going forward to B again is no rollback from A.
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        deployment("d2", "02T10:00", sha="B"),
        deployment("d3", "02T11:30", sha="A"),
        deployment("d4", "03T10:00", sha="B"),
    )
    verdict = failed(found)["d2"]
    assert set(failed(found)) == {"d2"}
    assert (verdict.tier, verdict.evidence_id) == (Tier.ROLLBACK, "d3")
    assert verdict.recovery_seconds == 1.5 * 3600
    assert verdict.because == "Deployment d3 rolled it back."
    assert rework(found) == {"d3"}


def test_deploying_the_same_sha_twice_is_no_rollback() -> None:
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        deployment("d2", "01T11:00", sha="A"),
    )
    assert found.verdicts == ()


def test_a_hotfix_blames_the_deployment_before_it() -> None:
    # Hotfix h, merged at 11:00, goes out with d3 at 12:00: d2 of 10:00 failed, 2 h.
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        deployment("d2", "02T10:00", sha="B"),
        change("h", "02T11:00", sha="H", labels=["hotfix"]),
        deployment("d3", "02T12:00", sha="H"),
    )
    verdict = failed(found)["d2"]
    assert (verdict.tier, verdict.evidence_id) == (Tier.REVERT_OR_HOTFIX, "h")
    assert verdict.recovery_seconds == 2 * 3600
    assert rework(found) == {"d3"}


def test_a_revert_that_names_its_commit_blames_the_deployment_that_carried_it() -> None:
    # d2 carried the bad B, d3 something else; d4 carries the revert of B.
    bad = "b" * 40
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        change("c", "02T09:00", sha=bad),
        deployment("d2", "02T10:00", sha=bad),
        deployment("d3", "02T11:00", sha="C"),
        change(
            "r",
            "02T12:00",
            sha="R",
            attributes={
                "title": 'Revert "Faster checkout"',
                "body": f"This reverts commit {bad}.",
            },
        ),
        deployment("d4", "02T13:00", sha="R"),
    )
    assert set(failed(found)) == {"d2"}
    assert failed(found)["d2"].recovery_seconds == 3 * 3600
    assert rework(found) == {"d4"}


def test_a_revert_of_what_went_out_long_ago_repairs_nothing() -> None:
    found = _shop(
        deployment("d0", "01T09:00", sha="0"),
        deployment("d1", "01T10:00", sha="A"),
        deployment("d2", "02T10:00", sha="B"),
        change(
            "r", "20T12:00", sha="R", attributes={"title": "Revert A", "reverts": "A"}
        ),
        change("c", "01T09:30", sha="A"),
        deployment("d3", "20T13:00", sha="R"),
    )
    assert found.verdicts == ()


def test_a_revert_of_a_revert_repairs_nothing() -> None:
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        change("c", "02T09:00", sha="B", attributes={"title": 'Revert "Revert "X""'}),
        deployment("d2", "02T10:00", sha="B"),
    )
    assert found.verdicts == ()


def test_an_incident_within_the_window_blames_the_nearest_deployment_only() -> None:
    # Opened 3 h after d2 and 27 h after d1; resolved at 15:00, 5 h after d2 finished.
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        deployment("d2", "02T10:00", sha="B"),
        incident("i", "02T13:00", "02T15:00"),
        deployment("d3", "02T20:00", sha="C"),
    )
    verdict = failed(found)["d2"]
    assert set(failed(found)) == {"d2"}
    assert (verdict.tier, verdict.evidence_id) == (Tier.INCIDENT_WINDOW, "i")
    assert verdict.recovery_seconds == 5 * 3600
    assert verdict.because.startswith("Incident i was opened 3.0 hours after it")


@pytest.mark.parametrize(("opened", "blamed"), [("03T10:00", 1), ("03T10:01", 0)])
def test_the_window_of_incidents_ends_after_24_hours(opened: str, blamed: int) -> None:
    found = _shop(deployment("d1", "02T10:00", sha="A"), incident("i", opened))
    assert len(failed(found)) == blamed


def test_an_incident_that_names_its_deployment_is_laid_nowhere_else() -> None:
    # i names d1, however much nearer d2 is; from d1's finish to resolution: 28 hours.
    found = _shop(
        deployment("d1", "01T10:00", sha="A"),
        deployment("d2", "02T10:00", sha="B"),
        incident("i", "02T11:00", "02T14:00", deployment_id="d1"),
        incident("j", "02T12:00", "02T13:00", deployment_id="somewhere-else"),
    )
    verdict = failed(found)["d1"]
    assert set(failed(found)) == {"d1"}
    assert verdict.tier is Tier.INCIDENT_LINK
    assert verdict.recovery_seconds == 28 * 3600


def test_an_incident_may_name_a_deployment_of_another_service() -> None:
    events: list[Event] = [
        deployment("d1", "02T10:00", sha="A"),
        deployment("b1", "02T10:30", sha="A", service="blog"),
        incident("i", "02T11:00", "02T12:00", deployment_id="d1", service="blog"),
    ]
    found = {name: settle(one) for name, one in gather(events).items()}
    assert set(failed(found["shop"])) == {"d1"}
    assert failed(found["blog"]) == {}


def test_service_is_restored_when_the_last_of_several_incidents_is_resolved() -> None:
    found = _shop(
        deployment("d1", "02T10:00", sha="A"),
        incident("i", "02T11:00", "02T12:00"),
        incident("j", "02T11:30", "02T15:00"),
    )
    verdict = failed(found)["d1"]
    assert verdict.evidence_id == "i"
    assert verdict.recovery_seconds == 5 * 3600


def test_a_failure_without_an_end_is_open() -> None:
    found = _shop(
        deployment("d1", "02T10:00", sha="A"),
        incident("i", "02T11:00"),
        deployment("d2", "02T12:00", sha="B"),
        deployment("d3", "02T13:00", sha="C", status=Status.FAILURE),
    )
    assert [one.restored_at for one in failed(found).values()] == [None, None]
    assert all("still open" in one.because for one in failed(found).values())


def test_a_platforms_own_failure_lasts_until_the_next_success() -> None:
    # 10:00 failed, 10:30 cancelled (is nothing), 11:00 failed again, 12:00 success.
    found = _shop(
        deployment("d1", "02T10:00", sha="A", status=Status.FAILURE),
        deployment("d2", "02T10:30", sha="A", status=Status.CANCELLED),
        deployment("d3", "02T11:00", sha="A", status=Status.FAILURE),
        deployment("d4", "02T12:00", sha="A"),
    )
    assert {
        name: (one.tier, one.recovery_seconds) for name, one in failed(found).items()
    } == {"d1": (Tier.STATUS, 7200.0), "d3": (Tier.STATUS, 3600.0)}


_RANKED: list[Event] = [
    deployment("d1", "01T10:00", sha="A"),
    # Everything speaks against d2: the platform, an incident after it, a hotfix and a
    # rollback in d3, and an incident that names it.
    deployment("d2", "02T10:00", sha="B", status=Status.FAILURE),
    incident("near", "02T10:30", "02T10:45"),
    change("h", "02T11:00", sha="A", labels=["hotfix"]),
    deployment("d3", "02T12:00", sha="A", attributes={"hotfix": True}),
    incident("link", "02T11:00", "02T13:00", deployment_id="d2"),
]


@pytest.mark.parametrize(
    ("off", "winner", "evidence"),
    [
        (0, Tier.INCIDENT_LINK, "link"),
        (1, Tier.ROLLBACK, "d3"),
        (2, Tier.REVERT_OR_HOTFIX, "d3"),
        (3, Tier.INCIDENT_WINDOW, "near"),
        (4, Tier.STATUS, "d2"),
    ],
)
def test_the_strongest_evidence_that_is_switched_on_wins(
    off: int, winner: Tier, evidence: str
) -> None:
    rules = Rules(tiers=frozenset(list(Tier)[off:]))
    verdict = failed(_shop(*_RANKED, rules=rules))["d2"]
    assert (verdict.tier, verdict.evidence_id) == (winner, evidence)


def test_with_all_tiers_off_nothing_failed_and_nothing_was_repaired() -> None:
    assert _shop(*_RANKED, rules=Rules(tiers=frozenset())).verdicts == ()


def test_the_cause_of_an_incident_says_which_lane_it_is_laid_at() -> None:
    found = _shop(
        _model("m1", "02T09:00", "1"),
        deployment("d1", "02T10:00", sha="A"),
        incident("i", "02T11:00", cause=Cause.DATA),
        incident("j", "02T11:00", cause=Cause.CODE),
        incident("k", "02T11:00", cause=Cause.INFRASTRUCTURE),
    )
    assert failed(found)["m1"].evidence_id == "i"
    assert failed(found)["d1"].evidence_id == "j"


# ── rules ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("production", True),
        ("Prod", True),
        ("prod-eu", True),
        ("eu/production", True),
        ("PRD", True),
        ("live", True),
        ("Production – shop", True),
        ("production shop", True),
        ("pre-prod", False),
        ("non_production", False),
        ("eu-nonprod", False),
        ("preproduction", False),
        ("reproduction", False),
        ("staging", False),
        ("delivery", False),
    ],
)
def test_which_environments_are_production(name: str, *, counts: bool) -> None:
    assert Rules().counts(name) is counts


def test_a_workspace_decides_on_its_own_rules() -> None:
    rules = Rules.of(
        {
            "tiers": {"incident_window": False},
            "incident_window_hours": 12,
            "environments": ["blue", "green"],
            "hotfix_patterns": ["urgent"],
        }
    )
    assert Tier.INCIDENT_WINDOW not in rules.tiers
    assert rules.counts("Green")
    assert not rules.counts("production")
    assert rules.says_repair("very urgent")
    assert rules.reach == timedelta(hours=168)
    assert Rules.of({}) == Rules()


@pytest.mark.parametrize(
    ("plain", "complaint"),
    [
        ({"tears": []}, "tears: is not a rule; there are environments"),
        ({"tiers": ["gossip"]}, "tiers: expected one of incident_link, rollback"),
        ({"tiers": {"rollback": "no"}}, "tiers.rollback: expected true or false"),
        ({"tiers": 3}, "tiers: expected switches by tier or a list, got 3"),
        (
            {"incident_window_hours": -1},
            "incident_window_hours: expected hours from 0 to 8784, got -1",
        ),
        ({"environments": "prod"}, "environments: expected a list of texts"),
        ({"environments": [3]}, r"environments[0]: expected a text, got 3"),
        (
            {"revert_patterns": ["("]},
            "revert_patterns[0]: is not a regular expression",
        ),
    ],
)
def test_rules_that_are_not_understood_are_refused_by_name(
    plain: dict[str, Json], complaint: str
) -> None:
    with pytest.raises(Malformed) as refusal:
        Rules.of(plain)
    assert str(refusal.value).startswith(complaint)


# ── properties ─────────────────────────────────────────────────────────────────────


def _told(found: Attribution) -> tuple[object, ...]:
    return found.carriages, found.verdicts, roll_up(found)


@settings(deadline=None)
@given(events=histories(), data=st.data())
def test_order_and_repetition_of_events_change_nothing(
    events: list[Event], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(events))
    repeated = again + [event for event in events if data.draw(st.booleans())]
    assert _told(_shop(*events)) == _told(_shop(*repeated))


@settings(deadline=None)
@given(events=histories())
def test_a_lead_or_recovery_is_never_negative_and_each_change_goes_out_once(
    events: list[Event],
) -> None:
    found = _shop(*events)
    changes = [(one.lane, one.change) for one in found.carriages]
    assert len(changes) == len(set(changes))
    assert all(
        one.lead_seconds is None or one.lead_seconds >= 0 for one in found.carriages
    )
    assert all(
        one.recovery_seconds is None or one.recovery_seconds >= 0
        for one in found.verdicts
    )
    assert all(one.failed or one.rework for one in found.verdicts)


@settings(deadline=None)
@given(events=histories(), tiers=st.frozensets(st.sampled_from(Tier)))
def test_switching_a_tier_off_never_makes_more_deployments_fail(
    events: list[Event], tiers: frozenset[Tier]
) -> None:
    # Links are left on: without them an incident is free to count by its window.
    some = Rules(tiers=tiers | {Tier.INCIDENT_LINK})
    assert set(failed(_shop(*events, rules=some))) <= set(failed(_shop(*events)))


def _boundary(events: list[Event], whole: Attribution, start: datetime) -> Boundary:
    """Say what was in production before `start`, as a service reads it from tables."""
    earlier = sorted(
        (
            event
            for event in events
            if isinstance(event, Deployment)
            and event.at < start
            and event.environment == "production"
            and event.status in (Status.SUCCESS, Status.FAILURE)
        ),
        key=lambda event: (event.at, event.id),
    )
    successes = [event for event in earlier if event.status is Status.SUCCESS]
    versions: dict[tuple[Lane, str], datetime] = {}
    for event in successes:
        name = event.sha if event.lane is Lane.CODE else event.model_version
        if name is not None:
            versions.setdefault((event.lane, name), event.at)
    return Boundary(
        last={event.lane: event for event in earlier},
        served=frozenset(event.lane for event in successes),
        versions=versions,
        carried=frozenset(
            (one.lane, one.change) for one in whole.carriages if one.deployed_at < start
        ),
    )


def _tail(events: list[Event], whole: Attribution, start: datetime) -> list[Event]:
    later = {one.deployment_id for one in whole.verdicts if one.at >= start} | {
        event.id for event in events if isinstance(event, Deployment)
    }
    return [
        event
        for event in events
        if isinstance(event, Change | Commit | ModelVersion)
        or (isinstance(event, Deployment) and event.at >= start)
        or (isinstance(event, Signal) and event.at >= start - timedelta(hours=1))
        or (
            isinstance(event, Incident)
            and (event.at >= start or event.deployment_id in later)
        )
    ]


@settings(deadline=None, max_examples=200)
@given(events=distinct_histories(), day=st.integers(1, 12))
def test_judging_a_tail_comes_to_what_judging_everything_comes_to(
    events: list[Event], day: int
) -> None:
    start = at(f"{day:02d}T00:00")
    whole = _shop(*events)
    tail = attribute(
        _tail(events, whole, start),
        service="shop",
        before=_boundary(events, whole, start),
    )
    assert tail.carriages == tuple(
        one for one in whole.carriages if one.deployed_at >= start
    )
    assert tail.verdicts == tuple(one for one in whole.verdicts if one.at >= start)
    assert [row for row in roll_up(tail) if row.day >= start.date()] == [
        row for row in roll_up(whole) if row.day >= start.date()
    ]
