"""The results pages: what they say, to whom, and where they lead."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Decision, Event, RawRecord, Source
from assessments.services import rescoring
from tests import factories
from tests.assessments.queries.test_results import HOUR, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(house: factories.House, telemetry: Telemetry) -> Cycle:
    """A scored cycle in which B is measured and the rest is not."""
    telemetry.values = {"B.M1": 2 * HOUR}
    return factories.scored(answered(house, targets={"B": "4.5"}))


def at(house: factories.House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_page_begins_with_the_answer(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    page = text(sign_in("vera"), at(house, "results", cycle.pk))

    assert "Northwind stands at an agreed level of 3.0 of 5" in page
    assert "B Domain B (1.5 below its target of 4.5)" in page
    assert page.index("The answer") < page.index("Profile")


def test_each_domain_shows_its_levels_coverage_and_why_there_is_none(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    page = text(sign_in("vera"), at(house, "results", cycle.pk))

    assert "No level, nothing is bound to telemetry." in page
    assert "100\N{NO-BREAK SPACE}%" in page
    assert at(house, "domain_result", cycle.pk, "B") in page


def test_the_largest_gap_comes_first_when_asked(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    page = text(sign_in("vera"), at(house, "results", cycle.pk) + "?sort=gap")

    a, b = (at(house, "domain_result", cycle.pk, code) for code in "AB")
    assert page.index(b) < page.index(a)


@pytest.mark.parametrize("view", ["radar", "history", "nonsense"])
def test_other_views_stand_beside_the_same_numbers(
    house: factories.House, sign_in: SignIn, cycle: Cycle, view: str
) -> None:
    page = text(sign_in("vera"), at(house, "results", cycle.pk) + f"?view={view}")

    assert "Domain B" in page
    assert ("radar-figure" in page) is (view == "radar")


def test_the_page_says_what_moved_with_the_last_scoring_and_why(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    for person in ("rui", "ada"):
        factories.rating(cycle, "C.1", house[person], 5)
    factories.scored(cycle)

    page = text(sign_in("vera"), at(house, "results", cycle.pk))

    # The domain, its pillar and the whole, each declared and agreed.
    assert "levels moved with the last scoring" in page
    assert "C Domain C: agreed rose from 3.0 to 5.0." in page
    assert "2 people answered C.1 anew." in page


def test_what_moved_between_cycles_is_marked_where_it_may_mean_nothing(
    house: factories.House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    edition = factories.edition()
    before = factories.cycle(
        house.workspace,
        of=edition,
        title="Q4 2025",
        first=date(2025, 10, 1),
        last=date(2025, 12, 31),
    )
    now = factories.cycle(house.workspace, of=edition)
    for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
        factories.rating(before, topic, house["rui"], 2)
        factories.rating(now, topic, house["rui"], 3 if topic == "A.3" else 2)
    factories.locked(before)
    factories.scored(now)
    vera, address = sign_in("vera"), at(house, "results", now.pk)

    page = text(vera, address)

    assert "against Q4 2025, the last locked cycle" in page
    assert "within its uncertainty of" in page
    assert at(house, "domain_result", before.pk, "A") in text(
        vera, f"{address}?view=history"
    )


def test_the_first_cycle_says_that_there_is_nothing_to_compare(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    page = text(sign_in("vera"), at(house, "results", cycle.pk) + "?view=history")

    assert "This is the first cycle of this scope and framework." in page


def test_any_number_leads_to_its_ratings_and_events_in_two_clicks(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    vera = sign_in("vera")
    results = text(vera, at(house, "results", cycle.pk))
    assert at(house, "domain_result", cycle.pk, "B") in results

    domain = text(vera, at(house, "domain_result", cycle.pk, "B"))

    why = at(house, "topic_why", cycle.pk, "B.1")
    events = at(house, "criterion_events", cycle.pk, "B.M1")
    assert why in domain
    assert f"{events}?metric=change_lead_time" in domain
    text(vera, why)
    text(vera, f"{events}?metric=change_lead_time")


def test_the_domain_page_shows_the_spread_by_vantage_point(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    page = text(sign_in("vera"), at(house, "domain_result", cycle.pk, "A"))

    assert "Practitioner" in page
    assert "2 levels given, from 3.0 to 3.0" in page


def test_an_assessor_reads_who_said_what_and_a_viewer_does_not(
    house: factories.House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    cycle = answered(house)
    factories.rating(cycle, "A.1", house["rui"], 2, rationale="Seen in the audit.")
    factories.scored(cycle)
    why = at(house, "topic_why", cycle.pk, "A.1")

    assert "Seen in the audit." in text(sign_in("noa"), why)
    assert "Seen in the audit." in text(sign_in("sam"), why)
    for reader in ("vera", "petra"):
        page = text(sign_in(reader), why)
        assert ("Seen in the audit." in page) is (reader == "petra")
    assert sign_in("rui").get(why).status_code == 403


def deployments(house: factories.House, count: int) -> RawRecord:
    """Store deployments of February 2026 that came from one raw record."""
    service = factories.service(house.workspace, "checkout")
    source = Source.objects.create(
        workspace=house.workspace,
        scope=factories.root(house.workspace),
        kind="push",
        name="Pipelines",
        created_at=factories.NOW,
    )
    record = RawRecord.objects.create(
        source=source, sort="line", digest="d", body={}, seen_at=factories.NOW
    )
    for number in range(count):
        Event.objects.create(
            source=source,
            service=service,
            kind="deployment",
            external_id=f"dep-{number}",
            lane="code",
            at=datetime(2026, 2, 1, 8, number, tzinfo=UTC),
            data={"status": "success"},
            raw_record=record,
        )
    return record


def test_events_behind_a_measurement_are_read_page_by_page(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    deployments(house, 51)
    vera, address = sign_in("vera"), at(house, "criterion_events", cycle.pk, "B.M1")

    newest = vera.get(address).context["page"]
    older = vera.get(f"{address}?after={newest.after}").context["page"]

    assert newest.rows[0].external_id == "dep-50"
    assert [row.external_id for row in older.rows] == ["dep-0"]
    assert older.after is None


def test_an_event_behind_a_measurement_leads_to_its_raw_record(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    record = deployments(house, 1)

    page = text(sign_in("vera"), at(house, "criterion_events", cycle.pk, "B.M1"))

    assert at(house, "raw_record", record.pk) in page


@pytest.mark.parametrize("strange", ["?metric=nonsense", "x/"])
def test_a_strange_address_is_not_found(
    house: factories.House, sign_in: SignIn, cycle: Cycle, strange: str
) -> None:
    address = at(house, "criterion_events", cycle.pk, "B.M1") + strange
    assert sign_in("vera").get(address).status_code == 404


def test_a_cursor_that_is_no_number_shows_the_newest(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    address = at(house, "criterion_events", cycle.pk, "B.M1")
    text(sign_in("vera"), f"{address}?after=%E2%91%A7")
    text(sign_in("vera"), f"{address}?after={'9' * 40}")


def test_an_assessor_accepts_a_measured_level_and_the_score_follows(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    noa = sign_in("noa")
    page = text(noa, at(house, "criterion", cycle.pk, "B.M1"))
    assert "Accept: the measured level counts" in page

    response = noa.post(at(house, "decide", cycle.pk, "B.M1"), {"verb": "accept"})

    assert response["Location"] == at(house, "criterion", cycle.pk, "B.M1")
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=factories.NOW)
    page = text(noa, response["Location"])
    assert "Accepted" in page
    assert "by Noa on 2" in page.replace("\n", "")


def test_an_override_without_reason_keeps_what_was_typed(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    response = sign_in("noa").post(
        at(house, "decide", cycle.pk, "B.M1"),
        {"verb": "override", "level": "2.5", "expires_on": "2031-01-01"},
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say why another level counts than the measured one." in page
    assert '<option value="2.5" selected>' in page
    assert not Decision.objects.exists()


def test_a_date_that_is_none_is_named(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    response = sign_in("noa").post(
        at(house, "decide", cycle.pk, "B.M1"),
        {"verb": "override", "level": "2.5", "reason": "x", "expires_on": "soon"},
    )

    assert response.status_code == 422
    assert "Write the date as year-month-day." in response.content.decode()


@pytest.mark.parametrize("reader", ["vera", "sam"])
def test_others_read_decisions_and_take_none(
    house: factories.House, sign_in: SignIn, cycle: Cycle, reader: str
) -> None:
    client = sign_in(reader)

    page = text(client, at(house, "criterion", cycle.pk, "B.M1"))
    answer = client.post(at(house, "decide", cycle.pk, "B.M1"), {"verb": "accept"})

    assert "Keep this decision" not in page
    assert answer.status_code == 403
    assert not Decision.objects.exists()


def test_a_locked_cycle_offers_no_decision(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    factories.locked(cycle)
    noa = sign_in("noa")

    page = text(noa, at(house, "criterion", cycle.pk, "B.M1"))
    answer = noa.post(at(house, "decide", cycle.pk, "B.M1"), {"verb": "accept"})

    assert "This cycle is locked" in page
    assert answer.status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("draft", "This cycle is still a draft"),
        ("open", "Scores appear within seconds of the first answer."),
    ],
)
def test_a_cycle_without_scores_says_what_to_do(
    house: factories.House, sign_in: SignIn, state: str, sentence: str
) -> None:
    cycle = factories.cycle(house.workspace, state=state)

    assert sentence in text(sign_in("ada"), at(house, "results", cycle.pk))


def test_nothing_measured_tells_missing_sources_from_missing_services(
    house: factories.House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house))
    ada, address = sign_in("ada"), at(house, "results", cycle.pk)
    assert "No source is connected." in text(ada, address)

    source = Source.objects.create(
        workspace=house.workspace,
        scope=factories.root(house.workspace),
        kind="git",
        name="Code",
        created_at=factories.NOW,
    )
    assert "Nothing under this scope delivers anything." in text(ada, address)

    factories.service(house.workspace, "checkout")
    assert "Nothing could be measured in this period." in text(ada, address)

    Source.objects.filter(pk=source.pk).update(state="failing")
    assert "A source is failing." in text(ada, address)


def test_a_stale_page_waits_and_then_shows_the_new_scores(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    factories.rating(cycle, "A.1", house["noa"], 1)
    ada, waits = sign_in("ada"), at(house, "results_freshness", cycle.pk)
    assert waits in text(ada, at(house, "results", cycle.pk))
    assert "HX-Trigger" not in ada.get(waits)

    factories.scored(cycle)

    assert "scores-fresh" in ada.get(waits)["HX-Trigger"]


def test_another_workspace_never_learns_of_it(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    otto = sign_in("otto")
    for name, *rest in (
        ("results",),
        ("domain_result", "B"),
        ("topic_why", "B.1"),
        ("criterion", "B.M1"),
        ("criterion_events", "B.M1"),
    ):
        assert otto.get(at(house, name, cycle.pk, *rest)).status_code == 404
        elsewhere = reverse(name, args=[house.other.slug, cycle.pk, *rest])
        assert otto.get(elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("name", "code"),
    [("domain_result", "Z"), ("topic_why", "Z.1"), ("criterion", "Z.M1")],
)
def test_a_code_that_the_edition_lacks_is_not_found(
    house: factories.House, sign_in: SignIn, cycle: Cycle, name: str, code: str
) -> None:
    assert sign_in("ada").get(at(house, name, cycle.pk, code)).status_code == 404


def test_more_answers_cost_the_page_no_more_queries(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    ada, address = sign_in("ada"), at(house, "domain_result", cycle.pk, "A")
    ada.get(address)
    with CaptureQueriesContext(connection) as few:
        ada.get(address)
    for number in range(8):
        factories.rating(cycle, "A.1", factories.person(f"p{number}"), 2)
    factories.scored(cycle)
    with CaptureQueriesContext(connection) as many:
        ada.get(address)

    assert len(many) == len(few)
