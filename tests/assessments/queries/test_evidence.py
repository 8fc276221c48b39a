"""The register, a topic's panel, and how a domain is backed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.access import Role
from assessments.models import Assignment, Cycle, Evidence, Grant
from assessments.queries import evidence as rows
from assessments.queries import members
from assessments.services import evidencing
from tests import factories, factories_evidence, frameworks
from tests.factories import NOW

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries

    from assessments.queries.members import Membership
    from scoring.events import Json
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

TODAY = NOW.date()
DAY = timedelta(days=1)
EVERYTHING = rows.Filters()

pytestmark = pytest.mark.usefixtures("telemetry", "evidence_folder")


def _standard() -> frameworks.Row:
    plain = frameworks.plain()
    scoring = plain["scoring"]
    assert isinstance(scoring, dict)
    asked: Json = {"sources": 3, "vantage_points": 4}
    return plain | {"scoring": scoring | {"evidence_standard": asked}}


@pytest.fixture
def cycle(house: House) -> Cycle:
    """An open cycle whose edition asks for three sources and four vantage points."""
    return factories.cycle(house.workspace, of=factories.edition(_standard()))


def _me(house: House, user: User) -> Membership:
    me = members.membership(user_id=user.pk, workspace_slug=house.slug)
    assert me is not None
    return me


def _titles(me: Membership, **filters: object) -> list[str]:
    page = rows.register(
        me=me,
        filters=rows.Filters(**filters),  # type: ignore[arg-type]  # plain filters
        number=1,
        today=TODAY,
    )
    return [row.title for row in page.rows]


def _domain(
    cycle: Cycle, code: str = "A", *, today: date = TODAY
) -> rows.DomainStanding:
    return rows.domain_standing(cycle_id=cycle.pk, today=today)[code]


def _ask(cycle: Cycle, user: User, domain: str) -> None:
    Assignment.objects.create(
        cycle=cycle,
        person=user,
        domain=domain,
        vantage="practitioner",
        asked_by_id=cycle.created_by_id,
        asked_at=NOW,
    )


# ── the register ───────────────────────────────────────────────────────────────────


def test_the_register_is_searched_and_filtered(house: House, cycle: Cycle) -> None:
    rui, noa, home = house["rui"], house["noa"], house.workspace
    factories_evidence.file(home, rui, to=(cycle, "A.1"), title="Plan", origin="Jira")
    factories_evidence.link(home, noa, to=(cycle, "B.1"), title="Wiki")
    factories_evidence.link(
        home, rui, "https://x.example.org", title="Old", expires_on=TODAY - DAY
    )
    factories_evidence.link(
        home, rui, "https://y.example.org", title="Soon", expires_on=TODAY + DAY
    )
    gone = factories_evidence.link(home, rui, "https://z.example.org", title="Gone")
    evidencing.withdraw(
        workspace_id=home.pk, evidence_id=gone.pk, why="", by=rui, now=NOW
    )
    me = _me(house, house["vera"])
    assert _titles(me) == ["Soon", "Old", "Wiki", "Plan"]
    assert _titles(me, words="jira plan") == ["Plan"]
    assert _titles(me, words="plan wiki") == []
    assert _titles(me, words="report.pdf") == ["Plan"]
    assert _titles(me, kind="link", owner=rui.pk) == ["Soon", "Old"]
    assert _titles(me, domain="B") == ["Wiki"]
    assert _titles(me, state="expired") == ["Old"]
    assert _titles(me, state="expiring") == ["Soon"]
    assert _titles(me, state="current") == ["Soon", "Wiki", "Plan"]
    assert _titles(me, state="unused") == ["Soon", "Old"]
    assert _titles(me, state="withdrawn") == ["Gone"]


def test_a_row_says_which_topics_of_which_cycles_it_supports(
    house: House, cycle: Cycle
) -> None:
    piece = factories_evidence.link(house.workspace, house["rui"], to=(cycle, "A.1"))
    other = factories.cycle(house.workspace, title="Q2 2026", of=cycle.edition)
    factories_evidence.support(piece, other, "B.1", house["rui"])
    me = _me(house, house["vera"])
    page = rows.register(me=me, filters=EVERYTHING, number=1, today=TODAY)
    assert page.total == 1
    assert [
        (one.cycle_title, one.domain, one.topic) for one in page.rows[0].supports
    ] == [("Q2 2026", "B", "B.1"), ("Q1 2026", "A", "A.1")]


def test_pages_hold_so_many_and_a_page_too_far_is_the_last(house: House) -> None:
    for number in range(rows.PAGE + 1):
        factories_evidence.link(
            house.workspace, house["rui"], f"https://wiki.example.org/{number}"
        )
    me = _me(house, house["vera"])
    pages = [
        rows.register(me=me, filters=EVERYTHING, number=number, today=TODAY)
        for number in (1, 2, 99, 0)
    ]
    assert [len(page.rows) for page in pages] == [rows.PAGE, 1, 1, rows.PAGE]
    assert [(page.previous, page.next) for page in pages[:2]] == [(None, 2), (1, None)]


def test_a_role_over_a_part_reads_what_supports_cycles_of_that_part(
    house: House, cycle: Cycle
) -> None:
    unit = factories.unit(house.workspace, "Payments")
    there = factories.cycle(house.workspace, scope=unit, of=cycle.edition)
    member = house.workspace.members.get(user=house["rui"])
    Grant.objects.create(member=member, scope=unit, role=Role.VIEWER)
    noa = house["noa"]
    seen = factories_evidence.link(house.workspace, noa, to=(there, "A.1"), title="In")
    factories_evidence.support(seen, cycle, "B.1", noa)
    factories_evidence.link(
        house.workspace, noa, "https://b.example.org", to=(cycle, "A.1"), title="Out"
    )
    me = _me(house, house["rui"])
    page = rows.register(me=me, filters=EVERYTHING, number=1, today=TODAY)
    # B.1 of the whole: everybody is asked everything in a cycle that names nobody.
    assert [row.title for row in page.rows] == ["In"]
    _ask(cycle, house["ada"], "A")
    page = rows.register(me=me, filters=EVERYTHING, number=1, today=TODAY)
    assert [one.cycle_id for one in page.rows[0].supports] == [there.pk]


def test_twice_the_evidence_asks_no_more_queries(
    house: House, cycle: Cycle, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def grow(many: int) -> None:
        for number in range(many):
            factories_evidence.link(
                house.workspace,
                house["rui"],
                f"https://w.example.org/{Evidence.objects.count()}",
                to=(cycle, f"A.{number % 3 + 1}"),
            )

    def look() -> None:
        rows.register(me=me, filters=EVERYTHING, number=1, today=TODAY)
        rows.choices(me=me)
        rows.panel(me=me, cycle_id=cycle.pk, topic="A.1", find="", today=TODAY)
        rows.domain_standing(cycle_id=cycle.pk, today=TODAY)

    me = _me(house, house["noa"])
    grow(4)
    look()  # parses the edition
    with django_assert_num_queries(17):
        look()
    grow(8)
    with django_assert_num_queries(17):
        look()


# ── who sees what ──────────────────────────────────────────────────────────────────


def test_a_respondent_sees_the_evidence_of_what_is_asked_and_what_is_their_own(
    house: House, cycle: Cycle
) -> None:
    _ask(cycle, house["rui"], "A")
    noa = house["noa"]

    def opened(piece: Evidence) -> bool:
        found = rows.detail(me=me, evidence_id=piece.pk, today=TODAY)
        return found is not None

    me = _me(house, house["rui"])
    asked = factories_evidence.link(house.workspace, noa, to=(cycle, "A.2"))
    other = factories_evidence.link(
        house.workspace, noa, "https://b.example.org", to=(cycle, "B.1")
    )
    unused = factories_evidence.link(house.workspace, noa, "https://c.example.org")
    mine = factories_evidence.link(
        house.workspace, house["rui"], "https://d.example.org"
    )
    owned = factories_evidence.link(
        house.workspace, noa, "https://e.example.org", owner_id=house["rui"].pk
    )
    assert [opened(one) for one in (asked, other, unused, mine, owned)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    factories_evidence.support(asked, cycle, "B.1", noa)
    found = rows.detail(me=me, evidence_id=asked.pk, today=TODAY)
    assert found is not None
    assert [one.topic for one in found.row.supports] == ["A.2"]
    assert rows.asked_here(me=me, cycle_id=cycle.pk, topic="A.1")
    assert not rows.asked_here(me=me, cycle_id=cycle.pk, topic="B.1")
    assert rows.asked_here(me=_me(house, noa), cycle_id=cycle.pk, topic="B.1")


def test_a_draft_asks_nobody(house: House) -> None:
    draft = factories.cycle(house.workspace, state="draft")
    me = _me(house, house["rui"])
    assert not rows.asked_here(me=me, cycle_id=draft.pk, topic="A.1")


def test_another_workspace_sees_nothing(house: House, cycle: Cycle) -> None:
    piece = factories_evidence.file(house.workspace, house["rui"], to=(cycle, "A.1"))
    otto = members.membership(user_id=house["otto"].pk, workspace_slug=house.other.slug)
    assert otto is not None
    assert rows.detail(me=otto, evidence_id=piece.pk, today=TODAY) is None
    assert rows.stored_file(me=otto, evidence_id=piece.pk) is None
    assert _titles(otto) == []
    assert not rows.asked_here(me=otto, cycle_id=cycle.pk, topic="A.1")


# ── the panel ──────────────────────────────────────────────────────────────────────


def test_the_panel_offers_what_a_respondent_may_know_of(
    house: House, cycle: Cycle
) -> None:
    _ask(cycle, house["rui"], "A")
    noa, rui = house["noa"], house["rui"]
    for number, (by, topic, title) in enumerate(
        [(noa, "A.2", "Asked"), (noa, "B.1", "Not asked"), (rui, "A.1", "Here")]
    ):
        factories_evidence.link(
            house.workspace,
            by,
            f"https://w.example.org/{number}",
            to=(cycle, topic),
            title=title,
        )
    me = _me(house, rui)
    panel = rows.panel(me=me, cycle_id=cycle.pk, topic="A.1", find="", today=TODAY)
    assert panel is not None
    assert [piece.row.title for piece in panel.pieces] == ["Here"]
    assert [label.split(" (")[0] for _, label in panel.offers] == ["Asked"]
    found = rows.panel(me=me, cycle_id=cycle.pk, topic="A.1", find="none", today=TODAY)
    assert found is not None
    assert found.offers == ()


def test_measured_values_wait_for_the_own_answer_where_the_cycle_asks_for_it(
    house: House, cycle: Cycle, telemetry: Telemetry
) -> None:
    telemetry.values = {"A.M1": 36_000.0}
    factories.scored(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(unanchored=True)
    me = _me(house, house["rui"])

    def measures() -> list[str]:
        panel = rows.panel(me=me, cycle_id=cycle.pk, topic="A.1", find="", today=TODAY)
        assert panel is not None
        return [one.value for one in panel.measures]

    assert measures() == []
    factories.rating(cycle, "A.1", house["rui"])
    assert measures() == ["A.M1|change_lead_time"]


def test_a_topic_that_is_not_asked_has_no_panel(house: House) -> None:
    cycle = factories.cycle(house.workspace, left_out={"C": "Not ours."})
    me = _me(house, house["ada"])
    for topic in ("C.1", "X.1"):
        assert (
            rows.panel(me=me, cycle_id=cycle.pk, topic=topic, find="", today=TODAY)
            is None
        )


# ── how a domain is backed ─────────────────────────────────────────────────────────


def test_sources_are_told_apart_by_origin_then_site_then_owner(
    house: House, cycle: Cycle
) -> None:
    home, rui, noa = house.workspace, house["rui"], house["noa"]
    for number in range(2):
        factories_evidence.link(
            home, rui, f"https://wiki.example.org/{number}", to=(cycle, "A.1")
        )
    assert _domain(cycle).sources == ("wiki.example.org",)
    factories_evidence.file(home, rui, to=(cycle, "A.2"))
    factories_evidence.file(
        home, rui, factories_evidence.PNG, name="a.png", to=(cycle, "A.2")
    )
    assert _domain(cycle).sources == ("Rui", "wiki.example.org")
    factories_evidence.link(
        home, noa, "https://b.example.org", origin="Jira", to=(cycle, "A.1")
    )
    factories_evidence.link(
        home, noa, "https://c.example.org", origin="JIRA", to=(cycle, "A.1")
    )
    found = _domain(cycle)
    assert found.sources == ("Rui", "Jira", "wiki.example.org")
    assert (found.sources_asked, found.enough_sources) == (3, True)
    assert [topic.code for topic in found.bare] == ["A.3"]
    assert _domain(cycle, "B").sources == ()


def test_the_same_content_from_two_people_is_one_source(
    house: House, cycle: Cycle
) -> None:
    for name in ("rui", "noa"):
        factories_evidence.file(house.workspace, house[name], to=(cycle, "A.1"))
    found = _domain(cycle)
    assert found.sources == ("Rui",)
    assert found.pieces == 2


def test_a_domain_is_backed_with_sources_and_vantage_points_enough(
    house: House, cycle: Cycle
) -> None:
    for number in range(3):
        factories_evidence.link(
            house.workspace,
            house["rui"],
            f"https://w{number}.example.org",
            to=(cycle, "A.1"),
        )
    heard = ("leadership", "practitioner", "oversight")
    for name, vantage in zip(("ada", "rui", "noa"), heard, strict=True):
        factories.rating(cycle, "A.1", house[name], vantage=vantage)
    found = _domain(cycle)
    assert found.unheard == ("Consumer",)
    assert not found.meets
    factories.rating(cycle, "A.2", house["petra"], vantage="consumer")
    found = _domain(cycle)
    assert (len(found.heard), found.unheard, found.meets) == (4, (), True)
    assert not _domain(cycle, "B").meets


def test_an_edition_that_asks_for_nothing_is_met_by_nothing(house: House) -> None:
    plain = factories.cycle(house.workspace)
    assert _domain(plain).meets


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"expires_on": TODAY - DAY}, "expired"),
        ({"dated_on": date(2024, 12, 31)}, "more than a year older than the period"),
    ],
)
def test_stale_evidence_is_flagged_and_counts_for_nothing(
    house: House, cycle: Cycle, changes: dict[str, date], why: str
) -> None:
    piece = factories_evidence.link(
        house.workspace,
        house["rui"],
        to=(cycle, "A.1"),
        **({"dated_on": date(2026, 1, 1)} | changes),  # type: ignore[arg-type]  # dates
    )
    found = _domain(cycle)
    assert [(one.evidence_id, one.why) for one in found.stale] == [(piece.pk, why)]
    assert found.sources == ()
    assert found.topics[0].stale == 1
    assert found.bare[0].code == "A.1"


def test_evidence_counts_through_its_last_day(house: House, cycle: Cycle) -> None:
    factories_evidence.link(
        house.workspace, house["rui"], to=(cycle, "A.1"), expires_on=TODAY
    )
    assert _domain(cycle).sources
    assert not _domain(cycle, today=TODAY + DAY).sources


def test_a_locked_cycle_stays_backed_as_it_was(house: House, cycle: Cycle) -> None:
    piece = factories_evidence.link(
        house.workspace, house["rui"], to=(cycle, "A.1"), expires_on=TODAY + DAY
    )
    factories.rating(cycle, "A.1", house["rui"])
    before = factories_evidence.link(
        house.workspace, house["rui"], "https://b.example.org", to=(cycle, "A.1")
    )
    evidencing.withdraw(
        workspace_id=house.workspace.pk,
        evidence_id=before.pk,
        why="",
        by=house["rui"],
        now=NOW - DAY,
    )
    factories.locked(cycle)
    evidencing.withdraw(
        workspace_id=house.workspace.pk,
        evidence_id=piece.pk,
        why="",
        by=house["rui"],
        now=NOW + DAY,
    )
    found = _domain(cycle, today=TODAY + 90 * DAY)
    assert found.sources == ("wiki.example.org",)
    assert [(one.evidence_id, one.why) for one in found.stale] == [
        (before.pk, "withdrawn")
    ]
