"""The form of a measured criterion: its window, its minimums and its ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms import edition_fields as fields
from assessments.forms.edition_part import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.forms import BoundField

    from assessments.forms.edition_part import Plain
    from scoring.events import Json

_COMPARISONS = (
    ("at_least", gettext_lazy("at least")),
    ("above", gettext_lazy("above")),
    ("at_most", gettext_lazy("at most")),
    ("below", gettext_lazy("below")),
)


class Criterion(Part):
    """A measured criterion with its ladder."""

    kind: ClassVar[str] = "criterion"

    fresh: ClassVar[Mapping[str, Json]] = {
        "source": ["own"],
        "window_days": 90,
        "minimum_n": 5,
        "minimum_coverage": 0.5,
    }

    name = fields.text(gettext_lazy("Name"), required=True)
    topic = fields.select(gettext_lazy("Topic"), ())
    lane = fields.select(
        gettext_lazy("Lane"),
        (("code", gettext_lazy("code")), ("model", gettext_lazy("model"))),
    )
    window_days = fields.number(gettext_lazy("Window in days"))
    minimum_n = fields.number(
        gettext_lazy("Minimum n"),
        required=False,
        hint=gettext_lazy("Fewer observations: the proposal is provisional."),
    )
    minimum_coverage = fields.number(
        gettext_lazy("Minimum coverage"),
        required=False,
        hint=gettext_lazy("0 to 1: where less was seen, the criterion is unknown."),
    )
    note = fields.text(gettext_lazy("Note"), rows=2)
    source = fields.boxes(gettext_lazy("Sources"), required=True)

    def build(self) -> None:
        """Add the lines of each rung, and an empty one."""
        super().build()
        self._offer("topic", self.choices.topics)
        self.rungs = [level for level, _name in self.choices.levels][1:]
        for level in self.rungs:
            for number in range(len(self._conditions(level)) + 1):
                self._add_line(level, number)

    def ladder(self) -> Iterator[tuple[int, list[tuple[BoundField, ...]]]]:
        """Yield each rung with the fields of its lines."""
        for level in self.rungs:
            yield level, [self._line(level, number) for number in self._numbers(level)]

    @property
    def plain_fields(self) -> list[BoundField]:
        """The fields that stand above the ladder."""
        return [
            one for one in self.visible_fields() if not one.name.startswith("rung_")
        ]

    def changes(self) -> Plain:
        """Return what was changed; of the ladder, the whole of it."""
        changed = {
            name: value
            for name, value in super().changes().items()
            if not name.startswith("rung_")
        }
        ladder = [
            {"level": level, "when": [self._said(name) for name in self._kept(level)]}
            for level in self.rungs
        ]
        if ladder != [self._as_typed(level) for level in self.rungs]:
            changed["ladder"] = cast("Json", ladder)
        return changed

    def field_of(self, place: str) -> str | None:
        """Return the line of the ladder that a defect is of."""
        if not place.startswith("ladder"):
            return super().field_of(place)
        numbers = [int(part.partition("]")[0]) for part in place.split("[")[1:]]
        level = self.rungs[numbers[0]] if numbers else self.rungs[0]
        kept = self._kept(level)
        at = kept[numbers[1]] if len(numbers) > 1 else f"rung_{level}_0"
        return f"{at}_metric" if place.endswith(("metric", "when")) else f"{at}_line"

    def _conditions(self, level: int) -> list[Plain]:
        for rung in cast("list[Plain]", self.plain.get("ladder") or []):
            if str(rung["level"]) == str(level):
                return cast("list[Plain]", rung["when"])
        return []

    def _as_typed(self, level: int) -> Plain:
        """Return the stored rung as the fields would give it back."""
        when: list[Json] = [
            {name: str(value) for name, value in condition.items()}
            for condition in self._conditions(level)
        ]
        return {"level": level, "when": when}

    def _add_line(self, level: int, number: int) -> None:
        name, at = f"rung_{level}_{number}", {"level": level, "number": number + 1}
        metrics = (("", _("none")), *self.choices.metrics)
        self.fields[f"{name}_metric"] = fields.select(
            _("Level %(level)s, line %(number)s: metric") % at, metrics, required=False
        )
        self.fields[f"{name}_asks"] = fields.select(
            _("Level %(level)s, line %(number)s: comparison") % at,
            _COMPARISONS,
            required=False,
        )
        self.fields[f"{name}_line"] = fields.text(
            _("Level %(level)s, line %(number)s: value") % at
        )

    def _numbers(self, level: int) -> range:
        return range(len(self._conditions(level)) + 1)

    def _line(self, level: int, number: int) -> tuple[BoundField, ...]:
        parts = ("metric", "asks", "line")
        return tuple(self[f"rung_{level}_{number}_{part}"] for part in parts)

    def _kept(self, level: int) -> list[str]:
        names = [f"rung_{level}_{number}" for number in self._numbers(level)]
        return [name for name in names if self.cleaned_data.get(f"{name}_metric")]

    def _said(self, name: str) -> Json:
        asks = self.cleaned_data.get(f"{name}_asks") or "at_least"
        return {
            "metric": self.cleaned_data[f"{name}_metric"],
            asks: self.cleaned_data.get(f"{name}_line", ""),
        }

    def _start(self, name: str) -> object:
        if not name.startswith("rung_"):
            return super()._start(name)
        _rung, level, number, part = name.split("_")
        conditions = self._conditions(int(level))
        if int(number) >= len(conditions):
            return ""
        condition = conditions[int(number)]
        asks = next(key for key, _label in _COMPARISONS if key in condition)
        found = {"metric": condition["metric"], "asks": asks, "line": condition[asks]}
        return str(found[part])
