"""The newest tags or builds, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields
from assessments.connectors.base.previewing import if_understood, judged
from assessments.connectors.bitbucket_server import deploying

if TYPE_CHECKING:
    from assessments.connectors.base import Verdict
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.bitbucket_server.rules import Rules
    from scoring.events import Json


def judge_tag(body: Json, rules: Rules) -> Judged:
    """Return a tag with the verdict on it."""
    return if_understood(lambda: _tag(Fields(body, ""), rules))


def judge_build(build: Json, rules: Rules) -> Judged:
    """Return a build with the verdict on it."""
    return if_understood(lambda: _build(Fields(build, "build"), rules))


def _tag(body: Fields, rules: Rules) -> Judged:
    verdict = deploying.judge_tag(body, rules)
    commit = body.fields("commit") if "commit" in body else None
    return judged(
        verdict,
        what=f"Tag {body.fields('tag').text('displayId')}",
        environment=_environment(verdict),
        at=commit.millis_or_none("committerTimestamp") if commit else None,
    )


def _build(build: Fields, rules: Rules) -> Judged:
    verdict = deploying.judge_build(build, rules)
    return judged(
        verdict,
        what=f"Build {build.text_or_none('name') or build.text('key')}",
        environment=_environment(verdict),
        at=build.millis_or_none("createdDate") or build.millis_or_none("dateAdded"),
        url=build.text_or_none("url"),
    )


def _environment(verdict: Verdict) -> str:
    return "production" if verdict.counts else ""
