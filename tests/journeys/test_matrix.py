"""Every page with objects that exist: nobody reaches what is not theirs.

`test_doors` asks who may knock; here everything behind the doors is there, so a page
that forgets to ask whose object it shows would show it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from assessments.access import Role
from assessments.models import (
    AnswerSheet,
    ApiToken,
    Capability,
    Comment,
    CycleTemplate,
    Event,
    Invitation,
    RawRecord,
    RuleVersion,
    ShareLink,
    Source,
    Support,
)
from assessments.services import (
    alert_channels,
    api_tokens,
    commenting,
    cycle_templates,
    cycles,
    membership,
    reporting,
    saved_views,
    scheduling,
    sharing,
)
from assessments.services.transferring import asking
from tests import (
    factories,
    factories_calibration,
    factories_editions,
    factories_evidence,
    factories_participation,
    factories_plan,
    factories_service_levels,
)
from tests.factories import NOW
from tests.journeys.test_doors import DOORS, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db

# What a page is about, where its address does not name an object.
WORDS: dict[str, str | int | date] = {
    "domain": "A",
    "topic": "A.1",
    "criterion": "A.M1",
    "kind": "topic",
    "code": "A.1",
    "what": "topic",
    "layout": "csv",
    "table": "scores",
    "name": "stages",
    "first": date(2026, 3, 2),
}
# Other words than those above, where a page asks for others.
KINDS = {
    "edition_whole": {"kind": "general"},
    "edition_part_add": {"kind": "domain", "code": "A"},
    "portfolio_figure": {"name": "freshness"},
    "service_level_figure": {"name": "budget"},
}
# Taking away what is not there is well: nothing happens.
GONE_IS_WELL = {
    ("capability_remove", "post", 302),
    ("cycle_template_forget", "post", 302),
}
# Pages of answering open to whoever answers, and are empty for who is asked nothing.
EMPTY_HANDED = {
    "answer_overview",
    "answer_resume",
    "answer_shortcuts",
    "offline",
    "offline_file",
    "sheet_discard",
    "workshop",
    "workshop_stage",
}
# Pages with nothing of a workspace in their address but its name.
OWN = {
    name
    for name, page in PAGES.items()
    if page.pattern.converters.keys() <= WORDS.keys()
}


@pytest.fixture
def objects(
    house: House,
    evidence_folder: Path,
) -> dict[str, str | int | date]:
    """One object of each kind in the house, by its name in addresses."""
    workspace, ada = house.workspace, house["ada"]
    edition = factories_plan.staged()
    cycle = factories.cycle(workspace, by=ada, of=edition, state="draft")
    factories_participation.asked(cycle, ada, house["noa"])
    factories_participation.invited(cycle)
    cycles.open_(cycle_id=cycle.pk, by=ada, now=NOW)
    factories_plan.answered(cycle, 3, ada)
    piece = factories_evidence.file(workspace, ada, to=(cycle, "A.1"))
    commenting.write(
        cycle_id=cycle.pk, topic="A.1", author=ada, text="Is it so?", now=NOW
    )
    review = factories_plan.decided(
        factories_plan.examined(factories_plan.review(workspace, edition), True, None),
        "conditional_go",
        conditions=(factories_plan.condition(ada),),
    )
    condition = review.conditions.first()
    assert condition is not None
    member = workspace.members.get(user=house["rui"])
    report = reporting.ask(cycle_id=cycle.pk, kind="board_pdf", by=ada, now=NOW)
    cycle_templates.keep(cycle_id=cycle.pk, name="Quarter", by=ada, now=NOW)
    api_tokens.make(member_id=workspace.members.get(user=ada).pk, name="t", now=NOW)
    unit = factories.unit(workspace, "Beside")
    sharing.share(
        cycle_id=cycle.pk,
        label="The board",
        expires_on=date(2027, 1, 1),
        zone=UTC,
        by=ada,
        now=NOW,
    )
    sheet = AnswerSheet.objects.create(
        cycle=cycle, person=ada, file_name="a.xlsx", rows=[], uploaded_at=NOW
    )
    return (
        WORDS
        | _telemetry(house)
        | _by_itself(house)
        | {
            "cycle_id": cycle.pk,
            "scope_id": unit.pk,
            "member_id": member.pk,
            "grant_id": _granted(house, unit.pk),
            "token_id": ApiToken.objects.get().pk,
            "edition_id": factories_editions.draft(edition, workspace).pk,
            "before_id": edition.pk,
            "template_id": CycleTemplate.objects.get().pk,
            "person_id": ada.pk,
            "invitation_id": Invitation.objects.get().pk,
            "comment_id": Comment.objects.get().pk,
            "dispute_id": factories_calibration.dispute(cycle).pk,
            "report_id": report.report_id,
            "initiative_id": factories_plan.initiative(workspace).pk,
            "review_id": review.pk,
            "condition_id": condition.pk,
            "capability_id": factories_plan.capability(workspace).pk,
            "support_id": Support.objects.get().pk,
            "evidence_id": piece.pk,
            "link_id": ShareLink.objects.get().pk,
            "sheet_id": sheet.pk,
            "view_id": saved_views.keep(
                workspace_id=workspace.pk,
                name="Software, 90 days",
                page="delivery",
                query="days=90",
                shared=True,
                by=ada,
                now=NOW,
            ),
            "export_id": asking.ask(workspace_id=workspace.pk, by=ada, now=NOW) or 0,
        }
    )


def _granted(house: House, unit_id: int) -> int:
    """Make Rui the lead of the unit, a part where nothing of the house is."""
    return membership.grant(
        workspace_id=house.workspace.pk,
        member_id=house.workspace.members.get(user=house["rui"]).pk,
        scope_id=unit_id,
        role=Role.LEAD,
        by=house["ada"],
        now=NOW,
    )


def _telemetry(house: House) -> dict[str, int]:
    source = Source.objects.create(
        workspace=house.workspace,
        scope=factories.root(house.workspace),
        kind="push",
        name="Pipelines",
        created_at=NOW,
    )
    version = RuleVersion.objects.create(source=source, number=1, made_at=NOW)
    record = RawRecord.objects.create(
        source=source, sort="line", digest="d", body={}, seen_at=NOW
    )
    event = Event.objects.create(
        source=source,
        service=factories.service(house.workspace, "checkout"),
        kind="deployment",
        external_id="dep-1",
        lane="code",
        at=datetime(2026, 2, 1, 8, tzinfo=UTC),
        data={"status": "success"},
        raw_record=record,
    )
    return {
        "service_id": factories.service(house.workspace, "ranker", kind="model").pk,
        "slo_id": factories_service_levels.slo(house.workspace).pk,
        "source_id": source.pk,
        "number": version.number,
        "event_id": event.pk,
        "raw_record_id": record.pk,
    }


def _by_itself(house: House) -> dict[str, int]:
    """Make a schedule and a channel of alerts."""
    rescore = scheduling.Wish(task="rescore", cron="0 6 * * *", time_zone="UTC")
    mail = alert_channels.Wish(
        name="Team",
        kind="email",
        address="team@example.org",
        topics=("level_lost",),
        language="en",
    )
    told: dict[str, Any] = {
        "workspace_id": house.workspace.pk,
        "by": house["ada"],
        "now": NOW,
    }
    channel_id, _secret = alert_channels.add(wish=mail, **told)
    return {
        "schedule_id": scheduling.plan(wish=rescore, **told),
        "channel_id": channel_id,
    }


def _address(name: str, slug: str, objects: dict[str, str | int | date]) -> str:
    parts = set(PAGES[name].pattern.converters)
    missing = parts - objects.keys()
    assert not missing, f"{name} needs an object for {missing}: make one above"
    found = {part: objects[part] for part in parts} | {"workspace_slug": slug}
    own = {key: one for key, one in KINDS.get(name, {}).items() if key in parts}
    return reverse(name, kwargs=found | own)


def _status(client: Client, method: str, address: str) -> int:
    answer = getattr(client, method)(address)
    if answer.streaming:
        answer.getvalue()  # read to its end, a file is closed
    status: int = answer.status_code
    return status


def _reached(
    client: Client,
    names: Iterable[str],
    slug: str,
    objects: dict[str, str | int | date],
) -> set[tuple[str, str, int]]:
    """Return the pages that answer as if the person could do something there."""
    refused = {403, 404, 405}
    found = set()
    for name in sorted(names):
        address = _address(name, slug, objects)
        for method in ("get", "post"):
            status = _status(client, method, address)
            if status not in refused:
                found.add((name, method, status))
    return found


def test_a_lead_of_another_workspace_reaches_nothing(
    house: House, sign_in: SignIn, objects: dict[str, str | int | date]
) -> None:
    """Neither by the house's name nor by naming its objects under their own."""
    otto = sign_in("otto")
    assert _reached(otto, PAGES, house.slug, objects) == set()
    theirs = _reached(otto, PAGES.keys() - OWN, house.other.slug, objects)
    assert theirs <= GONE_IS_WELL
    assert Capability.objects.filter(workspace=house.workspace).exists()
    assert CycleTemplate.objects.filter(workspace=house.workspace).exists()


