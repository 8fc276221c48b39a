"""Which tables there are: their columns, and the fields that fill them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from assessments import models

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from django_stubs_ext import StrPromise

Rows: TypeAlias = "QuerySet[Model]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The fields that say where a row belongs."""

    workspace: str = "workspace_id"
    cycle: str = ""  # empty: it belongs to no cycle
    path: str = ""  # of a node; empty: it belongs to the whole workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of an export."""

    key: str
    title: StrPromise
    about: StrPromise
    rows: Callable[[], Rows]
    columns: tuple[tuple[str, str], ...]  # the column's name, the field
    # Columns that hold a person's name, and the field that leads to the person.
    people: tuple[tuple[str, str], ...] = ()
    place: Place = Place()  # frozen
    audit: bool = False  # for those who may see what every person did
    named: bool = False  # who said it is for them, what was said for every reader
    unanchored: bool = False  # others' words wait for one's own first answer
    also: Q | None = None


def _own(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


_CYCLE = (("cycle_id", "cycle_id"), ("cycle", "cycle__title"))
_OF_CYCLE = Place(
    workspace="cycle__workspace_id",
    cycle="cycle_id",
    path="cycle__scope__path",
)
_OF_SCORING = Place(
    workspace="scoring__cycle__workspace_id",
    cycle="scoring__cycle_id",
    path="scoring__cycle__scope__path",
)
_SCORING = (
    ("cycle_id", "scoring__cycle_id"),
    ("cycle", "scoring__cycle__title"),
    ("scored_at", "scoring__made_at"),
)
_NEWEST = models.Scoring.objects.filter(cycle=OuterRef("scoring__cycle"))
_LAST = Q(scoring_id=Subquery(_NEWEST.order_by("-pk").values("pk")[:1]))

TABLES: tuple[Table, ...] = (
    Table(
        key="cycles",
        title=_("Cycles"),
        about=_("What was assessed, when, against which edition, and the hashes."),
        rows=lambda: models.Cycle.objects.all(),
        columns=(
            *_own("id", "title", "state"),
            ("scope", "scope__name"),
            ("edition", "edition__key"),
            ("edition_version", "edition__version"),
            ("edition_sha256", "edition__sha256"),
            *_own("period_start", "period_end", "due_on", "targets", "left_out"),
            *_own("revises_id", "revision_reason", "locked_at", "content_sha256"),
        ),
        place=Place(cycle="id", path="scope__path"),
    ),
    Table(
        key="ratings",
        title=_("Ratings"),
        about=_("Every answer, those that a newer one replaced among them."),
        rows=lambda: models.Rating.objects.all(),
        columns=(
            ("id", "id"),
            *_CYCLE,
            *_own("topic", "vantage", "answer", "level", "confidence", "rationale"),
            *_own("carried_from_id", "rated_at"),
        ),
        people=(("person", "person"),),
        named=True,
        unanchored=True,
        place=_OF_CYCLE,
    ),
    Table(
        key="decisions",
        title=_("Decisions"),
        about=_("What assessors decided about proposals of telemetry, and why."),
        rows=lambda: models.Decision.objects.all(),
        columns=(
            ("id", "id"),
            *_CYCLE,
            *_own("criterion", "verb", "proposed", "level", "reason", "expires_on"),
            ("decided_at", "decided_at"),
        ),
        people=(("decided_by", "decided_by"),),
        place=_OF_CYCLE,
    ),
    Table(
        key="settlements",
        title=_("Settlements"),
        about=_("Levels that were agreed on, by whom and why."),
        rows=lambda: models.Settlement.objects.all(),
        columns=(
            ("id", "id"),
            *_CYCLE,
            *_own("topic", "level", "reason", "settled_at"),
        ),
        people=(("settled_by", "settled_by"),),
        place=_OF_CYCLE,
    ),
    Table(
        key="disputes",
        title=_("Disputes"),
        about=_("Disagreements with an owner and a day, and how they ended."),
        rows=lambda: models.Dispute.objects.all(),
        columns=(
            ("id", "id"),
            *_CYCLE,
            *_own("topic", "text", "due_on", "opened_at", "resolution", "resolved_at"),
        ),
        people=(
            ("owner", "owner"),
            ("opened_by", "opened_by"),
            ("resolved_by", "resolved_by"),
        ),
        place=_OF_CYCLE,
    ),
    Table(
        key="scores",
        title=_("Scores"),
        about=_("The newest score of every topic, domain, pillar and scope."),
        rows=lambda: models.Score.objects.all(),
        columns=(
            *_SCORING,
            *_own("kind", "code", "declared", "declared_coverage"),
            *_own("declared_confidence", "measured", "measured_coverage", "agreed"),
            *_own("agreed_coverage", "agreed_confidence", "lowest", "highest"),
            *_own("raters", "because"),
        ),
        also=_LAST,
        place=_OF_SCORING,
    ),
    Table(
        key="measurements",
        title=_("Measurements"),
        about=_("What the newest scoring measured: value, n, interval, coverage."),
        rows=lambda: models.Measurement.objects.all(),
        columns=(
            *_SCORING,
            *_own("criterion", "metric", "lane", "status", "unit", "value", "low"),
            *_own("high", "n", "coverage", "provisional", "window_start"),
            *_own("window_end", "detail", "because"),
        ),
        also=_LAST,
        place=_OF_SCORING,
    ),
    Table(
        key="evidence",
        title=_("Evidence"),
        about=_("The register: what it is, whose, of when, and its hash."),
        rows=lambda: models.Evidence.objects.distinct(),
        columns=(
            *_own("id", "kind", "title", "origin", "note", "file_name", "url"),
            *_own("reference", "sha256", "dated_on", "expires_on", "added_at"),
            ("withdrawn_at", "withdrawn_at"),
        ),
        people=(("owner", "owner"), ("added_by", "added_by")),
        place=Place(cycle="supports__cycle_id", path="supports__cycle__scope__path"),
    ),
    Table(
        key="supports",
        title=_("What evidence supports"),
        about=_("Which piece backs which topic of which cycle."),
        rows=lambda: models.Support.objects.all(),
        columns=(
            ("evidence_id", "evidence_id"),
            *_CYCLE,
            *_own("topic", "added_at"),
        ),
        people=(("added_by", "added_by"),),
        place=_OF_CYCLE,
    ),
    Table(
        key="comments",
        title=_("Comments"),
        about=_("What people said to each other; of withdrawn ones, that they were."),
        rows=lambda: models.Comment.objects.all(),
        columns=(
            ("id", "id"),
            *_CYCLE,
            *_own("topic", "text", "written_at", "withdrawn_at"),
        ),
        people=(("author", "author"),),
        unanchored=True,
        place=_OF_CYCLE,
    ),
    Table(
        key="assignments",
        title=_("Assignments"),
        about=_("Who is asked for which domain, from where, and who is done."),
        rows=lambda: models.Assignment.objects.all(),
        columns=(
            *_CYCLE,
            *_own("domain", "vantage", "asked_at", "note", "finished_at"),
        ),
        people=(
            ("person", "person"),
            ("asked_by", "asked_by"),
            ("handed_by", "handed_by"),
        ),
        audit=True,
        place=_OF_CYCLE,
    ),
    Table(
        key="invitations",
        title=_("Invitations"),
        about=_("Who was invited by a link, for which domains, until when."),
        rows=lambda: models.Invitation.objects.all(),
        columns=(
            *_CYCLE,
            *_own("name", "email", "vantage", "domains", "invited_at"),
            *_own("expires_at", "opened_at", "revoked_at"),
        ),
        people=(("invited_by", "invited_by"),),
        audit=True,
        place=_OF_CYCLE,
    ),
    Table(
        key="members",
        title=_("Members"),
        about=_("Who belongs to the workspace, with role and vantage point."),
        rows=lambda: models.Member.objects.all(),
        columns=_own("role", "vantage", "joined_at"),
        people=(("person", "user"),),
        audit=True,
    ),
    Table(
        key="initiatives",
        title=_("Initiatives"),
        about=_("The plan: what, whose, when, how far."),
        rows=lambda: models.Initiative.objects.all(),
        columns=(
            *_own("id", "title", "text"),
            ("scope", "scope__name"),
            *_CYCLE,
            *_own("start_on", "due_on", "effort", "status", "created_at"),
            ("closed_on", "closed_on"),
        ),
        people=(("owner", "owner"), ("created_by", "created_by")),
        place=Place(cycle="cycle_id", path="scope__path"),
    ),
    Table(
        key="expectations",
        title=_("Expected changes of level"),
        about=_("Which domain an initiative is to raise, from where to where."),
        rows=lambda: models.Expectation.objects.all(),
        columns=(
            ("initiative_id", "initiative_id"),
            ("initiative", "initiative__title"),
            *_own("edition_key", "domain", "level_before", "level_after"),
        ),
        place=Place(
            workspace="initiative__workspace_id",
            cycle="initiative__cycle_id",
            path="initiative__scope__path",
        ),
    ),
    Table(
        key="gates",
        title=_("Gates"),
        about=_("Reviews at the gates of the journey, with findings and decision."),
        rows=lambda: models.GateReview.objects.all(),
        columns=(
            ("id", "id"),
            ("scope", "scope__name"),
            ("edition", "edition__key"),
            *_CYCLE,
            *_own("stage", "findings", "decision", "reason", "opened_at"),
            ("decided_at", "decided_at"),
        ),
        people=(("opened_by", "opened_by"),),
        place=Place(cycle="cycle_id", path="scope__path"),
    ),
    Table(
        key="gate_conditions",
        title=_("Conditions of gates"),
        about=_("What has to be met after a conditional go, by whom, until when."),
        rows=lambda: models.GateCondition.objects.all(),
        columns=(
            *_own("id", "review_id"),
            ("stage", "review__stage"),
            *_own("text", "due_on", "met_at"),
        ),
        people=(("owner", "owner"), ("met_by", "met_by")),
        place=Place(
            workspace="review__workspace_id",
            cycle="review__cycle_id",
            path="review__scope__path",
        ),
    ),
    Table(
        key="capabilities",
        title=_("Capabilities of the platform"),
        about=_("What teams can get, where, and how."),
        rows=lambda: models.CapabilityAccess.objects.all(),
        columns=(
            ("capability", "capability__name"),
            ("area", "capability__area"),
            ("team", "capability__team__name"),
            ("scope", "scope__name"),
            *_own("provision", "wait_hours", "recorded_at"),
        ),
        place=Place(workspace="capability__workspace_id", path="scope__path"),
    ),
    Table(
        key="journal",
        title=_("Audit trail"),
        about=_("Every act as it is chained: who, what, when, why, before, after."),
        rows=lambda: models.JournalEntry.objects.all(),
        columns=(
            *_own("sequence", "at", "actor", "verb", "target_kind", "target_id"),
            *_own("detail", "why", "before", "after", "previous_sha256", "sha256"),
        ),
        people=(("by", "by"),),
        audit=True,
    ),
)
