"""Every registered connector keeps the contract, whatever its platform does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.connectors.base import ConnectorError, Payload, Refused, Unreachable
from assessments.connectors.registry import CONNECTORS
from tests.assessments.connectors import checks, faults
from tests.assessments.connectors.contract import (
    HASTE,
    NO_PATIENCE,
    staged,
    subject_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.assessments.connectors.contract import Stage
    from tests.assessments.connectors.faults import Fault

ROOT = Path(__file__).resolve().parents[3]

# Kinds that ask nothing over HTTP, and where the same is checked for them.
_FILES = "tests/assessments/connectors/test_files.py"
ELSEWHERE = {
    "git": "tests/assessments/connectors/test_contract_git.py",
    "dvc": "tests/assessments/connectors/test_dvc.py",
    "evidently": _FILES,
    "sagemaker": _FILES,
    "vertex": _FILES,
    "table": "tests/assessments/connectors/test_table.py",
    "webhook": "tests/assessments/connectors/test_webhook.py",
}

GENEROUS = settings(deadline=None, max_examples=40)


# Kinds whose records may be deployments, and which say of each why it is one or not.
JUDGED = (
    "airflow", "argocd", "azuredevops", "bamboo", "bitbucket", "bitbucket_server",
    "circleci", "gitea", "github", "gitlab", "jenkins", "kubeflow",
)  # fmt: skip

# The connector that others are started from.
EXAMPLE = "shipit"


@pytest.fixture(params=sorted({*CONNECTORS, EXAMPLE} - set(ELSEWHERE)))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The subject of each kind of connector, its platform up."""
    with staged(subject_of(request.param)) as stage:
        yield stage


def few(moments: list[int]) -> list[int]:
    """The first, one in the middle and the last: enough for most kinds of trouble."""
    return sorted({moments[0], moments[len(moments) // 2], moments[-1]})


# ── no trouble ─────────────────────────────────────────────────────────────────────


def test_its_story_is_told(stage: Stage) -> None:
    checks.tells_the_story(stage)


def test_it_asks_decently(stage: Stage) -> None:
    checks.is_asked_decently(stage)


def test_it_obeys_the_house(stage: Stage) -> None:
    checks.obeys_the_house(stage)


def test_it_keeps_no_people(stage: Stage) -> None:
    checks.keeps_no_people(stage)


def test_it_says_the_same_again(stage: Stage) -> None:
    checks.says_the_same_again(stage)


def test_it_says_the_same_in_any_order(stage: Stage) -> None:
    checks.says_the_same_in_any_order(stage)


def test_it_goes_on_at_any_page(stage: Stage) -> None:
    checks.goes_on_at_any_page(stage)


def test_it_tells_the_past_in_windows(stage: Stage) -> None:
    checks.tells_the_past_in_windows(stage)


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
def test_a_wrong_clock_hides_nothing_for_good(stage: Stage, hours: int) -> None:
    checks.survives_a_wrong_clock(stage, hours=hours)


def test_it_can_be_tried(stage: Stage) -> None:
    assert checks.tried(stage) == []


@pytest.mark.parametrize("kind", JUDGED)
def test_what_is_kept_is_judged_as_it_is_counted(kind: str) -> None:
    with staged(subject_of(kind)) as stage:
        checks.judges_what_is_kept(stage)


# ── trouble ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fault", [faults.limited_shortly, faults.in_trouble, faults.truncated]
)
def test_what_passes_is_waited_out(stage: Stage, fault: Fault) -> None:
    for number in few(stage.moments):
        checks.passes_over(stage, faults.at_request(number, fault))


def test_trouble_at_any_request_costs_nothing(stage: Stage) -> None:
    for number in stage.moments:
        disturbed = faults.from_request(number, faults.in_trouble)
        checks.breaks_off(stage, disturbed, Unreachable)


def test_a_limit_says_when_to_come_back(stage: Stage) -> None:
    for number in few(stage.moments):
        disturbed = faults.from_request(number, faults.limited)
        error = checks.breaks_off(stage, disturbed, Unreachable)
        assert isinstance(error, Unreachable)
        assert error.retry_after is not None
        assert error.retry_after.total_seconds() == faults.ASKED_PAUSE


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.truncated, Unreachable),
        (faults.cut_off, Unreachable),
        (faults.a_page, Refused),
        (faults.of_status(401), Refused),
        (faults.of_status(403), Refused),
    ],
)
def test_what_stays_wrong_is_said(
    stage: Stage, fault: Fault, error: type[ConnectorError]
) -> None:
    for number in few(stage.moments):
        checks.breaks_off(stage, faults.from_request(number, fault), error)


