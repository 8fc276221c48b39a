"""A cycle that was sealed in the first format, put back into the tables."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from assessments import models
from scoring import rubric
from scoring.rubric import parse


def restore(kept: dict[str, Any]) -> models.Cycle:
    """Insert everything that the kept content names, under its own numbers."""
    plain = json.loads(kept["content"])
    people = {plain["cycle"]["created_by"], plain["cycle"]["locked_by"]}
    people |= {one["person"] for one in plain["ratings"]}
    people |= {one["decided_by"] for one in plain["decisions"]}
    for pk in people:
        User.objects.create(pk=pk, username=f"old-{pk}")
    made_at = datetime.fromisoformat(plain["cycle"]["created_at"])
    scope, edition = plain["scope"], plain["edition"]
    models.Workspace.objects.create(
        pk=scope["workspace"], name="Sealed", slug="sealed", created_at=made_at
    )
    models.Scope.objects.create(
        pk=scope["id"],
        workspace_id=scope["workspace"],
        kind=scope["kind"],
        name="Sealed",
        path=f"/{scope['id']}/",
    )
    assert rubric.digest(kept["edition"]) == edition["sha256"]
    row = models.Edition.objects.create(
        key=edition["key"],
        version=edition["version"],
        title=parse(kept["edition"]).title,
        document=kept["edition"],
        sha256=edition["sha256"],
        state="published",
        published_at=made_at,
    )
    cycle = models.Cycle.objects.create(
        pk=plain["cycle"]["id"],
        workspace_id=scope["workspace"],
        scope_id=scope["id"],
        edition=row,
        title=plain["cycle"]["title"],
        period_start=plain["period"]["start"],
        period_end=plain["period"]["end"],
        targets=plain["targets"],
        left_out=plain["left_out"],
        state="in_review",
        created_by_id=plain["cycle"]["created_by"],
        created_at=made_at,
    )
    _fill(cycle, plain, kept)
    models.Cycle.objects.filter(pk=cycle.pk).update(
        state="locked",
        locked_at=datetime.fromisoformat(plain["cycle"]["locked_at"]),
        locked_by_id=plain["cycle"]["locked_by"],
        content=kept["content"],
        content_sha256=kept["sha256"],
    )
    return models.Cycle.objects.get(pk=cycle.pk)


def _fill(cycle: models.Cycle, plain: dict[str, Any], kept: dict[str, Any]) -> None:
    for one in plain["ratings"]:
        models.Rating.objects.create(
            cycle=cycle,
            pk=one["id"],
            person_id=one["person"],
            rated_at=datetime.fromisoformat(one["rated_at"]),
            **_only(
                one, "topic", "vantage", "answer", "level", "confidence", "rationale"
            ),
        )
    for one in plain["decisions"]:
        ends = one["expires_on"]
        models.Decision.objects.create(
            cycle=cycle,
            pk=one["id"],
            proposed=_decimal(one["proposed"]),
            level=_decimal(one["level"]),
            expires_on=date.fromisoformat(ends) if ends else None,
            decided_by_id=one["decided_by"],
            decided_at=datetime.fromisoformat(one["decided_at"]),
            **_only(one, "criterion", "verb", "reason"),
        )
    scored = plain["scored"]
    scoring = models.Scoring.objects.create(
        cycle=cycle,
        trigger=kept["trigger"],
        made_at=datetime.fromisoformat(scored["on"]),
        card=kept["card"],
        **_only(scored, "last_rating", "last_decision", "card_sha256"),
    )
    for one in plain["measurements"]:
        start, end = map(datetime.fromisoformat, one["window"])
        rest = {key: one[key] for key in one if key != "window"}
        models.Measurement.objects.create(
            scoring=scoring, window_start=start, window_end=end, **rest
        )
    for one in plain["proposals"]:
        models.Proposal.objects.create(
            scoring=scoring, **(one | {"level": _decimal(one["level"])})
        )
    columns = ("", "_coverage", "_confidence")
    scores = {(one["kind"], one["code"]): one for one in plain["scores"]}
    for place in json.loads(kept["card"]):
        one = scores[place["kind"], place["code"]]
        figures = {
            f"{name}{column}": _decimal(value)
            for name in ("declared", "measured", "agreed")
            for column, value in zip(columns, one[name], strict=False)
        }
        models.Score.objects.create(
            scoring=scoring,
            lowest=_decimal(one["lowest"]),
            highest=_decimal(one["highest"]),
            **figures,
            **_only(one, "kind", "code", "raters", "because"),
        )


def _only(one: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: one[name] for name in names}


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
