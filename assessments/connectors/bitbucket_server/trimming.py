"""What is kept of an answer of Bitbucket Data Center."""

from __future__ import annotations

from assessments.connectors.base import PEOPLE, Trimming

TRIMMING = Trimming(
    dropped=PEOPLE
    | frozenset(
        {
            "attributes", "comments", "committer", "locked", "mergeResult",
            "openTaskCount", "participants", "repository", "resolvedTaskCount",
            "commentCount", "testResults", "version",
        }
    ),
)  # fmt: skip
