"""Events are read strictly, written back, and complain with place and remedy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.events import (
    Commit,
    Complaint,
    Deployment,
    Incident,
    Json,
    Kind,
    Lane,
    Malformed,
    PipelineRun,
    Signal,
    SignalKind,
    Status,
    dump,
    from_cdevent,
    parse,
    read_lines,
)

_RECORDS: list[dict[str, Json]] = [
    {
        "kind": "deployment",
        "id": "d1",
        "service": "shop",
        "environment": "production",
        "sha": "abc",
        "status": "success",
        "started_at": "2026-01-01T10:00:00Z",
        "finished_at": "2026-01-01T12:05:00+02:00",
        "lane": "model",
        "model_version": "7",
        "url": "https://example.org/d1",
    },
    {
        "kind": "change",
        "id": "42",
        "service": "shop",
        "merged_sha": "abc",
        "first_commit_at": "2026-01-01T08:00:00Z",
        "opened_at": "2026-01-01T09:00:00Z",
        "merged_at": "2026-01-01T10:00:00Z",
        "commits": ["a", "b"],
        "labels": ["hotfix"],
    },
    {
        "kind": "commit",
        "sha": "abc",
        "service": "shop",
        "committed_at": "2026-01-01T10:00:00Z",
        "parents": ["a", "b"],
    },
    {
        "kind": "incident",
        "id": "i1",
        "service": "shop",
        "opened_at": "2026-01-01T10:00:00Z",
        "resolved_at": "2026-01-01T11:00:00Z",
        "severity": "high",
        "deployment_id": "d1",
        "cause": "data",
    },
    {
        "kind": "pipeline_run",
        "id": "r1",
        "service": "shop",
        "pipeline": "train",
        "stage": "evaluate",
        "status": "failure",
        "started_at": "2026-01-01T10:00:00Z",
        "automated": True,
    },
    {
        "kind": "model_version",
        "id": "m1",
        "model": "shop",
        "version": "7",
        "dataset_at": "2026-01-01T07:00:00Z",
        "trained_at": "2026-01-01T10:00:00Z",
    },
    {
        "event": "signal",
        "id": "s1",
        "subject": "shop",
        "kind": "drift",
        "value": 0.3,
        "threshold": 0.25,
        "breached": True,
        "at": "2026-01-01T10:00:00Z",
        "automated": True,
    },
]
_DEPLOYMENT, _CHANGE, _COMMIT, _INCIDENT, _RUN, _MODEL, _SIGNAL = _RECORDS


@pytest.mark.parametrize("record", _RECORDS, ids=lambda record: str(record["kind"]))
def test_a_record_of_each_kind_is_read_and_written_back(
    record: dict[str, Json],
) -> None:
    event = parse(record)
    assert parse(dump(event)) == event


def test_moments_are_kept_in_utc() -> None:
    event = parse(_DEPLOYMENT)
    assert event.at == datetime(2026, 1, 1, 10, 5, tzinfo=UTC)
    assert dump(event)["finished_at"] == "2026-01-01T10:05:00+00:00"


def test_fields_that_the_contract_does_not_name_are_kept() -> None:
    event = parse(_DEPLOYMENT | {"cluster": {"zone": 3}, "attributes": {"team": "a"}})
    assert event.attributes == {"cluster": {"zone": 3}, "team": "a"}
    assert parse(dump(event)) == event


_texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1
).filter(lambda text: not text.isspace())
_moments = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis wants it naive
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive
    timezones=st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    ),
)
_plain: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    event=st.builds(
        Deployment,
        id=_texts,
        service=_texts,
        environment=_texts,
        sha=st.none() | _texts,
        status=st.sampled_from(Status),
        started_at=st.none() | _moments,
        finished_at=_moments,
        lane=st.sampled_from(Lane),
        model_version=st.none() | _texts,
        attributes=st.dictionaries(_texts, _plain, max_size=3),
    )
    | st.builds(
        Commit,
        sha=_texts,
        service=_texts,
        committed_at=_moments,
        parents=st.lists(_texts, max_size=3).map(tuple),
        attributes=st.dictionaries(_texts, _plain, max_size=3),
    )
    | st.builds(
        Signal,
        id=_texts,
        subject=_texts,
        signal=st.sampled_from(SignalKind),
        value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        breached=st.none() | st.booleans(),
        at=_moments,
        automated=st.booleans(),
        attributes=st.dictionaries(_texts, _plain, max_size=3),
    )
)
def test_what_is_written_is_read_back_equal(
    event: Deployment | Commit | Signal,
) -> None:
    assert parse(dump(event)) == event


@pytest.mark.parametrize(
    ("record", "change", "complaint"),
    [
        (
            _DEPLOYMENT,
            {"finished_at": "2026-01-01T10:00:00"},
            (
                "finished_at: expected an RFC 3339 moment with offset,"
                " got '2026-01-01T10:00:00'"
            ),
        ),
        (
            _DEPLOYMENT,
            {"finished_at": 1767261600},
            "finished_at: expected an RFC 3339 moment with offset, got 1767261600",
        ),
        (
            _DEPLOYMENT,
            {"finished_at": "0001-01-01T00:00:00+14:00"},
            (
                "finished_at: expected an RFC 3339 moment with offset,"
                " got '0001-01-01T00:00:00+14:00'"
            ),
        ),
        (
            _DEPLOYMENT,
            {"finished_at": None, "started_at": None},
            "finished_at: is missing; a deployment needs it, or started_at at least",
        ),
        (
            _DEPLOYMENT,
            {"status": "splendid"},
            (
                "status: expected one of success, failure, cancelled, in_progress;"
                " got 'splendid'"
            ),
        ),
        (_DEPLOYMENT, {"id": None}, "id: is missing; every deployment needs it"),
        (_DEPLOYMENT, {"id": " "}, "id: expected a text that is not empty, got ' '"),
        (_DEPLOYMENT, {"id": True}, "id: expected a text that is not empty, got True"),
        (
            _DEPLOYMENT,
            {"service": ["shop"]},
            "service: expected a text that is not empty, got ['shop']",
        ),
        (_DEPLOYMENT, {"sha": "a\x00"}, "sha: holds a NUL character; leave it out"),
        (
            _DEPLOYMENT,
            {"note": {"deep": ["\ud800"]}},
            "note.deep[0]: holds half a character; send UTF-8",
        ),
        (_CHANGE, {"commits": "a"}, "commits: expected a list of texts, got 'a'"),
        (
            _CHANGE,
            {"commits": ["a", 3]},
            "commits[1]: expected a text that is not empty, got 3",
        ),
        (
            _INCIDENT,
            {"cause": "weather"},
            "cause: expected one of data, model, infrastructure, code; got 'weather'",
        ),
        (_RUN, {"automated": "yes"}, "automated: expected true or false, got 'yes'"),
        (_SIGNAL, {"value": "high"}, "value: expected a finite number, got 'high'"),
        (
            _SIGNAL,
            {"value": float("nan")},
            "value: expected a finite number, got nan",
        ),
        (
            _SIGNAL,
            {"kind": "boredom"},
            (
                "kind: expected what it observes: drift, performance, fairness,"
                " freshness, availability, latency, cost, alert, rollback;"
                " got 'boredom'"
            ),
        ),
        (
            _DEPLOYMENT,
            {"attributes": 3},
            "attributes: expected an object, got 3",
        ),
        (
            _DEPLOYMENT,
            {"kind": "cake"},
            (
                "kind: expected one of deployment, change, commit, incident,"
                " pipeline_run, model_version, signal; got 'cake'"
            ),
        ),
    ],
)
def test_a_complaint_names_the_field_and_what_was_expected(
    record: dict[str, Json], change: dict[str, Json], complaint: str
) -> None:
    with pytest.raises(Malformed) as refusal:
        parse(record | change)
    assert str(refusal.value) == complaint


@pytest.mark.parametrize(
    "head",
    [
        {"event": "signal", "kind": "drift"},
        {"type": "signal", "kind": "drift"},
        {"kind": "signal", "signal": "drift"},
        {"kind": "signal", "type": "drift"},
        {"kind": "drift"},
        {"type": "drift"},
        {"kind": "drift", "event": "signal", "type": "signal"},
    ],
)
def test_a_signal_may_say_its_kind_in_several_ways(head: dict[str, Json]) -> None:
    event = parse(head | {"id": "s", "subject": "shop", "at": "2026-01-01T00:00:00Z"})
    assert isinstance(event, Signal)
    assert event.signal is SignalKind.DRIFT
    assert event.attributes == {}


def test_an_event_word_beats_a_word_for_signals() -> None:
    event = parse(
        {
            "event": "incident",
            "kind": "availability",
            "id": "i",
            "service": "shop",
            "opened_at": "2026-01-01T00:00:00Z",
        }
    )
    assert isinstance(event, Incident)
    assert event.attributes == {"kind": "availability"}


def test_a_type_that_is_no_kind_is_only_an_attribute() -> None:
    event = parse(_INCIDENT | {"type": "bug"})
    assert event.kind is Kind.INCIDENT
    assert event.attributes == {"type": "bug"}


def test_other_tools_names_are_accepted_and_the_contracts_own_wins() -> None:
    event = parse(
        {
            "kind": "deployment",
            "id": 17,
            "service": "shop",
            "env": "prod",
            "commit_sha": "weaker",
            "sha": "own",
            "state": "Succeeded",
            "deployed_at": "2026-01-01T00:00:00Z",
        }
    )
    assert isinstance(event, Deployment)
    assert (event.id, event.environment, event.sha) == ("17", "prod", "own")
    assert event.status is Status.SUCCESS
    assert event.attributes == {"commit_sha": "weaker"}


def test_which_of_two_names_wins_does_not_depend_on_their_order() -> None:
    record = _DEPLOYMENT | {"revision": "r", "commit_sha": "c"}
    backwards = dict(reversed(record.items()))
    assert parse(record) == parse(backwards)


def _envelope(kind: str, subject: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {
        "context": {
            "version": "0.4.0",
            "id": "e1",
            "source": "/tekton",
            "type": f"dev.cdevents.{kind}.0.2.0",
            "timestamp": "2026-01-01T10:00:00Z",
        },
        "subject": subject,
        **more,
    }


def test_a_cdevent_of_a_deployed_service_is_a_deployment() -> None:
    event = from_cdevent(
        _envelope(
            "service.deployed",
            {
                "id": "shop",
                "type": "service",
                "content": {
                    "environment": {"id": "prod"},
                    "artifactId": "pkg:oci/shop@sha256%3Aabc?tag=1",
                },
            },
        )
    )
    assert isinstance(event, Deployment)
    assert (event.id, event.service, event.environment) == ("e1", "shop", "prod")
    assert event.sha == "sha256:abc"
    assert event.status is Status.SUCCESS


def test_custom_data_of_a_cdevent_fills_in_what_the_envelope_cannot_say() -> None:
    event = from_cdevent(
        _envelope(
            "service.rolledback",
            {"id": "shop", "content": {"environment": {"id": "prod"}}},
            customData={"sha": "abc", "lane": "model", "model_version": "7"},
        )
    )
    assert isinstance(event, Deployment)
    assert (event.sha, event.lane, event.model_version) == ("abc", Lane.MODEL, "7")
    assert event.attributes["rollback"] is True


def test_cdevents_of_incidents_changes_and_runs_are_mapped() -> None:
    content: Json = {"service": {"id": "shop"}, "repository": {"id": "shop"}}
    opened = from_cdevent(
        _envelope("incident.detected", {"id": "i", "content": content})
    )
    closed = from_cdevent(
        _envelope("incident.resolved", {"id": "i", "content": content})
    )
    merged = from_cdevent(_envelope("change.merged", {"id": "c", "content": content}))
    ran = from_cdevent(
        _envelope(
            "pipelinerun.finished",
            {
                "id": "r",
                "source": "shop",
                "content": {"pipelineName": "train", "outcome": "failure"},
            },
        )
    )
    assert isinstance(opened, Incident)
    assert isinstance(closed, Incident)
    assert opened.resolved_at is None
    assert closed.resolved_at == closed.opened_at
    assert merged is not None
    assert merged.service == "shop"
    assert isinstance(ran, PipelineRun)
    assert ran.status is Status.FAILURE


def test_a_cdevent_may_come_inside_a_cloudevent_and_others_are_not_counted() -> None:
    inner = _envelope("build.started", {"id": "b"})
    assert from_cdevent({"specversion": "1.0", "data": inner}) is None


def test_what_is_no_cdevent_is_refused() -> None:
    with pytest.raises(Malformed, match="subject: is missing"):
        from_cdevent({"context": {"type": "dev.cdevents.change.merged.0.2.0"}})
    with pytest.raises(Malformed, match=r"context\.type: expected"):
        from_cdevent({"context": {"type": "push"}, "subject": {}})


def test_lines_that_are_no_events_are_complaints_with_their_number() -> None:
    found = list(
        read_lines(
            [
                (
                    b'\xef\xbb\xbf{"kind": "commit", "sha": "a", "service": "s",'
                    b' "committed_at": "2026-01-01T00:00:00Z"}\n'
                ),
                b"\n",
                b"{\n",
                b"[]\n",
                b"\xff\n",
                b"[" * 100_000 + b"\n",
                b'{"kind": "commit"}\n',
                (
                    b'{"context": {"type": "dev.cdevents.build.queued.0.1.0"},'
                    b' "subject": {}}\n'
                ),
            ]
        )
    )
    assert isinstance(found[0], Commit)
    complaints = [one for one in found if isinstance(one, Complaint)]
    assert [(one.line, one.why, one.malformed) for one in complaints] == [
        (
            3,
            "is not JSON: Expecting property name enclosed in double quotes",
            True,
        ),
        (4, "line: expected a JSON object", True),
        (5, "is not JSON in UTF-8", True),
        (6, "is not JSON in UTF-8", True),
        (7, "sha: is missing; every commit needs it", True),
        (8, "a CDEvent of a kind that is not counted", False),
    ]
