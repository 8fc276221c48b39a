"""What the made-up people answer. Pure and deterministic."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.services.demonstration.story import Person, Story, Unit

_UNKNOWN_SHARE = 0.06
_NOT_APPLICABLE_SHARE = 0.01
_RATIONALE_SHARE = 0.4
# The edition asks for a reason from this level on.
_ASKED_FROM = 4
_SPREAD = 0.3  # standard deviation of what people of one mind still differ by
# Some topics of a domain stand above the others, and everybody sees which.
_UNEVEN = (-1.4, -0.7, 0.0, 0.7, 1.4)
# What a unit is good at, and what not, differs from domain to domain.
_UNLIKE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One answer, as `services.answering.rate` takes it."""

    answer: str
    level: int | None = None
    confidence: str = ""
    rationale: str = ""


def opinion(
    story: Story,
    person: Person,
    *,
    wave: int,
    domain: str,
    topic: str,
    unit: Unit | None = None,
) -> Opinion:
    """Return the person's answer to a topic, of the whole or of a unit."""
    place = f"{unit.key}:" if unit else ""
    dice = random.Random(f"{story.seed}:{place}{wave}:{topic}:{person.username}")  # noqa: S311  # simulation
    luck = dice.random()
    if luck < _UNKNOWN_SHARE:
        return Opinion(answer="unknown")
    if luck < _UNKNOWN_SHARE + _NOT_APPLICABLE_SHARE:
        return Opinion(
            answer="not_applicable", rationale="My unit has nothing to do with this."
        )
    stands = story.levels[domain][wave] + _above(story, domain, topic)
    if unit:
        stands += unit.stands[wave] + _unlike(story, unit, domain)
    level = min(max(round(dice.gauss(stands + (person.bias or 0.0), _SPREAD)), 1), 5)
    says_why = dice.random() < _RATIONALE_SHARE or level >= _ASKED_FROM
    return Opinion(
        answer="level",
        level=level,
        confidence=dice.choice(["low", "medium", "medium", "high"]),
        rationale=dice.choice(story.rationales[level]) if says_why else "",
    )


def _above(story: Story, domain: str, topic: str) -> float:
    """Return how far a topic stands above its domain; the same in every cycle."""
    dice = random.Random(f"{story.seed}:{domain}")  # noqa: S311  # simulation
    uneven = dice.sample(_UNEVEN, len(_UNEVEN))
    return uneven[int(topic.rpartition(".")[2]) % len(uneven)]


def _unlike(story: Story, unit: Unit, domain: str) -> float:
    """Return how far a unit's domain differs from the unit; the same in every wave."""
    dice = random.Random(f"{story.seed}:{unit.key}:{domain}")  # noqa: S311  # simulation
    return dice.gauss(0, _UNLIKE)
