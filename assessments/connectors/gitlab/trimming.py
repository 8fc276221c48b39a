"""What is kept of an answer of GitLab."""

from __future__ import annotations

from assessments.connectors.base import PEOPLE, Trimming

TRIMMING = Trimming(
    dropped=PEOPLE
    | frozenset(
        {
            "_links", "approvals", "approval_summary", "artifacts", "artifacts_file",
            "assets", "award_emoji", "closed_by", "commit_path", "coverage",
            "detailed_status", "duration", "epic", "erased_at", "evidences",
            "extended_trailers", "external_url", "head_pipeline", "iteration",
            "merge_user", "merged_by", "milestone", "project", "queued_duration",
            "blocking_issues_count", "downvotes", "merge_requests_count", "references",
            "runner", "runner_manager", "stats", "tag_list",
            "task_completion_status", "time_stats", "trailers", "upvotes",
            "user_notes_count", "yaml_errors",
        }
    ),
)  # fmt: skip
