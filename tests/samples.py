"""Results and trends made up in memory, the size of a real assessment.

For what only shows rows: charts, documents and their benchmark need no database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from assessments.charts.trends import Rate, Trend, Week
from assessments.queries import results as rows
from assessments.queries import trail as trails
from assessments.queries.brands import BrandRow
from assessments.queries.plan import InitiativeRow
from assessments.queries.results.agreements import SettlementRow
from assessments.reports.material import Material

_PILLARS = {
    "people": "People",
    "process": "Process",
    "technology": "Technology",
    "governance": "Governance",
}
_DOMAINS = (
    ("people", "AI Leadership and Sponsorship"),
    ("people", "AI Talent and Skills"),
    ("people", "AI Literacy and Culture"),
    ("people", "Change Management Capability"),
    ("process", "Use Case Management"),
    ("process", "Data Management and Quality"),
    ("process", "ML Operations and Deployment"),
    ("process", "AI Project Delivery"),
    ("process", "Continuous Improvement"),
    ("technology", "Data Infrastructure"),
    ("technology", "AI/ML Platform and Tooling"),
    ("technology", "Integration Architecture"),
    ("technology", "Security and Infrastructure"),
    ("governance", "AI Strategy and Alignment"),
    ("governance", "AI Ethics and Responsible AI"),
    ("governance", "Regulatory Compliance"),
    ("governance", "Risk Management"),
    ("governance", "AI Governance Structure"),
)
_TOPICS = (
    "Named owner with a budget",
    "Practice written down and followed",
    "Share of teams in scope",
    "Review of results with those affected",
    "Automation of the routine path",
    "Learning from failures and near misses",
)
_LEVELS = (
    "Nobody is responsible; what happens depends on who is there.",
    "Single teams do it in their own way, without writing it down.",
    "It is written down, and most teams follow it.",
    "It is measured, and deviations are acted on within a month.",
    "It is improved from its own measurements, quarter by quarter.",
)
_METRICS = (
    ("deployment_frequency", "Deployment frequency", "per_week", 4.2, 3.6, 4.9),
    ("change_lead_time", "Change lead time", "seconds", 93600, 72000, 118800),
    (
        "failed_deployment_recovery_time",
        "Failed deployment recovery time",
        "seconds",
        8040,
        3900,
        15600,
    ),
    ("change_fail_rate", "Change fail rate", "ratio", 0.094, 0.061, 0.142),
    ("deployment_rework_rate", "Deployment rework rate", "ratio", 0.058, 0.034, 0.098),
)
_START = date(2026, 7, 1)
_END = date(2026, 9, 30)
_NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


def _half(value: float) -> Decimal:
    return Decimal(round(value * 2)) / 2


def _column(value: float | None, coverage: float = 1.0) -> rows.Column:
    return rows.Column(
        level=None if value is None else _half(value),
        coverage=Decimal(f"{coverage:.4f}"),
        confidence=Decimal("0.7400") if value is not None else None,
    )


def measured(
    place: int, *, lane: str = "code", criterion: str = "", unknown: bool = False
) -> rows.Measured:
    """Return one measurement of a delivery metric."""
    metric, name, unit, value, low, high = _METRICS[place]
    return rows.Measured(
        criterion=criterion,
        metric=metric,
        name=name,
        lane=lane,
        status="unknown" if unknown else "value",
        unit=unit,
        value=None if unknown else value,
        low=None if unknown else low,
        high=None if unknown else high,
        n=0 if unknown else 171,
        coverage=None if unknown else 0.96,
        provisional=lane == "model" and not unknown,
        window_start=datetime(2026, 7, 1, tzinfo=UTC),
        window_end=datetime(2026, 10, 1, tzinfo=UTC),
        because="No deployment failed in the window." if unknown else "",
    )


def _topic(place: int, number: int, base: float) -> rows.TopicRow:
    declared = min(5, max(1, base + (place % 3 - 1) * 0.5))
    return rows.TopicRow(
        code=f"D{number}.{place + 1}",
        name=_TOPICS[place],
        question="How far is this done?",
        domain=f"D{number}",
        weight=Decimal(1),
        levels=dict(enumerate(_LEVELS, start=1)),
        declared=_column(declared),
        measured=_column(declared - 0.5 if number == 7 else None, 0),
        agreed=_column(declared),
        lowest=Decimal(int(declared)),
        highest=Decimal(min(5, int(declared) + 1)),
        raters=4 + place,
        because=(),
        vantages=(),
    )


def _criterion(place: int, number: int) -> rows.CriterionRow:
    unknown = place == 2
    decision = None
    if place == 0:
        decision = rows.Decided(
            id=1,
            criterion=f"D{number}.C{place + 1}",
            verb="accept",
            verb_label="Accepted",
            proposed=Decimal("3.0"),
            level=Decimal("3.0"),
            reason="Matches what the platform team sees.",
            expires_on=None,
            by="Noa Assessor",
            at=_NOON,
            expired=False,
        )
    code = f"D{number}.C{place + 1}"
    return rows.CriterionRow(
        code=code,
        name=f"{_METRICS[place][1]} of production services",
        topic=f"D{number}.{place + 1}",
        topic_name=_TOPICS[place],
        domain=f"D{number}",
        lane="code" if place % 2 else "model",
        window_days=90,
        minimum_n=10,
        minimum_coverage=None,
        ladder=(),
        declared=Decimal("4.0"),
        measured=None if unknown else Decimal("3.0"),
        agreed=Decimal("3.0"),
        applicable=True,
        because=("The median is under a week and not under a day.",),
        measurements=(measured(place, criterion=code, unknown=unknown),),
        decision=decision,
    )


def _domain(number: int) -> rows.DomainRow:
    pillar, name = _DOMAINS[number - 1]
    base = 2 + (number * 7 % 5) * 0.5
    known = number != 12
    level = base if known else None
    before = Decimal(str(base)) - (Decimal("0.5") if number % 3 else Decimal(0))
    movement = rows.Movement(
        before=before,
        change=Decimal(str(base)) - before if known else None,
        uncertainty=Decimal("0.4"),
        significant=number % 3 != 0,
    )
    measured_too = number in (7, 8, 9, 10, 11)
    return rows.DomainRow(
        code=f"D{number}",
        name=name,
        purpose="What the organization can do here, again and again.",
        pillar=pillar,
        pillar_name=_PILLARS[pillar],
        weight=Decimal(1),
        declared=_column(base + (0.5 if measured_too else 0) if known else None, 0.9),
        measured=_column(base - 0.5 if measured_too else None, 0.75),
        agreed=_column(level, 0.9 if known else 0.3),
        target=Decimal("4.0") if number % 4 else Decimal("3.0"),
        lowest=Decimal(2),
        highest=Decimal(4),
        raters=9,
        because=(
            "Coverage is 30 %, below the 60 % that the edition asks for."
            if not known
            else "Every topic is answered.",
        ),
        left_out="",
        movement=movement,
        topics=tuple(_topic(place, number, base) for place in range(len(_TOPICS))),
        criteria=tuple(
            _criterion(place, number) for place in range(4 if number == 7 else 2)
        )
        if measured_too
        else (),
    )


def _group(kind: str, code: str, name: str, level: float) -> rows.GroupRow:
    return rows.GroupRow(
        kind=kind,
        code=code,
        name=name,
        declared=_column(level + 0.5, 0.93),
        measured=_column(level - 0.5, 0.41),
        agreed=_column(level, 0.9),
        lowest=Decimal(1),
        highest=Decimal(5),
        raters=14,
        because=(),
        movement=rows.Movement(
            before=_half(level) - Decimal("0.5"),
            change=Decimal("0.5"),
            uncertainty=Decimal("0.2"),
            significant=True,
        ),
    )


def header() -> rows.Header:
    """Return a locked cycle's header."""
    return rows.Header(
        cycle_id=7,
        title="Third quarter 2026",
        state="locked",
        state_label="Locked",
        workspace_id=1,
        workspace_slug="northwind",
        workspace_name="Northwind",
        simulated=True,
        scope_id=1,
        scope_name="Northwind",
        scope_kind="organization",
        scope_path="/1/",
        edition_id=1,
        edition_key="compel-18",
        edition_version="2025.1",
        edition_title="COMPEL 18-domain questionnaire",
        edition_sha256="a3" * 32,
        period_start=_START,
        period_end=_END,
        due_on=None,
        scoring_id=41,
        scored_at=_NOON,
        trigger="Locking",
        stale=False,
        card_sha256="b7" * 32,
        locked_at=_NOON + timedelta(hours=3),
        locked_by="Ada Lead",
        content_sha256="c9" * 32,
    )


