"""What is kept of an answer of Gitea or Forgejo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming

if TYPE_CHECKING:
    from scoring.events import Json


def _moment_of_somebody(value: dict[str, Json]) -> dict[str, Json] | None:
    """Return when somebody did something, and not who."""
    if "date" not in value or "email" not in value:
        return None
    return {"date": value["date"]}


TRIMMING = Trimming(
    dropped=PEOPLE
    | frozenset(
        {
            "_links", "actor", "assets", "attachments", "comments", "diff_url",
            "event_payload", "files", "merged_by", "milestone", "original_author",
            "original_author_id", "patch_url", "pin_order", "repo", "repository",
            "requested_reviewers", "review_comments", "stats", "tarball_url",
            "title_html", "tree", "trigger_actor", "trigger_user", "upload_url", "url",
            "verification", "zipball_url",
        }
    ),
    shortened=_moment_of_somebody,
)  # fmt: skip
