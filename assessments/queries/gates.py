"""The journey of a programme: its stages, the gates before them, and their reviews."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Cycle,
    CycleState,
    Edition,
    EditionState,
    GateCondition,
    GateDecision,
    GateReview,
    Scope,
)
from assessments.queries.frameworks import framework, spoken
from assessments.queries.plan import name_of, under

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from scoring.events import Json
    from scoring.rubric import Edition as Framework
    from scoring.rubric import Stage

DECISIONS = (
    ("go", _("Go: every criterion is met")),
    ("conditional_go", _("Conditional go: on, with conditions that somebody owns")),
    ("recycle", _("Recycle: back to the work, then review again")),
    ("stop", _("Stop: this way is not gone further")),
)
_LABELS = {
    "go": _("Go"),
    "conditional_go": _("Conditional go"),
    "recycle": _("Recycle"),
    "stop": _("Stop"),
}
_PASSED = (GateDecision.GO, GateDecision.CONDITIONAL_GO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReview:
    """A review of a gate in its history."""

    id: int
    decision: str  # empty: open
    label: str
    at: datetime  # decided, or opened
    conditions_open: int

    @property
    def passed(self) -> bool:
        """Whether the stage behind the gate was opened."""
        return self.decision in _PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """A gate before a stage, with its reviews, the newest first."""

    name: str
    purpose: str
    criteria: int
    reviews: tuple[PastReview, ...]

    @property
    def open(self) -> PastReview | None:
        """The review that waits for a decision."""
        return next((one for one in self.reviews if not one.decision), None)

    @property
    def last(self) -> PastReview | None:
        """The newest review that was decided."""
        return next((one for one in self.reviews if one.decision), None)

    @property
    def passed(self) -> bool:
        """Whether the newest decision opened the stage."""
        return self.last is not None and self.last.passed


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """A stage of the journey."""

    code: str
    name: str
    purpose: str
    outputs: tuple[str, ...]
    telemetry_role: str
    gate: GateRow | None
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Where a part of the organization stands on its way."""

    scope_id: int
    scope_name: str
    scope_path: str
    edition_id: int
    edition_title: str
    stages: tuple[StageRow, ...]
    baseline: bool  # a cycle of this part was locked

    @property
    def current(self) -> StageRow:
        """The last stage that is reached."""
        return next(one for one in reversed(self.stages) if one.reached)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A criterion of a gate, and what was found about it."""

    code: str
    text: str
    evidence: tuple[str, ...]  # to ask for
    met: bool | None  # None: unknown, which does not count as met
    note: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRow:
    """What has to be done after a conditional go."""

    id: int
    review_id: int
    text: str
    owner_id: int
    owner: str
    due_on: date
    overdue: bool
    met_at: datetime | None
    met_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow:
    """Who stands for a decision."""

    person_id: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One review of a gate."""

    id: int
    scope_id: int
    scope_name: str
    scope_path: str
    edition_id: int
    edition_title: str
    stage: str
    stage_name: str
    gate_name: str
    gate_purpose: str
    cycle_id: int | None
    cycle_title: str
    findings: tuple[FindingRow, ...]
    decision: str
    label: str
    reason: str
    opened_by: str
    opened_at: datetime
    decided_at: datetime | None
    conditions: tuple[ConditionRow, ...]
    signatures: tuple[SignatureRow, ...]
    marker: str

    @property
    def met(self) -> int:
        """How many criteria are met."""
        return sum(one.met is True for one in self.findings)

    @property
    def unmet(self) -> int:
        """How many criteria are not met."""
        return sum(one.met is False for one in self.findings)

    @property
    def unknown(self) -> int:
        """Of how many criteria nobody could say; they do not count as met."""
        return sum(one.met is None for one in self.findings)


def edition_choices(*, workspace_id: int) -> list[tuple[int, str]]:
    """Return the newest edition of each framework with gates, the most used first."""
    offered = Edition.objects.filter(
        Q(workspace_id=workspace_id) | Q(workspace=None), state=EditionState.PUBLISHED
    ).annotate(used=Count("cycles", filter=Q(cycles__workspace_id=workspace_id)))
    newest: dict[str, Edition] = {}
    used: Counter[str] = Counter()
    for one in offered.defer("document").order_by("-published_at", "-pk"):
        used[one.key] += one.used
        if one.key not in newest and framework(sha256=one.sha256).gates:
            newest[one.key] = one
    by_use = sorted(newest.values(), key=lambda one: -used[one.key])
    return [(one.pk, f"{one.title} ({one.version})") for one in by_use]


def journey(
    *, workspace_id: int, scope_id: int, edition_id: int, reach: Iterable[str]
) -> Journey | None:
    """Return where a part within reach stands, or None."""
    scope = Scope.objects.filter(
        under("path", reach), workspace_id=workspace_id, pk=scope_id
    ).first()
    edition = (
        Edition.objects.defer("document")
        .filter(Q(workspace_id=workspace_id) | Q(workspace=None), pk=edition_id)
        .first()
    )
    if scope is None or edition is None:
        return None
    frame = spoken(sha256=edition.sha256)
    if not (frame.stages and frame.gates):
        return None
    baseline = Cycle.objects.filter(
        scope=scope, edition__key=edition.key, state=CycleState.LOCKED
    ).exists()
    return Journey(
        scope_id=scope.pk,
        scope_name=scope.name,
        scope_path=scope.path,
        edition_id=edition.pk,
        edition_title=f"{frame.title} {edition.version}",
        stages=_stages(frame, _reviews(scope, edition), baseline=baseline),
        baseline=baseline,
    )


