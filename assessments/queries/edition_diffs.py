"""Two editions side by side: what changed, and how much it matters."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Edition
from assessments.queries.frameworks import framework
from scoring.rubric import diffing
from scoring.rubric.diffing import Kind, Run, Sort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from scoring.events import Json
    from scoring.rubric import Edition as Framework
    from scoring.rubric.diffing import Change

SORTS = {
    Sort.MEANING: gettext_lazy("Meaning"),
    Sort.THRESHOLD: gettext_lazy("Threshold"),
    Sort.WEIGHT: gettext_lazy("Weight"),
    Sort.WORDING: gettext_lazy("Wording"),
}
_PARTS = {
    "edition": gettext_lazy("The edition"),
    "scale": gettext_lazy("Scale"),
    "scoring": gettext_lazy("Scoring rules"),
    "pillar": gettext_lazy("Pillar"),
    "domain": gettext_lazy("Domain"),
    "topic": gettext_lazy("Topic"),
    "criterion": gettext_lazy("Measured criterion"),
    "level": gettext_lazy("Level"),
    "vantage point": gettext_lazy("Vantage point"),
    "stage": gettext_lazy("Stage"),
    "gate": gettext_lazy("Gate"),
    "gate criterion": gettext_lazy("Criterion of a gate"),
    "note": gettext_lazy("Note"),
    "guidance": gettext_lazy("Guidance"),
    "activity": gettext_lazy("Activity"),
    "publication": gettext_lazy("Publication"),
}
# Fields whose name alone does not say it.
_FIELDS = {
    "inside": gettext_lazy("Stands in"),
    "topics": gettext_lazy("Order of topics"),
    "domains": gettext_lazy("Order of domains"),
    "criteria": gettext_lazy("Order of criteria"),
    "pillars": gettext_lazy("Order of pillars"),
    "minimum_n": gettext_lazy("Minimum n"),
    "window_days": gettext_lazy("Window in days"),
    "discussion_gap": gettext_lazy("Gap to discuss, declared against measured"),
    "spread_gap": gettext_lazy("Gap to discuss, between people"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionName:
    """One of two editions that are compared."""

    id: int
    key: str
    version: str
    title: str
    sha256: str
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change in words, with its text as stretches that stayed, went or came."""

    change: Change

    @property
    def label(self) -> str:
        """The field, as people call it; empty when the whole part came or went."""
        return field_label(self.change.field)

    @property
    def sort_label(self) -> str:
        """What the change is about."""
        return str(SORTS[self.change.sort])

    @property
    def kind_label(self) -> str:
        """What happened."""
        return {
            Kind.ADDED: _("Added"),
            Kind.REMOVED: _("Removed"),
            Kind.CHANGED: _("Changed"),
        }[self.change.kind]

    @property
    def runs(self) -> tuple[tuple[str, str], ...]:
        """The text, word by word."""
        runs = diffing.words(self.change.before, self.change.after)
        return tuple((run.value, text) for run, text in runs)

    @property
    def in_words(self) -> bool:
        """Whether enough stayed for the two texts to be read as one."""
        stayed = sum(len(text) for run, text in self.runs if run == Run.SAME)
        longer = max(len(self.change.before), len(self.change.after))
        return stayed * 3 >= longer


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """A part that differs, with its changes."""

    part: str
    code: str
    name: str
    inside: str  # the domain of a topic or criterion, with its name
    changes: tuple[ChangeRow, ...]

    @property
    def part_label(self) -> str:
        """What kind of part it is."""
        return str(_PARTS[self.part])


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that differs between two editions, part by part."""

    before: EditionName
    after: EditionName
    parts: tuple[PartRow, ...]

    @property
    def counts(self) -> tuple[tuple[str, str, int], ...]:
        """How many changes there are of each sort: slug, label, number."""
        found = Counter(row.change.sort for part in self.parts for row in part.changes)
        return tuple((sort.value, str(SORTS[sort]), found[sort]) for sort in Sort)

    @property
    def total(self) -> int:
        """How many changes there are."""
        return sum(len(part.changes) for part in self.parts)

    @property
    def removed(self) -> tuple[PartRow, ...]:
        """Parts that the later edition no longer has."""
        return tuple(
            part
            for part in self.parts
            if any(
                row.change.kind is Kind.REMOVED and not row.change.field
                for row in part.changes
            )
        )

    def of(self, part: str, code: str) -> PartRow | None:
        """Return what changed of one part; None if nothing did."""
        here = (row for row in self.parts if (row.part, row.code) == (part, code))
        return next(here, None)

    def marks(self, part: str, code: str) -> tuple[str, ...]:
        """Return in words what changed of one part, each word once."""
        found = self.of(part, code)
        marks = [
            row.sort_label if row.change.field else row.kind_label
            for row in (found.changes if found else ())
        ]
        return tuple(dict.fromkeys(marks))

    def as_json(self) -> dict[str, Json]:
        """Return the comparison as plain data."""
        return {
            "before": _named(self.before),
            "after": _named(self.after),
            "changes": [
                {
                    "part": row.change.part,
                    "code": row.change.code,
                    "field": row.change.field,
                    "kind": row.change.kind.value,
                    "sort": row.change.sort.value,
                    "before": row.change.before,
                    "after": row.change.after,
                }
                for part in self.parts
                for row in part.changes
            ],
        }


def comparison(
    *, workspace_id: int, before_id: int, after_id: int
) -> Comparison | None:
    """Compare two editions that the workspace may use; None if it may not."""
    rows = _usable(workspace_id).in_bulk([before_id, after_id])
    if before_id not in rows or after_id not in rows:
        return None
    return of_rows(rows[before_id], rows[after_id])


def of_rows(before: Edition, after: Edition) -> Comparison:
    """Compare two stored editions."""
    old, new = framework(sha256=before.sha256), framework(sha256=after.sha256)
    grouped: dict[tuple[str, str], list[ChangeRow]] = defaultdict(list)
    for change in _changes(before.sha256, after.sha256):
        grouped[change.part, change.code].append(ChangeRow(change=change))
    names = dict(_names(old)) | dict(_names(new))
    return Comparison(
        before=_name(before),
        after=_name(after),
        parts=tuple(
            PartRow(
                part=part,
                code=code,
                name=names.get((part, code), ("", ""))[0],
                inside=names.get((part, code), ("", ""))[1],
                changes=tuple(rows),
            )
            for (part, code), rows in grouped.items()
        ),
    )


@lru_cache(maxsize=32)
def _changes(before: str, after: str) -> tuple[Change, ...]:
    # The hashes say what the documents are, whichever rows have them.
    return diffing.diff(framework(sha256=before), framework(sha256=after))


def comparable(*, workspace_id: int, edition_id: int) -> list[tuple[int, str]]:
    """Return the editions to compare with, those of the same key first."""
    rows = _usable(workspace_id).defer("document").order_by("key", "-pk")
    found = list(rows)
    key = next((one.key for one in found if one.pk == edition_id), "")
    others = [one for one in found if one.pk != edition_id]
    return [
        (one.pk, f"{one.title} ({one.key} {one.version})")
        for one in sorted(others, key=lambda one: one.key != key)
    ]


def field_label(field: str) -> str:
    """Return what people call a field of an edition."""
    name, _dot, key = field.partition(".")
    if name in {"levels", "ladder"}:
        return _("Level %(level)s") % {"level": key}
    said = str(_FIELDS.get(name) or name.replace("_", " ").capitalize())
    return f"{said}: {key.replace('_', ' ')}" if key else said


def _usable(workspace_id: int) -> QuerySet[Edition]:
    return Edition.objects.filter(Q(workspace_id=workspace_id) | Q(workspace=None))


def _name(row: Edition) -> EditionName:
    return EditionName(
        id=row.pk,
        key=row.key,
        version=row.version,
        title=row.title,
        sha256=row.sha256,
        published=row.published_at is not None,
    )


def _named(name: EditionName) -> dict[str, Json]:
    return {
        "id": name.id,
        "key": name.key,
        "version": name.version,
        "title": name.title,
        "sha256": name.sha256,
    }


def _names(edition: Framework) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield what parts are called, and the domain that they stand in."""
    for step in edition.scale.levels:
        yield ("level", str(step.level)), (step.name, "")
    for pillar in edition.pillars:
        yield ("pillar", pillar.code), (pillar.name, "")
        for domain in pillar.domains:
            here = f"{domain.code} {domain.name}"
            yield ("domain", domain.code), (domain.name, "")
            for topic in domain.topics:
                yield ("topic", topic.code), (topic.name, here)
            for criterion in domain.criteria:
                yield ("criterion", criterion.code), (criterion.name, here)
