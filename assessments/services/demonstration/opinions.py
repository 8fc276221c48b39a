"""What the made-up people answer. Pure and deterministic."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.services.demonstration.story import Person, Story

_UNKNOWN_SHARE = 0.06
_NOT_APPLICABLE_SHARE = 0.01
_RATIONALE_SHARE = 0.4
_SPREAD = 0.55  # standard deviation of what people of one mind still differ by


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One answer, as `services.answering.rate` takes it."""

    answer: str
    level: int | None = None
    confidence: str = ""
    rationale: str = ""


def opinion(
    story: Story, person: Person, *, cycle: int, domain: str, topic: str
) -> Opinion:
    """Return the person's answer to a topic in the story's n-th cycle."""
    dice = random.Random(f"{story.seed}:{cycle}:{topic}:{person.username}")  # noqa: S311  # simulation
    luck = dice.random()
    if luck < _UNKNOWN_SHARE:
        return Opinion(answer="unknown")
    if luck < _UNKNOWN_SHARE + _NOT_APPLICABLE_SHARE:
        return Opinion(
            answer="not_applicable", rationale="My unit has nothing to do with this."
        )
    stands = story.levels[domain][cycle] + (person.bias or 0.0)
    level = min(max(round(dice.gauss(stands, _SPREAD)), 1), 5)
    says_why = dice.random() < _RATIONALE_SHARE
    return Opinion(
        answer="level",
        level=level,
        confidence=dice.choice(["low", "medium", "medium", "high"]),
        rationale=dice.choice(story.rationales[level]) if says_why else "",
    )
