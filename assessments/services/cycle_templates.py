"""Plans kept under a name, and "again as last quarter"."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import (
    Assignment,
    Cycle,
    CycleTemplate,
    Edition,
    EditionState,
    Invitation,
    Workspace,
)
from assessments.queries.answers import kept
from assessments.queries.cycles import domain_options
from assessments.queries.frameworks import framework, framework_of
from assessments.services import cycles, inviting, journal, participating
from assessments.services.plans import Plan
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.events import Json

_LONGEST_NAME = 120
_MONTHS = 12
_QUARTER = 3
# Links of people who were invited before open at least this long after the due date.
_LINK_LIFE = timedelta(days=30)


class NoSuchTemplate(Refusal):
    """The template is none of this workspace."""


@transaction.atomic
def keep(*, cycle_id: int, name: str, by: User, now: datetime) -> int:
    """Keep a cycle's plan under a name; the same name again is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise Unfit(
            "name",
            _("Give the template a name of at most %(n)s characters.")
            % {"n": _LONGEST_NAME},
        )
    cycle = _cycle(cycle_id)
    row, _made = CycleTemplate.objects.update_or_create(
        workspace_id=cycle.workspace_id,
        name=name,
        defaults={"plan": _timeless(cycle), "created_by": by, "created_at": now},
    )
    _journal(row, "template.kept", by, now)
    return row.pk


@transaction.atomic
def forget(*, workspace_id: int, template_id: int, by: User, now: datetime) -> None:
    """Remove a template; cycles that were started from it stay."""
    row = CycleTemplate.objects.filter(
        workspace_id=workspace_id, pk=template_id
    ).first()
    if row is None:
        return
    _journal(row, "template.forgotten", by, now)
    row.delete()


@transaction.atomic
def start(
    *,
    workspace_id: int,
    template_id: int,
    title: str,
    period_start: date,
    period_end: date,
    by: User,
    now: datetime,
) -> int:
    """Plan a draft from a template; return its id."""
    row = CycleTemplate.objects.filter(
        workspace_id=workspace_id, pk=template_id
    ).first()
    if row is None:
        raise NoSuchTemplate(_("This template is not there any more."))
    return _draft(workspace_id, row.plan, title, period_start, period_end, by, now)


@transaction.atomic
def again(*, cycle_id: int, by: User, now: datetime) -> int:
    """Plan the next period of a cycle; return the draft's id.

    The same scope and people, the edition or its newest version, targets raised by the
    usual advice. Asked for twice, the draft that is there is returned.
    """
    before = _cycle(cycle_id)
    Workspace.objects.select_for_update().get(pk=before.workspace_id)
    there = Cycle.objects.filter(based_on=before, state="draft", created_by=by).first()
    if there is not None:
        return there.pk
    first, last = next_period(before.period_start, before.period_end)
    return _draft(
        before.workspace_id,
        _timeless(before) | {"scopes": [before.scope_id]},
        title_of(before.title, first, last),
        first,
        last,
        by,
        now,
        based_on=before,
    )