def results() -> rows.Results:
    """Return the results of an 18-domain cycle."""
    return rows.Results(
        header=header(),
        overall=_group("scope", "scope", "Northwind", 3.0),
        pillars=tuple(
            _group("pillar", code, name, 2.5 + place * 0.5)
            for place, (code, name) in enumerate(_PILLARS.items())
        ),
        domains=tuple(_domain(number) for number in range(1, 19)),
        delivery=(
            rows.Lane(
                lane="code",
                label="Software",
                metrics=tuple(measured(place) for place in range(5)),
            ),
            rows.Lane(
                lane="model",
                label="Models",
                metrics=tuple(
                    measured(place, lane="model", unknown=place == 2)
                    for place in range(5)
                ),
            ),
        ),
        changes=(
            rows.Changed(
                kind="domain",
                code="D7",
                name="D7 ML Operations and Deployment",
                column="agreed",
                before=Decimal("2.5"),
                after=Decimal("3.0"),
                because="Noa Assessor accepted the proposal of D7.C1.",
                sentence="D7 rose from 2.5 to 3.0.",
            ),
        ),
        previous=rows.Compared(
            cycle_id=5,
            title="Second quarter 2026",
            period_start=date(2026, 4, 1),
            period_end=date(2026, 6, 30),
            locked_at=datetime(2026, 7, 6, tzinfo=UTC),
            edition_version="2025.1",
        ),
        telemetry=rows.Telemetry(
            sources=3, failing=1, services=18, last_success_at=_NOON
        ),
        thresholds=rows.Thresholds(
            minimum_coverage=Decimal("0.6"),
            discussion_gap=Decimal(1),
            spread_gap=Decimal(2),
            lowest=1,
            highest=5,
        ),
    )


