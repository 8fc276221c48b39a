"""People are left out of what is kept: names, accounts, mail addresses."""

from __future__ import annotations

import re

_MAIL = re.compile(r"<?[^\s<>@\"'(),;:]+@[^\s<>@\"'(),;:]+\.[A-Za-z]{2,}>?")
# An account that somebody mentions; not a package such as @scope/name.
_MENTION = re.compile(r"(?<![\w./@])@[A-Za-z0-9][A-Za-z0-9-]*(?![\w/-])")
# Lines of a message that say what a change undoes, repairs or is a copy of.
_HINT = re.compile(
    r"^\s*(this reverts commit|reverts?:?|fix(es|ed)?|hot-?fix"
    r"|\(cherry picked from commit)\b",
    re.I,
)
# The account whose fork a pull request came from.
_FORK = re.compile(r"^(Merge pull request #\d+ from )[^/\s]+/")
_MOST_HINTS = 10
_LONGEST_LINE = 300
_REVERTED = re.compile(r"\breverts commit ([0-9a-f]{7,64})\b", re.I)


def said(text: str) -> str:
    """Return the first line of a message and its lines on reverts, repairs and picks.

    Mail addresses and trailers with people's names are not among them.
    """
    first, *others = text.strip().splitlines() or [""]
    first = _FORK.sub(r"\1", first)
    return "\n".join([without_people(first.strip())[:_LONGEST_LINE], *_told(others)])


def hints(text: str) -> str:
    """Return only the lines of a text that tell of reverts, repairs and picks."""
    return "\n".join(_told(text.splitlines()))


def _told(lines: list[str]) -> list[str]:
    told = [line.strip() for line in lines if _HINT.match(line)][:_MOST_HINTS]
    return [without_people(line)[:_LONGEST_LINE] for line in told]


def without_people(text: str) -> str:
    """Return the text with mail addresses and mentioned accounts blotted out."""
    return _MENTION.sub("@somebody", _MAIL.sub("(address removed)", text))


def reverted(message: str) -> list[str]:
    """Return the shas that a message says it reverts."""
    return list(dict.fromkeys(sha.lower() for sha in _REVERTED.findall(message)))
