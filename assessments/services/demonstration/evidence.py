"""What the demonstration's people attach to their answers, each piece in its time."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assessments.services import evidencing
from assessments.services.particulars import Particulars
from assessments.services.supporting import Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.contrib.auth.models import User

    from assessments.services.demonstration.story import Story


def attach(
    story: Story,
    *,
    workspace_id: int,
    cycle_id: int,
    title: str,
    people: Mapping[str, User],
    at: datetime,
    now: datetime,
) -> None:
    """Attach what the story has for the cycle of this title, as it was then."""
    for one in story.evidence:
        if title not in one["cycles"]:
            continue
        for topic in one["topics"]:
            _attach(
                one,
                workspace_id=workspace_id,
                place=Place(cycle_id=cycle_id, topic=topic),
                by=people[one["owner"]],
                at=at,
                today=now,
            )


def _attach(
    one: Mapping[str, Any],
    *,
    workspace_id: int,
    place: Place,
    by: User,
    at: datetime,
    today: datetime,
) -> None:
    said = _particulars(one, owner_id=by.pk, today=today)
    if "text" in one:
        evidencing.add_file(
            workspace_id=workspace_id,
            stream=io.BytesIO(one["text"].encode()),
            name=one["file"],
            said=said,
            by=by,
            now=at,
            place=place,
        )
    elif "url" in one:
        evidencing.add_link(
            workspace_id=workspace_id,
            url=one["url"],
            said=said,
            by=by,
            now=at,
            place=place,
        )
    else:
        evidencing.add_telemetry(
            workspace_id=workspace_id,
            cycle_id=place.cycle_id,
            criterion=one["criterion"],
            metric=one["metric"],
            said=said,
            by=by,
            now=at,
            place=place,
        )


def _particulars(
    one: Mapping[str, Any], *, owner_id: int, today: datetime
) -> Particulars:
    def on(days: int) -> date:
        return (today + timedelta(days=days)).date()

    return Particulars(
        title=one["title"],
        origin=one.get("origin", ""),
        note=one.get("note", ""),
        owner_id=owner_id,
        dated_on=on(-one.get("dated_days_ago", 0)),
        expires_on=on(one["expires_in_days"]) if "expires_in_days" in one else None,
    )
