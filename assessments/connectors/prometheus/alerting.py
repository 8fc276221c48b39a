"""Alerts of the past, from the series `ALERTS` that Prometheus keeps of them.

An alert is a run of values without a gap. One that fires where a part of the reading
ends is remembered by the cursor, so that it goes on in the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.alerts.meaning import digest
from assessments.connectors.base import WITHOUT_PEOPLE, Page, Payload, trimmed
from assessments.connectors.lists import as_list, field
from assessments.connectors.prometheus.asking import Span, place, values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.http import Client
    from scoring.events import Json

SORT = "alert"
# Its place in the cursor, and that of the alerts that still fire.
ALERTS = "alerts"
_FIRING = "firing"
_QUERY = 'ALERTS{alertstate="firing"}'
_OWN_LABELS = frozenset({"__name__", "alertstate"})


def pages(
    client: Client,
    *,
    cursor: dict[str, Json],
    first: int,
    until: int,
    step: int,
    most: int,
) -> Iterator[Page]:
    """Yield the alerts that ended in each part, and at the end those that fire."""
    known = place(cursor, ALERTS)
    start = known + step if known is not None else first
    at = dict(cursor)
    for part in Span.between(start, until, step).parts(most):
        kept = at.get(_FIRING)
        firing = dict(kept) if isinstance(kept, dict) else {}
        told, firing = _runs(values(client, _QUERY, part), firing, part)
        at = {**at, ALERTS: part.last, _FIRING: firing}
        if part.last + step > until:
            told += [_payload(each, step) for each in firing.values()]
        yield Page(payloads=tuple(told), cursor=at, doing="Alerts of the past")


def _runs(
    rows: list[Json], firing: dict[str, Json], part: Span
) -> tuple[list[Payload], dict[str, Json]]:
    """Return the runs that ended in a part, and those that go on at its end."""
    told: list[Payload] = []
    still: dict[str, Json] = {}
    for row in rows:
        labels, moments = _read(row)
        if labels is None or moments is None:
            told.append(Payload(sort=SORT, body={"alert": row}))  # is complained of
            continue
        name = digest(labels)
        runs = _joined(firing.pop(name, None), moments, part)
        for first, last in runs:
            alert: dict[str, Json] = {"labels": dict(labels), "first": first}
            if last >= part.last:
                still[name] = alert
            else:
                told.append(_payload(alert, part.step, last=last))
    # What is not among the rows any more ended with the part before.
    before = part.first - part.step
    told += [_payload(alert, part.step, last=before) for alert in firing.values()]
    return told, still


def _joined(before: Json, moments: list[int], part: Span) -> list[tuple[int, int]]:
    """Return the runs of moments a step apart, the first going on from before."""
    began = field(before, "first")
    known = [part.first - part.step] if isinstance(began, int) else []
    runs: list[tuple[int, int]] = []
    for moment in [*known, *sorted(moments)]:
        if runs and moment - runs[-1][1] <= part.step:
            runs[-1] = (runs[-1][0], moment)
        else:
            runs.append((moment, moment))
    if known and isinstance(began, int):
        runs[0] = (began, runs[0][1])
    return runs


def _read(row: Json) -> tuple[dict[str, str] | None, list[int] | None]:
    """Return labels and moments of a row; None where they are none."""
    metric = field(row, "metric") if isinstance(row, dict) else None
    found = as_list(field(row, "values")) if isinstance(row, dict) else None
    if not isinstance(metric, dict) or found is None:
        return None, None
    told = trimmed(metric, WITHOUT_PEOPLE)
    labels = {
        name: value
        for name, value in (told.items() if isinstance(told, dict) else ())
        if isinstance(value, str) and name not in _OWN_LABELS
    }
    moments = [_second(each) for each in found]
    if not all(isinstance(value, str) for value in metric.values()):
        return None, None
    return labels, None if None in moments else [each for each in moments if each]


def _second(value: Json) -> int | None:
    at = value[0] if isinstance(value, list) and value else None
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 < at < 1e11:
        return None
    return int(at)


def _payload(alert: Json, step: int, *, last: int | None = None) -> Payload:
    body: dict[str, Json] = {"alert": alert, "step": step}
    if last is not None:
        body["last"] = last
    return Payload(sort=SORT, body=body)
