"""What is kept of an answer: everything but people, and what repeats in every row.

Accounts, names, mail addresses and free text go, because no measure needs them; nested
repositories and addresses of other endpoints go, because they are the same in each row
and change for reasons of their own, so that nothing would ever be the same twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import hints, said, without_people

if TYPE_CHECKING:
    from scoring.events import Json

_DEEPEST = 30
_DROPPED = frozenset(
    {
        "_links", "active_lock_reason", "author_association", "auto_merge",
        "body_html", "body_text", "description", "email", "files", "gravatar_id",
        "label", "milestone", "node_id", "payload", "performed_via_github_app",
        "pull_requests", "reactions", "referenced_workflows", "tree", "url",
        "verification",
    }
)  # fmt: skip
_KEPT_ADDRESSES = frozenset({"html_url", "log_url", "target_url", "environment_url"})
_OF_A_REPOSITORY = ("id", "private", "fork", "default_branch")


def trimmed(value: Json, depth: int = 0) -> Json:
    """Return the answer without people and repetitions."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [trimmed(each, depth + 1) for each in value if not _is_account(each)]
    if isinstance(value, dict):
        return _object(value, depth)
    return without_people(value) if isinstance(value, str) else value


def _object(value: dict[str, Json], depth: int) -> dict[str, Json]:
    if "full_name" in value and "id" in value:
        return {name: value[name] for name in _OF_A_REPOSITORY if name in value}
    kept: dict[str, Json] = {}
    for name, each in value.items():
        if name in _DROPPED or _is_account(each) or _is_elsewhere(name):
            continue
        if name == "name" and "email" in value:
            continue  # whoever wrote a commit
        kept[name] = _told(name, each, depth)
    return kept


def _told(name: str, value: Json, depth: int) -> Json:
    if name == "body" and isinstance(value, str):
        return hints(value)
    if name == "message" and isinstance(value, str):
        return said(value)
    return trimmed(value, depth + 1)


def _is_account(value: Json) -> bool:
    return isinstance(value, dict) and "login" in value


def _is_elsewhere(name: str) -> bool:
    return name.endswith("_url") and name not in _KEPT_ADDRESSES
