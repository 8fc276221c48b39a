"""The checks of the contract; each takes a stage whose platform is up."""

from __future__ import annotations

import copy
import json
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import strategies as st

from assessments.connectors.base import ConnectorError, Garbled, House, Refused
from assessments.connectors.base.previewing import of_payload
from scoring.events import Kind, Malformed
from tests.assessments.connectors.contract import HASTE, SECRET, Stage
from tests.assessments.connectors.ledgers import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors import http
    from assessments.connectors.base import Payload
    from tests.assessments.connectors.contract import Reading
    from tests.assessments.connectors.faults import Fault

# ── no trouble ─────────────────────────────────────────────────────────────────────


def tells_the_story(stage: Stage) -> Reading:
    """Everything is understood, and every event comes out, and no other."""
    reading = stage.read()
    assert reading.error is None
    assert reading.garbled == 0
    assert set(reading.events) == stage.subject.events
    assert len(reading.pages) > 2, "a story of one page shows nothing"
    return reading


def is_asked_decently(stage: Stage) -> None:
    """Nothing is asked for that is not there, and no address holds the credential."""
    refused: list[str] = []

    def listen(asked: Any, honest: Any) -> Any:
        if honest.status >= 400:
            refused.append(asked.target)
        return honest

    stage.platform.fault = listen
    stage.read()
    assert refused == []
    assert all(SECRET not in asked.target for asked in stage.platform.asked)


def obeys_the_house(stage: Stage) -> None:
    """Only hosts that the operator allows are asked, and each request is counted."""
    elsewhere = House(hosts=("elsewhere.example",))
    shut = Stage(
        stage.subject, stage.platform, replace(stage.source, house=elsewhere)
    ).read()
    assert isinstance(shut.error, Refused)
    assert stage.platform.asked == []
    ledger = Ledger()
    counted = House(ledger=ledger)
    Stage(stage.subject, stage.platform, replace(stage.source, house=counted)).read()
    asked = [each for each in ledger.told if each.startswith("ask ")]
    assert len(asked) == len(stage.platform.asked) > 0


def keeps_no_people(stage: Stage) -> None:
    """No name of the story and no credential is in what is kept."""
    reading = stage.read()
    kept = json.dumps([payload.body for payload in reading.payloads])
    told = json.dumps(list(reading.events.values()))
    for word in (*stage.subject.people, SECRET):
        assert word not in kept + told + json.dumps(reading.cursor)


def says_the_same_again(stage: Stage) -> None:
    """What is read again is the same, and the cursor comes to rest."""
    first = stage.read()
    second = stage.read(first.cursor)
    third = stage.read(second.cursor)
    assert second.error is None
    assert second.events.items() <= first.events.items()
    assert third.cursor == second.cursor


def says_the_same_in_any_order(stage: Stage) -> None:
    """No payload contradicts another: whichever comes last, an event is the same."""
    reading = stage.read()
    backwards = stage.understood(reversed(reading.payloads))
    assert backwards.events == reading.events


def goes_on_at_any_page(stage: Stage) -> None:
    """Interrupted after any page, the next reading brings what is left."""
    whole = stage.read()
    for pages in range(1, len(whole.pages)):
        part = stage.read(most_pages=pages)
        rest = stage.read(part.cursor)
        assert rest.error is None
        assert part.events | rest.events == whole.events


def survives_a_wrong_clock(stage: Stage, *, hours: int) -> None:
    """A clock that differs from the platform's hides nothing for good."""
    whole = stage.read()
    skewed = stage.read(hours_off=hours)
    rest = stage.read(skewed.cursor)
    assert rest.error is None
    assert skewed.events | rest.events == whole.events


def tells_the_past_in_windows(stage: Stage) -> None:
    """Walking through the past tells what one reading tells, and in any windows."""
    whole = stage.read()
    told = {
        identity: event
        for identity, event in whole.events.items()
        if identity not in stage.subject.of_now
    }
    walked = stage.walked(timedelta(days=7), timedelta(days=30), days=365)
    assert walked.garbled == 0
    assert walked.events == told
    assert stage.walked(days=365).events == told