def review(
    *, workspace_id: int, review_id: int, reach: Iterable[str], today: date
) -> ReviewRow | None:
    """Return one review within reach, or None."""
    one = (
        GateReview.objects.filter(
            under("scope__path", reach), workspace_id=workspace_id, pk=review_id
        )
        .select_related("scope", "edition", "cycle", "opened_by")
        .defer("edition__document", "cycle__content")
        .prefetch_related(
            "conditions__owner", "conditions__met_by", "signatures__person"
        )
        .first()
    )
    return _review(one, today) if one else None


def condition(*, workspace_id: int, condition_id: int) -> tuple[int, int, str] | None:
    """Return review, owner and path of a condition of this workspace, or None."""
    return (
        GateCondition.objects.filter(review__workspace_id=workspace_id, pk=condition_id)
        .values_list("review_id", "owner_id", "review__scope__path")
        .first()
    )


def open_conditions(
    *, workspace_id: int, reach: Iterable[str], today: date
) -> list[ConditionRow]:
    """Return the conditions that are not met yet, the first due first."""
    found = GateCondition.objects.filter(
        under("review__scope__path", reach),
        review__workspace_id=workspace_id,
        met_at=None,
    ).select_related("owner", "met_by")
    return [_condition(one, today) for one in found.order_by("due_on", "pk")]


def marker(findings: Mapping[str, Json]) -> str:
    """Return a digest of what was found: an edit of something else is refused."""
    text = json.dumps(findings, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _reviews(scope: Scope, edition: Edition) -> dict[str, list[PastReview]]:
    found = GateReview.objects.filter(scope=scope, edition__key=edition.key).annotate(
        waiting=Count("conditions", filter=Q(conditions__met_at=None))
    )
    reviews: dict[str, list[PastReview]] = {}
    for one in found.order_by("-pk"):
        reviews.setdefault(one.stage, []).append(
            PastReview(
                id=one.pk,
                decision=one.decision if one.decided_at else "",
                label=_label(one),
                at=one.decided_at or one.opened_at,
                conditions_open=one.waiting,
            )
        )
    return reviews


def _stages(
    frame: Framework, reviews: Mapping[str, list[PastReview]], *, baseline: bool
) -> tuple[StageRow, ...]:
    """Return the stages; one is reached while nothing bars the way to it.

    The first is where everybody begins. A stage without a gate opens with the first
    locked cycle; one with a gate opens when its newest decision lets it.
    """
    gates = {one.code: _gate(frame, one, reviews) for one in frame.stages}
    rows, open_ = [], True
    for place, stage in enumerate(frame.stages):
        gate = gates[stage.code]
        if place:
            open_ = open_ and (gate.passed if gate else baseline)
        rows.append(
            StageRow(
                code=stage.code,
                name=stage.name,
                purpose=stage.purpose,
                outputs=stage.outputs,
                telemetry_role=stage.telemetry_role,
                gate=gate,
                reached=open_,
            )
        )
    return tuple(rows)


def _gate(
    frame: Framework, stage: Stage, reviews: Mapping[str, list[PastReview]]
) -> GateRow | None:
    gate = frame.gate_before(stage.code)
    if gate is None:
        return None
    return GateRow(
        name=gate.name,
        purpose=gate.purpose,
        criteria=len(gate.criteria),
        reviews=tuple(reviews.get(stage.code, ())),
    )


def _review(one: GateReview, today: date) -> ReviewRow:
    frame = spoken(sha256=one.edition.sha256)
    gate = frame.gate_before(one.stage)
    stage = next((each for each in frame.stages if each.code == one.stage), None)
    return ReviewRow(
        id=one.pk,
        scope_id=one.scope_id,
        scope_name=one.scope.name,
        scope_path=one.scope.path,
        edition_id=one.edition_id,
        edition_title=f"{frame.title} {one.edition.version}",
        stage=one.stage,
        stage_name=stage.name if stage else one.stage,
        gate_name=gate.name if gate else one.stage,
        gate_purpose=gate.purpose if gate else "",
        cycle_id=one.cycle_id,
        cycle_title=one.cycle.title if one.cycle else "",
        findings=tuple(
            FindingRow(
                code=each.code,
                text=each.text,
                evidence=each.evidence,
                met=one.findings.get(each.code, {}).get("met"),
                note=one.findings.get(each.code, {}).get("note", ""),
                link=one.findings.get(each.code, {}).get("link", ""),
            )
            for each in (gate.criteria if gate else ())
        ),
        decision=one.decision,
        label=_label(one),
        reason=one.reason,
        opened_by=name_of(one.opened_by),
        opened_at=one.opened_at,
        decided_at=one.decided_at,
        conditions=tuple(_condition(each, today) for each in one.conditions.all()),
        signatures=tuple(
            SignatureRow(
                person_id=each.person_id, name=name_of(each.person), at=each.signed_at
            )
            for each in one.signatures.all()
        ),
        marker=marker(one.findings),
    )


def _condition(one: GateCondition, today: date) -> ConditionRow:
    return ConditionRow(
        id=one.pk,
        review_id=one.review_id,
        text=one.text,
        owner_id=one.owner_id,
        owner=name_of(one.owner),
        due_on=one.due_on,
        overdue=one.met_at is None and one.due_on < today,
        met_at=one.met_at,
        met_by=name_of(one.met_by),
    )


def _label(one: GateReview) -> str:
    return str(_LABELS[one.decision]) if one.decided_at else ""
