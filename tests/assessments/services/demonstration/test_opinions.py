"""What made-up people answer: the same each time, and mostly of one mind."""

from __future__ import annotations

import statistics

import pytest
from django.conf import settings

from assessments.services.demonstration import story
from assessments.services.demonstration.opinions import opinion
from scoring.agreement import Given, agreement

TOPICS = [
    (f"D{domain}", f"D{domain}.{topic}")
    for domain in (3, 7, 12)
    for topic in range(1, 6)
]


@pytest.fixture(scope="module")
def tale() -> story.Story:
    return story.read(settings.BASE_DIR / "fixtures" / "demo" / "story.yaml")


def _given(tale: story.Story, cycle: int) -> list[Given]:
    said = [
        (
            topic,
            person.username,
            opinion(tale, person, wave=cycle, domain=domain, topic=topic),
        )
        for domain, topic in TOPICS
        for person in tale.people
        if person.bias is not None
    ]
    return [
        Given(topic=topic, person=person, level=one.level)
        for topic, person, one in said
        if one.level is not None
    ]


@pytest.mark.parametrize("cycle", [0, 1, 2])
def test_people_agree_mostly_but_not_as_one(tale: story.Story, cycle: int) -> None:
    given = _given(tale, cycle)
    assert given == _given(tale, cycle)
    alpha = agreement(given).alpha
    assert alpha is not None
    assert 0.6 < alpha < 0.95


def test_a_domain_still_stands_where_the_story_says(tale: story.Story) -> None:
    told = statistics.mean(tale.levels[domain][1] for domain in ("D3", "D7", "D12"))
    said = statistics.mean(one.level for one in _given(tale, 1))
    assert said == pytest.approx(told, abs=0.35)
