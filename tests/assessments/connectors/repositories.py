"""Builds real repositories, with moments that a test chooses."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

AUTHOR = "Rui Example"
MAIL = "rui@example.org"


class Repository:
    """A repository with a work tree."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, at: str = "2026-01-01T00:00:00+00:00") -> str:
        """Run git at a moment and return what it prints."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.path.parent),
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": AUTHOR,
                "GIT_AUTHOR_EMAIL": MAIL,
                "GIT_COMMITTER_NAME": AUTHOR,
                "GIT_COMMITTER_EMAIL": MAIL,
                "GIT_AUTHOR_DATE": at,
                "GIT_COMMITTER_DATE": at,
            },
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(self, message: str, at: str) -> str:
        """Commit nothing, with a message; return the sha."""
        self.git("commit", "--quiet", "--allow-empty", "-m", message, at=at)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, since: str = "HEAD") -> None:
        """Start a branch and stand on it."""
        self.git("checkout", "--quiet", "-b", name, since)

    def stand_on(self, name: str) -> None:
        """Go to a branch."""
        self.git("checkout", "--quiet", name)

    def merge(self, name: str, at: str, message: str = "") -> str:
        """Merge a branch with a merge commit; return its sha."""
        said = message or f"Merge branch '{name}'"
        self.git("merge", "--quiet", "--no-ff", "-m", said, name, at=at)
        return self.git("rev-parse", "HEAD")

    def tag(self, name: str, at: str | None = None, target: str = "HEAD") -> None:
        """Tag a commit: annotated if a moment is given, plain otherwise."""
        if at:
            self.git("tag", "--annotate", "-m", name, name, target, at=at)
        else:
            self.git("tag", name, target)
