"""Stored rows and their edition become the rows that every face shows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import models
from assessments.models import ScoreKind
from assessments.queries import metric_words
from assessments.queries.frameworks import in_words
from assessments.queries.results import rows
from assessments.queries.results.comparing import movement
from assessments.queries.results.foremost import foremost
from assessments.queries.results.foundations import foundations
from assessments.queries.results.translating import decided, measured, person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.queries.results.stored import Stored
    from scoring.rubric import Criterion, Domain, Edition, Pillar, Topic

SCOPE = "scope"
_LANES = (("code", gettext_lazy("Software")), ("model", gettext_lazy("Models")))
DELIVERY = (
    "change_lead_time",
    "deployment_frequency",
    "failed_deployment_recovery_time",
    "change_fail_rate",
    "deployment_rework_rate",
)


class Builder:
    """Holds the stored rows while the shown ones are made of them."""

    def __init__(self, stored: Stored, edition: Edition) -> None:
        self.stored = stored
        self.edition = edition

    # ── parts of the edition ───────────────────────────────────────────────────────

    def domain(self, pillar: Pillar, domain: Domain) -> rows.DomainRow:
        """Return a domain with everything under it."""
        stored = self.stored
        key = (ScoreKind.DOMAIN.value, domain.code)
        score = stored.scores.get(key)
        target = stored.cycle.targets.get(domain.code)
        left_out = stored.cycle.left_out.get(domain.code, "")
        declared, measured, agreed = self._columns(score, bound=bool(domain.criteria))
        return rows.DomainRow(
            code=domain.code,
            name=domain.name,
            purpose=domain.purpose,
            pillar=pillar.code,
            pillar_name=pillar.name,
            weight=domain.weight,
            declared=declared,
            measured=measured,
            agreed=agreed,
            target=Decimal(target) if target else None,
            lowest=score.lowest if score else None,
            highest=score.highest if score else None,
            raters=score.raters if score else 0,
            because=_because(score, left_out),
            left_out=left_out,
            movement=movement(score, stored.previous_scores.get(key)),
            topics=tuple(self.topic(domain, topic) for topic in domain.topics),
            criteria=tuple(self.criterion(domain, one) for one in domain.criteria),
            foundations=foundations(self.edition, domain, stored),
        )

    def topic(self, domain: Domain, topic: Topic) -> rows.TopicRow:
        """Return a topic with the spread of its ratings."""
        score = self._topic_score(topic.code)
        bound = bool(domain.criteria_of(topic.code))
        declared, measured, agreed = self._columns(score, bound=bound)
        left_out = self.stored.cycle.left_out.get(domain.code, "")
        return rows.TopicRow(
            code=topic.code,
            name=topic.name,
            question=topic.question,
            domain=domain.code,
            weight=topic.weight,
            levels=topic.levels,
            declared=declared,
            measured=measured,
            agreed=agreed,
            lowest=score.lowest if score else None,
            highest=score.highest if score else None,
            raters=score.raters if score else 0,
            because=_because(score, left_out),
            vantages=self._vantages(topic.code),
        )

    def criterion(self, domain: Domain, one: Criterion) -> rows.CriterionRow:
        """Return a criterion: declared, measured and agreed on one line."""
        proposal = self.stored.proposals.get(one.code)
        score = self._topic_score(one.topic)
        left_out = self.stored.cycle.left_out.get(domain.code, "")
        return rows.CriterionRow(
            code=one.code,
            name=one.name,
            topic=one.topic,
            topic_name=self.edition.topic(one.topic).name,
            domain=domain.code,
            lane=one.lane.value,
            window_days=one.window_days,
            minimum_n=one.minimum_n,
            minimum_coverage=one.minimum_coverage,
            ladder=tuple(
                rows.Rung(
                    level=rung.level,
                    asks=", ".join(metric_words.asks(one) for one in rung.when),
                )
                for rung in one.ladder
            ),
            declared=score.declared if score else None,
            measured=proposal.level if proposal else None,
            agreed=score.agreed if score else None,
            span=self._span("proposals", one.code) if proposal else None,
            because=tuple(proposal.because) if proposal else _because(None, left_out),
            applicable=proposal.applicable if proposal else True,
            measurements=tuple(
                measured(row) for row in self.stored.measurements.get(one.code, ())
            ),
            decision=self._decided(one.code),
        )

    def group(
        self, kind: ScoreKind, code: str, name: str, domains: Iterable[Domain]
    ) -> rows.GroupRow:
        """Return a pillar or the whole scope, with the domains that it holds."""
        key = (kind.value, code)
        score = self.stored.scores.get(key)
        bound = any(domain.criteria for domain in domains)
        declared, measured, agreed = self._columns(score, bound=bound)
        return rows.GroupRow(
            kind=kind.value,
            code=code,
            name=name,
            declared=declared,
            measured=measured,
            agreed=agreed,
            lowest=score.lowest if score else None,
            highest=score.highest if score else None,
            raters=score.raters if score else 0,
            because=_because(score, ""),
            movement=movement(score, self.stored.previous_scores.get(key)),
        )

    def _columns(
        self, score: models.Score | None, *, bound: bool
    ) -> tuple[rows.Column, rows.Column, rows.Column]:
        """Return the three columns; what is not bound could not be covered."""
        if score is None:
            return rows.Column(), rows.Column(), rows.Column()
        key = f"{score.kind} {score.code}"
        return (
            rows.Column(
                level=score.declared,
                coverage=score.declared_coverage,
                confidence=score.declared_confidence,
            ),
            rows.Column(
                level=score.measured,
                coverage=score.measured_coverage if bound else None,
                span=self._span("measured", key) if bound else None,
            ),
            rows.Column(
                level=score.agreed,
                coverage=score.agreed_coverage,
                confidence=score.agreed_confidence,
                span=self._span("agreed", key) if bound else None,
            ),
        )

    def _span(self, column: str, key: str) -> rows.Span | None:
        scoring = self.stored.scoring
        ends = scoring.spans[column].get(key) if scoring and scoring.spans else None
        return None if ends is None else rows.Span(*map(_level, ends))

    def _topic_score(self, code: str) -> models.Score | None:
        return self.stored.scores.get((ScoreKind.TOPIC.value, code))

    def _vantages(self, topic: str) -> tuple[rows.VantageRow, ...]:
        labels = {point.key: point.name for point in self.edition.vantage_points}
        labels |= {
            one.value: str(one.label)
            for one in models.Vantage
            if one.value not in labels
        }
        found = []
        for key, label in labels.items():
            counter = self.stored.counts.get((topic, key))
            if not counter:
                continue
            found.append(
                rows.VantageRow(
                    vantage=key,
                    label=label,
                    counts={
                        level: count
                        for (_, level), count in sorted(
                            counter.items(), key=lambda item: item[0][1] or 0
                        )
                        if level is not None
                    },
                    unknown=counter[models.Answer.UNKNOWN.value, None],
                    not_applicable=counter[models.Answer.NOT_APPLICABLE.value, None],
                )
            )
        return tuple(found)

    def _decided(self, criterion: str) -> rows.Decided | None:
        row = self.stored.decisions.get(criterion)
        return decided(row, self.stored.scoring) if row else None

    # ── what belongs to the cycle as a whole ───────────────────────────────────────

    def header(self) -> rows.Header:
        """Return which cycle this is and how it stands."""
        cycle, scoring = self.stored.cycle, self.stored.scoring
        return rows.Header(
            cycle_id=cycle.pk,
            title=cycle.title,
            state=cycle.state,
            state_label=cycle.get_state_display(),
            workspace_id=cycle.workspace_id,
            workspace_slug=cycle.workspace.slug,
            workspace_name=cycle.workspace.name,
            simulated=cycle.workspace.simulated,
            scope_id=cycle.scope_id,
            scope_name=cycle.scope.name,
            scope_kind=cycle.scope.kind,
            scope_path=cycle.scope.path,
            edition_id=cycle.edition_id,
            edition_key=cycle.edition.key,
            edition_version=cycle.edition.version,
            edition_title=self.edition.title,
            edition_sha256=cycle.edition.sha256,
            period_start=cycle.period_start,
            period_end=cycle.period_end,
            due_on=cycle.due_on,
            scoring_id=scoring.pk if scoring else None,
            scored_at=scoring.made_at if scoring else None,
            trigger=scoring.get_trigger_display() if scoring else "",
            stale=self.stored.stale,
            card_sha256=scoring.card_sha256 if scoring else "",
            locked_at=cycle.locked_at,
            locked_by=person(cycle.locked_by) if cycle.locked_by else "",
            content_sha256=cycle.content_sha256,
        )

    def delivery(self) -> tuple[rows.Lane, ...]:
        """Return what the scoring measured of the five metrics, lane by lane.

        Of criteria that ask for the same metric, the first with a value is shown.
        """
        found = foremost(
            ((row.lane, row.metric), measured(row))
            for measurements in self.stored.measurements.values()
            for row in measurements
            if row.metric in DELIVERY
        )
        return tuple(
            rows.Lane(
                lane=lane,
                label=str(label),
                metrics=tuple(
                    found[lane, metric]
                    for metric in DELIVERY
                    if (lane, metric) in found
                ),
            )
            for lane, label in _LANES
        )

    def changes(self) -> tuple[rows.Changed, ...]:
        """Return what moved against the scoring before."""
        scoring = self.stored.scoring
        sha256 = self.stored.cycle.edition.sha256
        return tuple(
            rows.Changed(
                kind=one["kind"],
                code=one["code"],
                name=in_words(one["name"], sha256=sha256),
                column=one["column"],
                before=_level(one["before"]),
                after=_level(one["after"]),
                sentence=in_words(one["sentence"], sha256=sha256),
                because=in_words(one["because"], sha256=sha256),
            )
            for one in (scoring.changes if scoring else ())
        )

    def previous(self) -> rows.Compared | None:
        """Return the cycle that movements are counted from."""
        cycle = self.stored.previous
        if cycle is None:
            return None
        return rows.Compared(
            cycle_id=cycle.pk,
            title=cycle.title,
            period_start=cycle.period_start,
            period_end=cycle.period_end,
            locked_at=cycle.locked_at,
            edition_version=cycle.edition.version,
        )

    def thresholds(self) -> rows.Thresholds:
        """Return what the edition finds worth speaking of."""
        scoring, scale = self.edition.scoring, self.edition.scale
        return rows.Thresholds(
            minimum_coverage=scoring.minimum_coverage,
            discussion_gap=scoring.discussion_gap,
            spread_gap=scoring.spread_gap,
            lowest=scale.minimum,
            highest=scale.maximum,
            names=tuple(scale.name(level) for level in scale.span),
        )


def _because(score: models.Score | None, left_out: str) -> tuple[str, ...]:
    if left_out:
        return (_("Left out of this cycle: %(reason)s") % {"reason": left_out},)
    return (_("Not scored yet."),) if score is None else tuple(score.because)


def _level(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