def next_period(first: date, last: date) -> tuple[date, date]:
    """Return the period that follows: as many whole months, or as many days."""
    after = last + timedelta(days=1)
    months = (after.year - first.year) * _MONTHS + after.month - first.month
    if first.day == 1 and after.day == 1 and months > 0:
        number = after.year * _MONTHS + after.month - 1 + months
        following = date(number // _MONTHS, number % _MONTHS + 1, 1)
        return after, following - timedelta(days=1)
    return after, after + (last - first)


def title_of(before: str, first: date, last: date) -> str:
    """Return the title of a period: "Q2 2026" for a quarter, else the title counted."""
    after = last + timedelta(days=1)
    whole = first.day == 1 and after.day == 1 and (first.month - 1) % _QUARTER == 0
    months = (after.year - first.year) * _MONTHS + after.month - first.month
    if whole and months == _QUARTER:
        return f"Q{(first.month - 1) // _QUARTER + 1} {first.year}"
    return _("%(title)s, from %(day)s") % {
        "title": before.split(",")[0],
        "day": first.isoformat(),
    }


# ── inside ─────────────────────────────────────────────────────────────────────────


def _timeless(cycle: Cycle) -> dict[str, Json]:
    """Return everything of a plan that does not depend on the calendar."""
    scopes = [cycle.scope_id]
    if cycle.campaign_id is not None:
        together = Cycle.objects.filter(campaign_id=cycle.campaign_id)
        scopes = list(together.order_by("pk").values_list("scope_id", flat=True))
    people: dict[int, dict[str, Any]] = {}
    for row in Assignment.objects.filter(cycle=cycle):
        one = people.setdefault(row.person_id, {"vantage": row.vantage, "domains": []})
        one["domains"].append(row.domain)
    links = Invitation.objects.filter(cycle=cycle, revoked_at=None)
    guests = {link.person_id for link in links}
    due = cycle.due_on
    return {
        "scopes": cast("Json", scopes),
        "edition": cycle.edition_id,
        "targets": dict(cycle.targets),
        "left_out": dict(cycle.left_out),
        "rescoring": cycle.rescoring,
        "unanchored": cycle.unanchored,
        "remind_every_days": cycle.remind_every_days,
        "due_days_before_end": (cycle.period_end - due).days if due else None,
        "people": [
            {"person": pk, **one} for pk, one in people.items() if pk not in guests
        ],
        "guests": [
            {
                "email": link.email,
                "name": link.name,
                "vantage": link.vantage,
                "domains": link.domains,
            }
            for link in links
        ],
    }


def _draft(
    workspace_id: int,
    kept_plan: Mapping[str, Any],
    title: str,
    first: date,
    last: date,
    by: User,
    now: datetime,
    *,
    based_on: Cycle | None = None,
) -> int:
    edition = _newest(workspace_id, kept_plan["edition"])
    scopes = _still_there(workspace_id, kept_plan["scopes"])
    known = {one.code for one in framework(sha256=edition.sha256).domains}
    left_out = {c: why for c, why in kept_plan["left_out"].items() if c in known}
    days = kept_plan["due_days_before_end"]
    due_on = max(first, last - timedelta(days=days)) if days is not None else None
    targets = {c: level for c, level in kept_plan["targets"].items() if c in known}
    if based_on is not None:
        options = domain_options(scope_id=scopes[0], edition_id=edition.pk)
        targets |= {one.code: f"{one.suggested:.1f}" for one in options}
    pk = cycles.create(
        workspace_id=workspace_id,
        scope_ids=scopes,
        plan=Plan(
            edition_id=edition.pk,
            title=title,
            period_start=first,
            period_end=last,
            due_on=due_on,
            targets=targets,
            left_out=left_out,
            rescoring=kept_plan["rescoring"],
            unanchored=kept_plan["unanchored"],
            remind_every_days=kept_plan["remind_every_days"],
        ),
        by=by,
        now=now,
        based_on_id=based_on.pk if based_on else None,
    )
    _ask_again(pk, kept_plan, due_on or last, by, now)
    return pk


def _ask_again(
    cycle_id: int, kept_plan: Mapping[str, Any], due_on: date, by: User, now: datetime
) -> None:
    """Ask the same people, as far as they and their domains are still there."""
    cycle = participating.held(cycle_id)
    may = {one.id for one in participating.members(cycle)}
    edition = framework_of(cycle_id=cycle_id)
    codes = {one.code for one in kept(edition, cycle.left_out)}
    for one in kept_plan["people"]:
        domains = [code for code in one["domains"] if code in codes]
        if one["person"] in may and domains:
            participating.set_person(
                cycle_id=cycle_id,
                person_id=one["person"],
                domains=domains,
                vantage=one["vantage"],
                by=by,
                now=now,
            )
    zone = ZoneInfo(cycle.workspace.time_zone)
    today = now.astimezone(zone).date()
    longest = today + inviting.LONGEST_LIFE - timedelta(days=1)
    until = min(max(due_on, today) + _LINK_LIFE, longest)
    for one in kept_plan["guests"]:
        domains = [code for code in one["domains"] if code in codes]
        if domains and not _is_member(cycle, one["email"]):
            participating.invite(
                cycle_id=cycle_id,
                email=one["email"],
                name=one["name"],
                vantage=one["vantage"],
                domains=domains,
                expires_on=until,
                zone=zone,
                by=by,
                now=now,
            )


def _is_member(cycle: Cycle, email: str) -> bool:
    return User.objects.filter(
        memberships__workspace_id=cycle.workspace_id, email__iexact=email
    ).exists()


def _newest(workspace_id: int, edition_id: int) -> Edition:
    """Return the newest published version of an edition."""
    editions = Edition.objects.defer("document")
    row = editions.filter(pk=edition_id).first()
    if row is None:
        raise Unfit("edition", _("The edition of this plan is not there any more."))
    mine = Q(workspace_id=workspace_id) | Q(workspace=None)
    versions = editions.filter(mine, key=row.key, state=EditionState.PUBLISHED)
    return versions.order_by("-published_at", "-pk").first() or row


def _still_there(workspace_id: int, scope_ids: Sequence[int]) -> list[int]:
    mine = Workspace.objects.get(pk=workspace_id).scopes
    there = set(mine.filter(pk__in=scope_ids).values_list("pk", flat=True))
    found = [pk for pk in dict.fromkeys(scope_ids) if pk in there]
    return found or [mine.get(parent=None).pk]


def _cycle(cycle_id: int) -> Cycle:
    return Cycle.objects.defer("content").get(pk=cycle_id)


def _journal(row: CycleTemplate, verb: str, by: User, now: datetime) -> None:
    journal.record(
        workspace_id=row.workspace_id,
        verb=verb,
        target=("cycle_template", row.pk),
        by=by,
        at=now,
        detail={"name": row.name},
    )
