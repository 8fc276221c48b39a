"""Words that several pages of telemetry need: rules, fields, announcements."""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms.service_table import COLUMNS
from scoring import events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.forms.sources import Rule
    from scoring.events import Json

_FIELDS = {
    "id": gettext_lazy("Identity"),
    "sha": gettext_lazy("Commit"),
    "merged_sha": gettext_lazy("Merged as"),
    "commits": gettext_lazy("Commits"),
    "parents": gettext_lazy("Parents"),
    "started_at": gettext_lazy("Started"),
    "finished_at": gettext_lazy("Finished"),
    "first_commit_at": gettext_lazy("First commit"),
    "committed_at": gettext_lazy("Committed"),
    "opened_at": gettext_lazy("Opened"),
    "merged_at": gettext_lazy("Merged"),
    "resolved_at": gettext_lazy("Resolved"),
    "trained_at": gettext_lazy("Trained"),
    "evaluated_at": gettext_lazy("Evaluated"),
    "registered_at": gettext_lazy("Registered"),
    "dataset_at": gettext_lazy("Data as of"),
    "dataset_ref": gettext_lazy("Data"),
    "code_sha": gettext_lazy("Code"),
    "at": gettext_lazy("When"),
    "url": gettext_lazy("On the platform"),
    "deployment_id": gettext_lazy("Deployment"),
    "pipeline_run_id": gettext_lazy("Pipeline run"),
    "model_version": gettext_lazy("Model version"),
}

_KINDS = (
    (events.Deployment, gettext_lazy("A version brought into an environment")),
    (events.Change, gettext_lazy("A merged pull or merge request")),
    (events.Commit, gettext_lazy("A commit on the way to production")),
    (events.Incident, gettext_lazy("A disturbance of a service")),
    (events.PipelineRun, gettext_lazy("A run of a pipeline or of one stage")),
    (events.ModelVersion, gettext_lazy("A trained version of a model")),
    (events.Signal, gettext_lazy("What a monitor observed")),
)
# A deployment needs one of the two.
_EITHER = {"started_at", "finished_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of one kind of event in a CSV file."""

    kind: str
    meaning: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    # One of these is needed.
    either: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule of a source, in words."""

    label: str
    values: tuple[str, ...]


def rule_rows(fields: Iterable[Rule], rules: Mapping[str, Json]) -> list[RuleRow]:
    """Return the rules of a source as their form asks for them."""
    return [
        RuleRow(
            label=field.label,
            values=_values(field, rules.get(field.name, field.plain_default)),
        )
        for field in fields
    ]


def field_label(name: str) -> str:
    """Return what a field of an event is called on pages."""
    known = _FIELDS.get(name)
    return str(known) if known else name.replace("_", " ").capitalize()


def columns() -> list[Columns]:
    """Return the columns of every kind of event, read from the contract itself."""
    return [_columns(event, str(meaning)) for event, meaning in _KINDS]


def announced(sentence: str) -> str:
    """Return the header with which the page says a sentence to screen readers."""
    return json.dumps({"announce": sentence})


def _values(field: Rule, value: Json) -> tuple[str, ...]:
    if field.kind == "table":
        return _services(value) or (_("one: the source’s own"),)
    if field.kind == "several":
        known = dict(field.choices)
        chosen = value if isinstance(value, list) else []
        return tuple(known[str(each)] for each in chosen if str(each) in known) or (
            _("everything"),
        )
    if isinstance(value, list):
        return tuple(str(each) for each in value) or (_("none"),)
    if field.kind == "choice":
        return (dict(field.choices).get(str(value), str(value)),)
    return (str(value) or _("the default"),)


def _services(table: Json) -> tuple[str, ...]:
    """Return a table of services in words, a line each."""
    lines = table if isinstance(table, list) else []
    return tuple(
        "{service} ({filters})".format(
            service=line.get("service"),
            filters="; ".join(
                f"{title}: {', '.join(map(str, patterns))}"
                for name, title in COLUMNS.items()
                if isinstance(patterns := line.get(name), list)
            ),
        )
        for line in lines
        if isinstance(line, dict)
    )


def _columns(event: type[events.Event], meaning: str) -> Columns:
    known = [each for each in fields(event) if each.name != "attributes"]
    either = sorted(_EITHER) if event is events.Deployment else []
    required = [each.name for each in known if each.default is MISSING]
    return Columns(
        kind=str(event.kind),
        meaning=meaning,
        required=tuple(required),
        either=tuple(either),
        optional=tuple(
            each.name for each in known if each.name not in {*required, *either}
        ),
    )
