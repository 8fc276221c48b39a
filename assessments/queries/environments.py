"""Environments of a source: one fell silent as another appeared, so it was renamed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.db.models.fields.json import KT

from assessments.models import Event, RawRecord, Source
from scoring.attribution import Rules
from scoring.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# (environment, when, whether the deployment counts)
Sighting: TypeAlias = "tuple[str, datetime, bool]"

# Nobody delivers for a while: that alone is no sign.
_SILENT = timedelta(days=14)
# One deployment may be somebody's trial.
_LEAST = 2
_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """An environment that counts fell silent, and one that does not appeared."""

    before: str
    silent_since: datetime
    candidate: str
    deployments: int


def renamed(*, source_id: int, now: datetime) -> Renamed | None:
    """Return what looks like an environment with another name, None: nothing does."""
    source = Source.objects.select_related("workspace").get(pk=source_id)
    seen = list(_told(source) or _read(source))
    counted = [(at, name) for name, at, counts in seen if counts]
    if not counted:
        return None
    last, before = max(counted)
    others: dict[str, list[datetime]] = defaultdict(list)
    for name, at, counts in seen:
        if not counts:
            others[name].append(at)
    # What was there all along is another environment, and no new name.
    new = {name: len(found) for name, found in others.items() if min(found) > last}
    likely = max(new, key=lambda name: (new[name], name), default="")
    if now - last < _SILENT or new.get(likely, 0) < _LEAST:
        return None
    return Renamed(
        before=before, silent_since=last, candidate=likely, deployments=new[likely]
    )


def _told(source: Source) -> Iterable[Sighting]:
    """Return the newest deployments of events that name environments themselves."""
    rules = Rules.of(source.workspace.attribution_rules)
    newest = (
        Event.objects.filter(
            source=source, kind=Kind.DEPLOYMENT, raw_record__sort="event"
        )
        .order_by("-at", "-pk")
        .values_list(KT("data__environment"), "at")
    )
    return [(name, at, rules.counts(name)) for name, at in newest[:_LOOKED_AT] if name]


def _read(source: Source) -> Iterator[Sighting]:
    """Yield the newest deployments as the platform told them, counted or not."""
    newest = RawRecord.objects.filter(source=source, sort="deployment").order_by("-pk")
    rows = newest.values_list(
        "pk",
        KT("body__deployment__environment"),
        KT("body__deployment__environment__name"),
        KT("body__deployment__created_at"),
        "seen_at",
    )[:_LOOKED_AT]
    found = list(rows)
    made = Event.objects.filter(
        source=source, kind=Kind.DEPLOYMENT, raw_record_id__in=[row[0] for row in found]
    )
    counted = set(made.order_by().values_list("raw_record_id", flat=True))
    for pk, plain, name, created_at, seen_at in found:
        environment = name or plain
        if environment:
            yield environment, _moment(created_at) or seen_at, pk in counted


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