def trend(lane: str, *, weeks: int = 26) -> Trend:
    """Return half a year of one lane; two weeks of it are silent."""
    quiet = lane == "model"
    first = date(2026, 4, 6)
    return Trend(
        lane=lane,
        label="Models" if quiet else "Software",
        weeks=tuple(
            Week(
                start=first + timedelta(weeks=place),
                deployments=0
                if place in (7, 8)
                else (place * 5 % 7) + (1 if quiet else 4),
                changes=12,
                lead_median=None
                if place in (7, 8)
                else 86400 * (5 - place * 0.12 + place % 3 * 0.4 + quiet * 3),
                lead_p95=None
                if place in (7, 8)
                else 86400 * (11 - place * 0.2 + place % 4 + quiet * 5),
                recovered=1 if place % 3 == 0 else 0,
                recovery_median=3600.0 * (6 - place * 0.1) if place % 3 == 0 else None,
            )
            for place in range(weeks)
        ),
        rates=tuple(
            Rate(
                on=first + timedelta(days=day),
                value=0.16 - day * 0.0006 + quiet * 0.05,
                low=0.1 - day * 0.0004,
                high=0.24 - day * 0.0006 + quiet * 0.09,
                failed=4,
                total=40,
            )
            for day in range(30, weeks * 7, 7)
        ),
    )


def _answers() -> tuple[trails.AnswerRow, ...]:
    return tuple(
        trails.AnswerRow(
            topic=f"D{number}.{place}",
            who=f"Person {person}",
            vantage_label="Practitioner" if person % 2 else "Leadership",
            answer_label="A level" if place != 5 else "I do not know",
            level=person % 4 + 1 if place != 5 else None,
            confidence_label="Medium",
            rationale="Seen in the last two releases." if person == 1 else "",
            carried=False,
            rated_at=_NOON - timedelta(days=20 + person),
        )
        for number in range(1, 19)
        for place in range(1, 7)
        for person in (1, 2, 3)
    )


def trail() -> trails.Trail:
    """Return what the results came from, as an auditor follows it."""
    taken = _criterion(0, 7).decision
    return trails.Trail(
        named=False,
        answers=_answers(),
        evidence=(
            trails.EvidenceRow(
                topic="D7.1",
                title="Release calendar",
                kind_label="File",
                owner="Petra Platform",
                dated_on=date(2026, 9, 1),
                expires_on=date(2027, 9, 1),
                sha256="d4" * 32,
            ),
        ),
        decisions=(taken,) if taken else (),
        settlements=(
            SettlementRow(
                topic="D3.2",
                level=Decimal("2.5"),
                reason="Two of the four teams have not begun.",
                by="Noa Assessor",
                at=_NOON,
            ),
        ),
        signatures=(
            trails.SignatureRow(
                by="Ada Lead", at=_NOON, statement="As discussed.", sha256="e5" * 32
            ),
        ),
        chain=trails.Chain(sequence=812, sha256="f6" * 32),
    )


def plan() -> tuple[InitiativeRow, ...]:
    """Return one initiative that is under way."""
    return (
        InitiativeRow(
            id=1,
            title="One route to production for models",
            text="",
            scope_id=1,
            scope_name="Northwind",
            scope_path="/1/",
            cycle_id=7,
            cycle_title="Third quarter 2026",
            owner_id=1,
            owner="Petra Platform",
            start_on=date(2026, 10, 12),
            due_on=date(2027, 3, 31),
            effort=3,
            effort_label="Up to a quarter",
            status="under_way",
            status_label="Under way",
            overdue=False,
            closed_on=None,
            created_by="Ada Lead",
            followed=(),
            marker="0" * 16,
        ),
    )


def brand(logo: bytes | None = None) -> BrandRow:
    """Return a look that is not ours."""
    return BrandRow(
        id=1,
        primary="#5b2a86",
        accent="#9a3412",
        cover_text="For the board of Northwind",
        logo=logo,
        sha256="ab" * 32,
        made_by="Ada Lead",
        made_at=_NOON,
    )


def material(shown: rows.Results | None = None) -> Material:
    """Return everything that any report prints, in the product's own look."""
    return Material(
        results=shown or results(),
        trends=(trend("code"), trend("model")),
        plan=plan(),
        trail=trail(),
    )
