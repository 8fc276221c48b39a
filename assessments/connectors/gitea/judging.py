"""The newest releases, tags or runs, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields
from assessments.connectors.base.previewing import if_understood, judged
from assessments.connectors.gitea import deploying
from assessments.connectors.gitea.rules import BY_TAGS, RELEASES, RUNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.base import Verdict
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.gitea.rules import Rules
    from scoring.events import Json

SORTS = {RELEASES: "release", BY_TAGS: "tag", RUNS: "run"}


def judge(sort: str, row: Json, rules: Rules) -> Judged:
    """Return a row with the verdict on it."""
    body = Fields({sort: row}, "")
    verdict, what = _JUDGES[sort]
    return if_understood(lambda: _judged(verdict(body, rules), what, body, sort))


def _judged(
    verdict: Verdict, what: Callable[[Fields], str], body: Fields, sort: str
) -> Judged:
    row = body.fields(sort)
    holder = row.fields("commit") if sort == "tag" else row
    moments = ("published_at", "created", "created_at", "started_at")
    dated = (holder.moment_or_none(name) for name in moments)
    return judged(
        verdict,
        what=what(row),
        environment="production" if verdict.counts else "",
        at=next((moment for moment in dated if moment), None),
        url=row.text_or_none("html_url"),
    )


_JUDGES: dict[
    str, tuple[Callable[[Fields, Rules], Verdict], Callable[[Fields], str]]
] = {
    "release": (
        deploying.judge_release,
        lambda row: f"Release {row.text('tag_name')}",
    ),
    "tag": (deploying.judge_tag, lambda row: f"Tag {row.text('name')}"),
    "run": (deploying.judge_run, lambda row: f"Run {row.number('id')}"),
}
