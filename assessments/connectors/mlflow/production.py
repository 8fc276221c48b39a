"""Which versions are in production, and which of them were not the last time.

MLflow keeps no history: a registered model says what its aliases and stages are now.
So the cursor remembers what was in production, and what came since is a deployment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assessments.connectors.http import Denied
from assessments.connectors.lists import field
from scoring.events import Json

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Page, Verdict
    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from assessments.connectors.mlflow.rules import Rules

API = "/api/2.0/mlflow"
# Places in the cursor: what is remembered, and the list of models.
REMEMBERED = "production"
MODELS = "models"
_MISSING = 404


def ways(row: Item, rules: Rules) -> list[tuple[str, str, Verdict]]:
    """Return each alias and stage of a model: its version, its name, the verdict."""
    found = []
    for each in _each(row.get("aliases")):
        alias, version = each.get("alias"), each.get("version")
        if isinstance(alias, str) and isinstance(version, str | int):
            verdict = rules.judge_alias(alias)
            found.append((str(version), f"alias {alias}", verdict))
    for each in _each(row.get("latest_versions")):
        stage, version = each.get("current_stage"), each.get("version")
        if isinstance(stage, str) and isinstance(version, str | int):
            verdict = rules.judge_stage(stage)
            found.append((str(version), f"stage {stage}", verdict))
    return found


class Production:
    """What is in production, compared with what the cursor remembers."""

    def __init__(
        self, client: Client, rules: Rules, *, remembered: Json, now: datetime
    ) -> None:
        self._client = client
        self._rules = rules
        self._now = now
        known = field(remembered, "models")
        self._models: dict[str, Json] = known if isinstance(known, dict) else {}
        # Before the first look was over, things are there for an unknown time.
        self._is_first = field(remembered, "whole") is not True

    def remembered_with(self, page: Page) -> Page:
        """Return a page whose cursor remembers what is in production."""
        place = page.cursor.get(MODELS)
        over = isinstance(place, dict) and "page" not in place
        kept: dict[str, Json] = {
            "models": dict(self._models),
            "whole": over or not self._is_first,
        }
        return replace(page, cursor=page.cursor | {REMEMBERED: kept})

    def body(self, row: Item) -> dict[str, Json] | None:
        """Return the versions of a model that came into production; None: none did."""
        name = row.get("name")
        if not isinstance(name, str) or not self._rules.reads(name):
            return None
        live: dict[str, list[str]] = {}
        for version, way, verdict in ways(row, self._rules):
            if verdict.counts:
                live.setdefault(version, []).append(way)
        before = field(self._models.get(name), "live")
        known = before if isinstance(before, list) else []
        highest = _number(field(self._models.get(name), "highest"))
        came: list[Json] = [
            self._told(row, version, ways_of_it, returns=_number(version) <= highest)
            for version, ways_of_it in sorted(live.items())
            if version not in known
        ]
        newest = max([highest, *map(_number, live)])
        self._models[name] = {"live": list[Json](sorted(live)), "highest": newest}
        return {"model": name, "came": came} if came else None

    def _told(
        self, row: Item, version: str, ways_of_it: list[str], *, returns: bool
    ) -> dict[str, Json]:
        """Return what is known of a version that is in production now, and since when.

        A stage changes the version's last update. An alias leaves no moment at all:
        it was set since the last look, or, at the first look, since the version was
        registered.
        """
        told: dict[str, Json] = {"version": version, "ways": list[Json](ways_of_it)}
        if any(way.startswith("stage ") for way in ways_of_it):
            staged = _staged(row, version)
            told |= {"since": staged.get("last_updated_timestamp"), "by": "stage"}
        elif self._is_first:
            told |= {"since": self._registered(row, version), "by": "registration"}
        else:
            told |= {"since": int(self._now.timestamp() * 1000), "by": "look"}
        return told | {"returns": returns}

    def _registered(self, row: Item, version: str) -> Json:
        wanted = {"name": str(row.get("name")), "version": version}
        try:
            answer = self._client.get(f"{API}/model-versions/get", wanted)
        except Denied as denied:
            if denied.status != _MISSING:
                raise
            return None  # an alias of a version that was deleted meanwhile
        return field(answer.body, "model_version", "creation_timestamp")


def _staged(row: Item, version: str) -> dict[str, Json]:
    latest = _each(row.get("latest_versions"))
    return next((each for each in latest if str(each.get("version")) == version), {})


def _number(value: Json) -> int:
    """Return the number of a version; versions are counted."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0


def _each(value: Json) -> list[dict[str, Json]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)]