def judges_what_is_kept(stage: Stage) -> None:
    """A kept record that could be a deployment counts if, and only if, one comes of it.

    So whoever weighs rules is told of each why, without asking the platform.
    """
    connector = stage.subject.connector(HASTE)
    verdicts = []
    for payload in stage.whole.payloads:
        verdict = of_payload(connector, payload, stage.source)
        found = connector.parse(payload, stage.source)
        deployed = any(event.kind is Kind.DEPLOYMENT for event in found)
        if verdict is None:
            assert not deployed
            continue
        assert verdict.counts == deployed, verdict.candidate
        assert verdict.candidate.reason
        verdicts.append(verdict)
    assert {verdict.counts for verdict in verdicts} == {True, False}


# ── trouble ────────────────────────────────────────────────────────────────────────


def passes_over(stage: Stage, fault: Fault) -> None:
    """What passes by itself is waited out."""
    whole = stage.whole
    with faulty(stage, fault):
        reading = stage.read()
    assert reading.error is None
    assert reading.events == whole.events


def breaks_off(
    stage: Stage,
    fault: Fault,
    error: type[ConnectorError],
    *,
    patience: http.Patience = HASTE,
) -> ConnectorError:
    """A reading that is disturbed says so; the next one brings what is left."""
    whole = stage.whole
    with faulty(stage, fault):
        part = stage.read(patience=patience)
    rest = stage.read(part.cursor)
    assert isinstance(part.error, error)
    assert SECRET not in part.error.sentence
    assert rest.error is None
    assert part.events | rest.events == whole.events
    return part.error


def leaves_nothing_out_in_silence(stage: Stage, fault: Fault) -> None:
    """An answer that is something else is told of: as an error, or as garbled."""
    whole = stage.whole
    with faulty(stage, fault):
        reading = stage.read()
    told = reading.error is not None or reading.garbled > 0
    assert told or reading.events == whole.events


def tried(stage: Stage) -> list[ConnectorError]:
    """Test and preview: what they refuse, they refuse in a sentence for people."""
    connector = stage.subject.connector(HASTE)
    refused: list[ConnectorError] = []
    for verb in (connector.test, connector.preview):
        try:
            verb(stage.source, now=stage.subject.now)
        except ConnectorError as error:
            refused.append(error)
    assert all(SECRET not in error.sentence for error in refused)
    return refused


@contextmanager
def faulty(stage: Stage, fault: Fault) -> Iterator[None]:
    """Let the platform misbehave for a while."""
    stage.platform.fault = fault
    try:
        yield
    finally:
        stage.platform.fault = None


# ── odd rows ───────────────────────────────────────────────────────────────────────

ODD: tuple[Any, ...] = (
    None, True, 17, -1, 10**30, 0.5, "", "x", "2026-13-45T99:99:99Z", [], {}, [None],
    {"x": []},
)  # fmt: skip


# A field: the object or list that holds it, and its name or place in it.
Place: TypeAlias = tuple[Any, str | int]


def places(value: Any) -> list[Place]:
    """Return every field of some JSON, and every field in it."""
    if not isinstance(value, dict | list):
        return []
    names = list(value) if isinstance(value, dict) else list(range(len(value)))
    inner = [place for name in names for place in places(value[name])]
    return [*((value, name) for name in names), *inner]


def survives_an_odd_field(stage: Stage, place: Place, odd: Any) -> None:
    """A field of another type stops nothing; it may cost what is in that row."""
    holder, name = place
    honest = holder[name]
    holder[name] = odd
    try:
        reading = stage.read()
        tried(stage)
    finally:
        holder[name] = honest
    assert reading.error is None


@st.composite
def odd_payloads(draw: st.DrawFn, payloads: list[Payload]) -> Payload:
    """Return a payload of a story with one field of another type."""
    payload = copy.deepcopy(draw(st.sampled_from(payloads)))
    holder, name = draw(st.sampled_from(places(payload.body)))
    holder[name] = draw(st.sampled_from(ODD))
    return payload


def understands_or_complains(stage: Stage, payload: Payload) -> None:
    """Whatever is in a payload: events come out, or a complaint, and nothing else."""
    connector = stage.subject.connector(HASTE)
    with suppress(Garbled, Malformed):
        list(connector.parse(payload, stage.source))
