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
    return if_understood(lambda: JUDGES[sort](Fields({sort: row}, ""), rules))


def _release(body: Fields, rules: Rules) -> Judged:
    row = body.fields("release")
    verdict = deploying.judge_release(body, rules)
    return _judged(verdict, f"Release {row.text('tag_name')}", row, row)


def _tag(body: Fields, rules: Rules) -> Judged:
    row = body.fields("tag")
    verdict = deploying.judge_tag(body, rules)
    return _judged(verdict, f"Tag {row.text('name')}", row, row.fields("commit"))


def _run(body: Fields, rules: Rules) -> Judged:
    row = body.fields("run")
    verdict = deploying.judge_run(body, rules)
    return _judged(verdict, f"Run {row.number('id')}", row, row)


def _judged(verdict: Verdict, what: str, row: Fields, dated: Fields) -> Judged:
    names = ("published_at", "created", "created_at", "started_at")
    moments = (dated.moment_or_none(name) for name in names)
    return judged(
        verdict,
        what=what,
        environment="production" if verdict.counts else "",
        at=next((moment for moment in moments if moment), None),
        url=row.text_or_none("html_url"),
    )


JUDGES: dict[str, Callable[[Fields, Rules], Judged]] = {
    "release": _release,
    "tag": _tag,
    "run": _run,
}
