"""From plain data to an edition, or to every reason why it is none."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from scoring.rubric import ladders, parsing_context, references
from scoring.rubric.edition import (
    Activity,
    ConfidenceLabel,
    Domain,
    Edition,
    Note,
    Pillar,
    Publication,
    Role,
    Scale,
    Scoring,
    Stage,
    Step,
    Topic,
    VantagePoint,
)
from scoring.rubric.reader import Defect, Defects, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json
    from scoring.rubric.ladders import Gauge

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_CONFIDENCES = ("low", "medium", "high", "not_stated", "decided")
_LONGEST_TITLE = 200
_ONE = Decimal(1)
# They divide a whole level evenly and are said with one decimal place.
_STEPS = (Decimal("0.1"), Decimal("0.2"), Decimal("0.5"), _ONE)


def parse(
    plain: Mapping[str, Json], *, gauges: Mapping[str, Gauge] | None = None
) -> Edition:
    """Return the edition, or raise `Defects` with everything that is wrong.

    `gauges` are the metrics that ladders may ask for; without them, the names, units
    and directions of metrics are not checked (a stored edition was checked before).
    """
    defects: list[Defect] = []
    root = Reader(dict(plain), "", defects)
    edition = _edition(root, gauges)
    references.check(edition, defects)
    if defects:
        raise Defects(defects)
    return edition


def _edition(root: Reader, gauges: Mapping[str, Gauge] | None) -> Edition:
    scale = _scale(root.child("scale"))
    edition = Edition(
        key=_key(root),
        version=_version(root),
        title=_title(root),
        language=root.text("language", "en"),
        about=root.text("about", ""),
        publications=tuple(map(_publication, root.rows("publications", required=True))),
        scale=scale,
        scoring=_scoring(root.child("scoring"), scale=scale),
        vantage_points=tuple(
            map(_vantage_point, root.rows("vantage_points", required=True))
        ),
        stages=tuple(map(_stage, root.rows("stages"))),
        gates=tuple(map(parsing_context.gate, root.rows("gates"))),
        crosswalk=tuple(
            parsing_context.relation(row, scale=scale) for row in root.rows("crosswalk")
        ),
        notes=tuple(map(_note, root.rows("notes"))),
        guidance=tuple(map(_note, root.rows("guidance"))),
        activities=tuple(map(_activity, root.rows("activities"))),
        pillars=tuple(
            _pillar(row, scale=scale, gauges=gauges)
            for row in root.rows("pillars", required=True)
        ),
        translations=parsing_context.translations(root),
    )
    root.done()
    return edition


def _key(root: Reader) -> str:
    key = root.text("key")
    if key and not _KEY.fullmatch(key):
        root.note(
            "key",
            f"`{key}` must be of lowercase letters, digits and hyphens, at most 80",
        )
    return key


def _version(root: Reader) -> str:
    if isinstance(root.raw("version"), int | float):
        # 1.10 would silently become 1.1.
        root.note("version", "is read as a number: write it in quotes")
        return ""
    return root.code("version")


def _title(root: Reader) -> str:
    title = root.text("title")
    if len(title) > _LONGEST_TITLE:
        root.note("title", f"must be at most {_LONGEST_TITLE} characters")
    return title


def _scale(row: Reader) -> Scale:
    steps = []
    for one in row.rows("levels", required=True):
        steps.append(
            Step(
                level=one.whole("level", least=0),
                name=one.text("name"),
                short=one.text("short", ""),
                aliases=one.texts("aliases"),
                anchors=one.texts("anchors"),
            )
        )
        one.done()
    scale = Scale(
        step=row.number("step", _ONE),
        levels=tuple(steps) or (Step(level=1, name="", short=""),),
    )
    row.done()
    levels = [step.level for step in scale.levels]
    if levels != list(scale.span) or (steps and len(steps) < 2):
        row.note("levels", "must be two or more levels in a row, without a gap")
    if scale.step not in _STEPS:
        row.note("step", f"must be 0.1, 0.2, 0.5 or 1, not {scale.step}")
    return scale


def _scoring(row: Reader, *, scale: Scale) -> Scoring:
    weights = row.child("confidence")
    confidence = {
        name: weights.number(name, least=Decimal(0), most=_ONE) for name in _CONFIDENCES
    }
    weights.done()
    labels = []
    for one in row.rows("confidence_labels", required=True):
        least = one.number("at_least", least=Decimal(0), most=_ONE)
        labels.append(ConfidenceLabel(name=one.text("name"), at_least=least))
        one.done()
    starts = [label.at_least for label in labels]
    if starts and (starts[0] != 0 or starts != sorted(set(starts))):
        row.note("confidence_labels", "must start at 0 and ascend")
    scoring = Scoring(
        minimum_coverage=row.number("minimum_coverage", least=Decimal(0), most=_ONE),
        minimum_raters=row.whole("minimum_raters", 1, least=1),
        discussion_gap=row.number("discussion_gap", _ONE, least=Decimal("0.5")),
        spread_gap=row.number("spread_gap", Decimal(2), least=Decimal("0.5")),
        confidence=confidence,
        confidence_labels=tuple(labels),
        rationale_required=parsing_context.rationale_required(
            row.part("rationale_required"), scale=scale
        ),
        evidence_standard=parsing_context.evidence_standard(
            row.part("evidence_standard")
        ),
        source=row.texts("source", required=True),
    )
    row.done()
    return scoring


def _publication(row: Reader) -> Publication:
    read = Publication(
        tag=row.code("tag"),
        title=row.text("title"),
        publisher=row.text("publisher", ""),
        published=row.text("published", ""),
        url=row.text("url", ""),
    )
    row.done()
    return read


def _vantage_point(row: Reader) -> VantagePoint:
    read = VantagePoint(
        key=row.text("key"), name=row.text("name"), meaning=row.text("meaning", "")
    )
    row.done()
    return read


def _stage(row: Reader) -> Stage:
    read = Stage(
        code=row.code(),
        name=row.text("name"),
        purpose=row.text("purpose"),
        outputs=row.texts("outputs"),
        telemetry_role=row.text("telemetry_role", ""),
        gate=row.text("gate", ""),
        source=row.texts("source", required=True),
    )
    row.done()
    return read


def _note(row: Reader) -> Note:
    read = Note(
        code=row.code(),
        title=row.text("title"),
        text=row.text("text"),
        about=row.texts("about"),
        source=row.texts("source", required=True),
    )
    row.done()
    return read


def _activity(row: Reader) -> Activity:
    read = Activity(
        code=row.code(),
        text=row.text("text"),
        supports=row.texts("supports"),
        source=row.texts("source", required=True),
    )
    row.done()
    return read


def _pillar(row: Reader, *, scale: Scale, gauges: Mapping[str, Gauge] | None) -> Pillar:
    read = Pillar(
        code=row.code(),
        name=row.text("name"),
        weight=row.weight(),
        domains=tuple(
            _domain(one, scale=scale, gauges=gauges)
            for one in row.rows("domains", required=True)
        ),
    )
    row.done()
    return read


def _domain(row: Reader, *, scale: Scale, gauges: Mapping[str, Gauge] | None) -> Domain:
    read = Domain(
        code=row.code(),
        name=row.text("name"),
        purpose=row.text("purpose"),
        weight=row.weight(),
        topics=tuple(
            _topic(one, scale=scale) for one in row.rows("topics", required=True)
        ),
        criteria=tuple(
            ladders.criterion(one, scale=scale, gauges=gauges)
            for one in row.rows("criteria")
        ),
        facts=tuple(map(parsing_context.fact, row.rows("facts"))),
        prerequisites=tuple(
            parsing_context.prerequisite(one, scale=scale)
            for one in row.rows("prerequisites")
        ),
        evidence=row.texts("evidence"),
        roles=tuple(map(_role, row.rows("roles"))),
        signals=row.texts("signals"),
        references=row.texts("references"),
        source=row.texts("source", required=True),
        source_note=row.text("source_note", ""),
    )
    row.done()
    topics = {topic.code for topic in read.topics}
    for index, criterion in enumerate(read.criteria):
        if criterion.topic not in topics:
            row.note(
                f"criteria[{index}].topic",
                f"`{criterion.topic}` is not a topic of domain {read.code}",
            )
    return read


def _role(row: Reader) -> Role:
    read = Role(vantage_point=row.text("vantage_point"), role=row.text("role"))
    row.done()
    return read


def _topic(row: Reader, *, scale: Scale) -> Topic:
    read = Topic(
        code=row.code(),
        name=row.text("name"),
        question=row.text("question"),
        weight=row.weight(),
        levels=_levels(row, scale=scale),
        vantage_points=row.texts("vantage_points"),
        evidence=row.texts("evidence"),
        help=row.text("help", ""),
        basis=row.text("basis", ""),
        facts=tuple(map(parsing_context.fact, row.rows("facts"))),
        source=row.texts("source", required=True),
    )
    row.done()
    return read


def _levels(row: Reader, *, scale: Scale) -> dict[int, str]:
    said = row.keyed("levels")
    wanted = {str(level): level for level in scale.span}
    levels = {}
    for key, level in wanted.items():
        text = said.get(key)
        if text is None:
            if said:
                row.note("levels", f"level {level} is missing")
        elif not isinstance(text, str) or not text.strip():
            row.note("levels", f"level {level} needs a sentence")
        else:
            levels[level] = text.strip()
    for key in said:
        if key not in wanted:
            row.note("levels", f"level {key} is not on the scale")
    return levels