def test_silence_is_not_waited_out(stage: Stage) -> None:
    for number in few(stage.moments):
        disturbed = faults.from_request(number, faults.silent)
        checks.breaks_off(stage, disturbed, Unreachable, patience=NO_PATIENCE)


@pytest.mark.parametrize("fault", [faults.repeating, faults.missing_pages])
def test_pages_that_are_not_the_ones_asked_for_are_noticed(
    stage: Stage, fault: Callable[[], Fault]
) -> None:
    if not stage.subject.turns_pages:
        pytest.skip("This platform has no pages.")
    checks.breaks_off(stage, fault(), ConnectorError)


@pytest.mark.parametrize("body", [b"17", b'{"x": 1}'])
def test_answers_of_another_type_are_told_of(stage: Stage, body: bytes) -> None:
    for number in stage.moments:
        disturbed = faults.at_request(number, faults.saying(body))
        checks.leaves_nothing_out_in_silence(stage, disturbed)


@pytest.mark.parametrize("body", [b'"x"', b"null", b"[17]"])
def test_answers_of_other_types_are_told_of(stage: Stage, body: bytes) -> None:
    for number in few(stage.moments):
        disturbed = faults.at_request(number, faults.saying(body))
        checks.leaves_nothing_out_in_silence(stage, disturbed)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_trial_that_is_refused_says_so(stage: Stage, status: int) -> None:
    with checks.faulty(stage, faults.of_status(status)):
        refused = checks.tried(stage)

    assert refused
    assert all(isinstance(error, Refused) for error in refused)


@pytest.mark.parametrize("body", [b"17", b"null", b"[17]", b'{"x": 1}', b"<html>"])
def test_a_trial_of_odd_answers_ends_in_a_sentence(stage: Stage, body: bytes) -> None:
    with checks.faulty(stage, faults.saying(body)):
        for error in checks.tried(stage):
            assert error.sentence.endswith(".")


# ── odd rows ───────────────────────────────────────────────────────────────────────


def test_an_odd_field_of_a_row_stops_nothing(stage: Stage) -> None:
    rows = {path: listed.rows for path, listed in stage.platform.lists.items()}
    fields = checks.places(rows)
    stage.platform.page_size = None

    @settings(GENEROUS, max_examples=12)
    @given(place=st.sampled_from(fields), odd=st.sampled_from(checks.ODD))
    def stops_nothing(place: checks.Place, odd: Any) -> None:
        checks.survives_an_odd_field(stage, place, odd)

    stops_nothing()


def test_an_odd_payload_is_understood_or_complained_of(stage: Stage) -> None:
    @GENEROUS
    @given(payload=checks.odd_payloads(stage.whole.payloads))
    def understood(payload: Payload) -> None:
        checks.understands_or_complains(stage, payload)

    understood()


# ── who is held to it ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", sorted(CONNECTORS))
def test_each_kind_says_how_it_is_held_to_the_contract(kind: str) -> None:
    if kind in ELSEWHERE:
        assert (ROOT / ELSEWHERE[kind]).is_file()
    else:
        assert subject_of(kind).connector(HASTE).kind == kind
