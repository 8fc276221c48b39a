"""A small repository with a history: changes, releases, and one that went wrong."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def _git(folder: Path, *words: str, at: datetime) -> None:
    moment = at.isoformat()
    subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words],
        cwd=folder,
        env=os.environ | {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment},
        check=True,
        capture_output=True,
    )


def repository(folder: Path, *, releases: int = 8) -> Path:
    """Make a repository that released every five days, six hours after two commits."""
    folder.mkdir()
    start = datetime.now(tz=UTC).replace(microsecond=0) - timedelta(days=5 * releases)
    _git(folder, "init", "--initial-branch=main", at=start)
    for release in range(releases):
        at = start + timedelta(days=5 * release)
        for number in range(2):
            committed_at = at + timedelta(hours=number)
            (folder / "file").write_text(f"{release}.{number}\n")
            _git(folder, "add", "file", at=committed_at)
            _git(folder, "commit", "-m", f"Step {release}.{number}", at=committed_at)
        _git(
            folder,
            "tag",
            "--annotate",
            f"v1.{release}.0",
            "-m",
            "Release",
            at=at + timedelta(hours=7),
        )
    return folder
