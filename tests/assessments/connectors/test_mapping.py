"""Mappings: read with every flaw named, run within bounds, the same in any order."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.connectors import mapping
from assessments.connectors.base import Garbled
from scoring.events import Deployment, Incident, Kind, Lane, Status

if TYPE_CHECKING:
    from scoring.events import Json

INCIDENT: dict[str, Json] = {
    "kind": "incident",
    "fields": {"id": "number", "service": "'shop'", "opened_at": "opened"},
}
PAYLOAD: dict[str, Json] = {"number": "INC1", "opened": "2026-02-03T09:00:00Z"}


def mapped(*rules: Json, **more: Json) -> mapping.Mapped:
    whole: dict[str, Json] = {"rules": list(rules)}
    return mapping.read(whole | more)


def flaws(data: Json) -> dict[str, str]:
    with pytest.raises(mapping.Flawed) as caught:
        mapping.read(data)
    return {each.place: each.why for each in caught.value.flaws}


def why(rule: dict[str, Json], body: dict[str, Json], **more: Json) -> str:
    with pytest.raises(Garbled) as caught:
        mapping.events_of(mapped(rule, **more), body)
    return caught.value.reason


def incident(**fields: Json) -> dict[str, Json]:
    told = INCIDENT["fields"]
    assert isinstance(told, dict)
    return {"kind": "incident", "fields": told | fields}


# ── events ─────────────────────────────────────────────────────────────────────────


def test_fields_are_found_by_their_expressions() -> None:
    assert mapping.events_of(mapped(INCIDENT), PAYLOAD) == [
        Incident(
            id="INC1",
            service="shop",
            opened_at=datetime(2026, 2, 3, 9, tzinfo=UTC),
        )
    ]


def test_their_words_become_ours() -> None:
    rule: Json = {
        "kind": "deployment",
        "fields": {
            "id": "run",
            "service": "app",
            "environment": "'production'",
            "status": "state",
            "lane": "ml",
            "finished_at": "at",
        },
        "words": {"status": {"Live": "success"}, "lane": {"true": "model"}},
    }
    body: dict[str, Json] = {"run": 7, "app": "shop", "state": "LIVE", "ml": True}

    (event,) = mapping.events_of(mapped(rule), body | {"at": 1770109964000})

    assert isinstance(event, Deployment)
    assert (event.id, event.status, event.lane) == ("7", Status.SUCCESS, Lane.MODEL)
    assert event.at == datetime(2026, 2, 3, 9, 12, 44, tzinfo=UTC)


def test_a_payload_that_no_rule_is_about_tells_nothing() -> None:
    rule = INCIDENT | {"when": "type == 'incident'"}
    assert mapping.events_of(mapped(rule), PAYLOAD) == []
    assert len(mapping.events_of(mapped(rule), PAYLOAD | {"type": "incident"})) == 1


def test_each_entry_of_a_list_is_judged() -> None:
    rule = INCIDENT | {"each": "alerts", "when": "!muted"}
    alerts: list[Json] = [
        PAYLOAD | {"number": "A"},
        PAYLOAD | {"number": "B", "muted": True},
        PAYLOAD | {"number": "C"},
    ]
    told = mapping.events_of(mapped(rule), {"alerts": alerts})
    assert [event.id for event in told] == ["A", "C"]


def test_an_event_that_cannot_be_understood_names_rule_and_field() -> None:
    said = why(INCIDENT, {"number": "INC1"})
    assert said == "rule 1 (incident), opened_at: nothing is found at opened"


def test_one_garbled_event_holds_back_the_others_of_its_payload() -> None:
    rule = INCIDENT | {"each": "alerts"}
    with pytest.raises(Garbled):
        mapping.events_of(mapped(rule), {"alerts": [PAYLOAD, {"number": "B"}]})


# ── moments ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "more", "read"),
    [
        ("2026-02-03T09:12:44+01:00", {}, "2026-02-03T08:12:44"),
        ("2026-07-03 09:12:44", {"zone": "Europe/Berlin"}, "2026-07-03T07:12:44"),
        ("2026-02-03", {"zone": "UTC"}, "2026-02-03T00:00:00"),
        ("1770109964", {}, "2026-02-03T09:12:44"),
        (1770109964000, {}, "2026-02-03T09:12:44"),
        ("03.02.2026 09:12", {"zone": "UTC", "dates": "day_first"}, "2026-02-03T09:12"),
        (
            "02/03/2026 9:12 PM",
            {"zone": "UTC", "dates": "month_first"},
            "2026-02-03T21:12",
        ),
        ("03/02/2026 09:12 +02:00", {"dates": "day_first"}, "2026-02-03T07:12"),
        # Twice in the night when clocks go back: the first of the two.
        ("2026-10-25 02:30", {"zone": "Europe/Berlin"}, "2026-10-25T00:30"),
    ],
)
def test_moments_are_read_as_they_are_declared(
    written: Json, more: dict[str, Json], read: str
) -> None:
    (event,) = mapping.events_of(
        mapped(INCIDENT, **more), PAYLOAD | {"opened": written}
    )
    assert event.at == datetime.fromisoformat(read).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "more", "said"),
    [
        ("2026-02-03 09:12:44", {}, "does not say its time zone"),
        ("03.02.2026", {"zone": "UTC"}, "may start with the day or the month"),
        ("31/12/2026", {"zone": "UTC", "dates": "month_first"}, "no moment that there"),
        ("13:00 01/01/2026", {"zone": "UTC"}, "no moment that can be read"),
        ("01/01/2026 13:00 PM", {"zone": "UTC", "dates": "day_first"}, "that there is"),
        (17, {}, "neither seconds"),
        (1e300, {}, "neither seconds"),
        (True, {}, "is no moment"),
        ([], {}, "is no moment"),
        ("0001-01-01T00:00:00+14:00", {}, "that there is"),
        ("soon", {}, "no moment that can be read"),
    ],
)
def test_a_moment_that_could_be_another_is_refused(
    written: Json, more: dict[str, Json], said: str
) -> None:
    assert said in why(INCIDENT, PAYLOAD | {"opened": written}, **more)


# ── what is wrong is said where it is ──────────────────────────────────────────────


def test_every_flaw_is_named_at_its_place() -> None:
    found = flaws(
        {
            "zone": "Mars/Olympus",
            "dates": "backwards",
            "colour": "red",
            "rules": [
                incident(id="number[", url="a.'b'", severity="foo(@)"),
                {"kind": "party"},
                {
                    "kind": "deployment",
                    "when": "((",
                    "words": {"status": {"a": ""}, "sha": {}},
                },
            ],
        }
    )
    assert "Europe/Berlin" in found["zone"]
    assert "day_first" in found["dates"]
    assert "not known" in found["colour"]
    assert found["rules[0].fields.id"] == "ends too early: something is missing"
    assert found["rules[0].fields.url"] == "cannot be read at character 3, near 'b'"
    assert found["rules[0].fields.severity"] == "there is no function foo()"
    assert "deployment" in found["rules[1].kind"]
    assert "every event needs it" in found["rules[2].fields.id"]
    assert "started or ended" in found["rules[2].fields.finished_at"]
    assert "rules[2].when" in found
    assert "theirs, and ours" in found["rules[2].words.status"]
    assert "not known" in found["rules[2].words.sha"]


@pytest.mark.parametrize(
    "data", [None, 7, [], "x", {"rules": 1}, {"rules": [1]}, {"leave_out": [1]}]
)
def test_what_is_no_mapping_is_refused(data: Json) -> None:
    assert flaws(data)


def test_a_mapping_is_written_as_it_is_read() -> None:
    whole = mapped(
        INCIDENT | {"when": "a", "each": "b", "words": {"severity": {"1": "high"}}},
        zone="UTC",
        dates="day_first",
        leave_out=["caller"],
    )
    assert mapping.read(mapping.dump(whole)) == whole
    assert mapping.dump(whole) == json.loads(json.dumps(mapping.dump(whole)))


def test_every_kind_of_event_can_be_mapped() -> None:
    assert {kind: bool(mapping.slots_of(kind)) for kind in Kind} == dict.fromkeys(
        Kind, True
    )


# ── hostile expressions ────────────────────────────────────────────────────────────

DOUBLING = "|".join(["[@,@]"] * 30)
HOSTILE = [
    f"to_string({DOUBLING})",
    "|".join(["[@,@][]"] * 30),
    "alerts[*].[@,@][]|[*].[@,@][]|[*].[@,@][]|[*].[@,@][]|[*].[@,@][]",
    f"({DOUBLING}) == ({DOUBLING})",
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_an_expression_that_builds_something_endless_is_stopped(
    expression: str,
) -> None:
    body: dict[str, Json] = {"alerts": [{"n": n, "t": "x" * 200} for n in range(3000)]}
    started = time.perf_counter()
    try:
        said = why(incident(id=expression), PAYLOAD | body)
    except mapping.Flawed as flawed:
        said = str(flawed)
    assert "too much" in said or "more than" in said
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("a" * 501, "longer than 500"),
        ("[*]" * 160, "more than 150 parts"),
        ("(" * 250 + "a" + ")" * 250, "longer than 500"),
    ],
)
def test_an_expression_that_is_too_large_is_refused_when_it_is_saved(
    expression: str, said: str
) -> None:
    assert said in flaws({"rules": [incident(id=expression)]})["rules[0].fields.id"]


@pytest.mark.parametrize(
    "expression",
    [
        "floor(to_number('1e999'))",
        "number < `1`",
        "join(',', number)",
        "sort([`1`, 'a'])",
        "max_by(@, &a)",
        "&number",
        "alerts",
        "@",
        "`null`",
        "''",
    ],
)
def test_what_does_not_work_on_a_payload_is_a_reason_and_no_crash(
    expression: str,
) -> None:
    assert "id: " in why(incident(id=expression), PAYLOAD | {"alerts": [1]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["number", "opened", "type", "alerts"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=80)
@given(
    bodies=st.lists(st.dictionaries(st.text(max_size=6), JSON), max_size=4),
    data=st.data(),
)
def test_any_payloads_in_any_order_tell_the_same(bodies: Any, data: Any) -> None:
    whole = mapped(INCIDENT, INCIDENT | {"each": "alerts"}, incident(severity="type"))

    def told(body: dict[str, Json]) -> str:
        try:
            return repr(mapping.events_of(whole, body))
        except Garbled as flaw:
            return flaw.reason

    before = {repr(body): told(body) for body in bodies}
    after = {repr(body): told(body) for body in data.draw(st.permutations(bodies))}
    assert before == after


# ── people ─────────────────────────────────────────────────────────────────────────


def test_people_and_free_texts_are_not_kept_however_they_are_called() -> None:
    body: dict[str, Json] = {
        "assignedTo": "Abel Muster",
        "Opened by": "Abel Muster",
        "number": "INC1",
        "note": "see abel@example.org",
        "inner": [{"work_notes": "Abel Muster", "user": {"login": "abel"}, "n": 1}],
        "Mein Feld": "Abel Muster",
    }
    assert mapping.kept_of(body, [*mapping.LEFT_OUT, "mein_feld"]) == {
        "number": "INC1",
        "note": "see (address removed)",
        "inner": [{"n": 1}],
    }
