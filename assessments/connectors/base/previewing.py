"""What a preview is made of: candidates, each with the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from assessments.connectors.base.errors import Garbled
from assessments.connectors.base.judging import left_out
from assessments.connectors.base.reading import Fields
from assessments.connectors.base.values import Candidate, Preview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from assessments.connectors.base.protocol import Connector
    from assessments.connectors.base.values import Payload, Source, Verdict

# The rules of a connector.
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A candidate, and whether it counts."""

    counts: bool
    candidate: Candidate


def judged(
    verdict: Verdict,
    *,
    what: str,
    environment: str,
    at: datetime | None = None,
    url: str | None = None,
    **names: str | None,
) -> Judged:
    """Return a candidate with the verdict on it, and its names by rule."""
    return Judged(
        counts=verdict.counts,
        candidate=Candidate(
            what=what,
            at=at,
            environment=environment,
            reason=verdict.reason,
            url=url,
            names={rule: name for rule, name in names.items() if name},
        ),
    )


def of_payload(connector: Connector, payload: Payload, source: Source) -> Judged | None:
    """Return a kept payload with the verdict on it, None if it is no candidate.

    A connector that cannot judge what is kept has no verb for it.
    """
    judge = getattr(connector, "judge", None)
    found = judge(payload, source) if callable(judge) else None
    return found if isinstance(found, Judged) else None


def of_kept(
    payload: Payload, judges: Mapping[str, Callable[[Fields, R], Judged]], rules: R
) -> Judged | None:
    """Return the verdict on a kept payload by what judges its sort, None without."""
    judge = judges.get(payload.sort)
    if judge is None:
        return None
    return if_understood(lambda: judge(Fields(payload.body, ""), rules))


def foremost(found: Iterable[Judged]) -> Judged | None:
    """Return of the verdicts on one payload the first that counts, else the first."""
    every = list(found)
    return next((each for each in every if each.counts), every[0] if every else None)


def if_understood(judge: Callable[[], Judged]) -> Judged:
    """Return what judging gives; what is garbled is left out for that."""
    try:
        return judge()
    except Garbled as flaw:
        verdict = left_out(f"cannot be understood: {flaw.reason}")
        return judged(verdict, what="?", environment="")


def preview_of(found: Iterable[Judged], *, looked_at: str) -> Preview:
    """Return a preview of what was judged."""
    all_of_it = tuple(found)
    return Preview(
        counted=tuple(each.candidate for each in all_of_it if each.counts),
        left_out=tuple(each.candidate for each in all_of_it if not each.counts),
        looked_at=looked_at,
    )