def test_what_is_there_is_shown_to_a_lead(
    house: House, sign_in: SignIn, objects: dict[str, str | int | date]
) -> None:
    """So that a 404 for the others means what it says."""
    ada = sign_in("ada")
    missing = {
        name
        for name in PAGES
        if _status(ada, "get", _address(name, house.slug, objects)) == 404
    }
    # No demonstration, a source that has no credential, no address to push to and no
    # mapping, two files not made yet, practices that nobody has assessed.
    unmade = {"report_file", "export_file", "practices_figure"}
    unfit = {"source_credential", "source_hook", "source_mapping"}
    assert missing == unmade | unfit | {"demo_remove"}


def test_a_lead_of_a_part_reaches_nothing_beside_it(
    house: House, sign_in: SignIn, objects: dict[str, str | int | date]
) -> None:
    """Rui is asked nothing and leads a unit in which nothing happened."""
    beside = {
        name
        for name, page in PAGES.items()
        if {"cycle_id", "initiative_id", "review_id", "event_id", "raw_record_id"}
        & set(page.pattern.converters)
    }
    rui = sign_in("rui")
    reached = {name for name, *_ in _reached(rui, beside, house.slug, objects)}
    assert reached <= EMPTY_HANDED
    for name in reached:
        shown = rui.get(_address(name, house.slug, objects))
        body = b"".join(shown) if shown.streaming else shown.content
        assert b"A.1" not in body, name


@pytest.mark.parametrize("persona", ["noa", "vera", "sam"])
def test_what_a_role_may_not_do_stays_closed(
    house: House, sign_in: SignIn, objects: dict[str, str | int | date], persona: str
) -> None:
    closed = [name for name, open_to in DOORS.items() if persona not in open_to]
    assert closed
    assert _reached(sign_in(persona), closed, house.slug, objects) == set()
