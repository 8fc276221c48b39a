"""Every text of every shipped edition is held to the rules of content."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from scoring import metrics, rubric
from scoring.rubric import translating
from tests import frameworks

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = frameworks.KEYS
EDITIONS = [
    rubric.parse(frameworks.shipped(key), gauges=metrics.METRICS) for key in KEYS
]
every_edition = pytest.mark.parametrize("edition", EDITIONS, ids=KEYS)

# What a level says has to be seen or shown; these words say nothing that could be.
VAGUE = re.compile(
    r"\b(excellent|good enough level|world[- ]class|best practice|mature|leverag\w+"
    r"|holistic|robustly|adequate\w*|appropriate\w*|as needed|etc)\b",
    re.IGNORECASE,
)


def sentences(edition: rubric.Edition) -> list[str]:
    return [text for topic in edition.topics for text in topic.levels.values()]


def repeated(texts: Iterable[str]) -> list[str]:
    """Texts that stand there more than once, whatever their case and stops."""
    plain = Counter(re.sub(r"\W+", " ", text).strip().lower() for text in texts)
    return [text for text, n in plain.items() if n > 1]


def test_seven_editions_are_shipped_each_under_the_name_of_its_file() -> None:
    assert [edition.key for edition in EDITIONS] == KEYS
    assert KEYS == [
        "calms-ml",
        "compel-18",
        "d7-mlops",
        "devops-mlops",
        "mlops-levels",
        "three-planes",
        "unified-pipeline",
    ]


@every_edition
class TestLevels:
    def test_every_topic_has_a_sentence_for_each_level_of_its_scale(
        self, edition: rubric.Edition
    ) -> None:
        for topic in edition.topics:
            assert list(topic.levels) == list(edition.scale.span), topic.code

    def test_no_sentence_stands_at_two_levels_or_in_two_topics(
        self, edition: rubric.Edition
    ) -> None:
        assert repeated(sentences(edition)) == []

    def test_a_sentence_is_whole_short_and_about_something_to_be_seen(
        self, edition: rubric.Edition
    ) -> None:
        for text in sentences(edition):
            assert re.fullmatch(r"[A-Z].+\.", text), text
            assert len(text.split()) > 2, text
            assert 18 <= len(text) <= 160, text
            assert not VAGUE.search(text), text

    def test_steps_of_the_scale_have_names_of_their_own_and_a_meaning(
        self, edition: rubric.Edition
    ) -> None:
        steps = edition.scale.levels

        assert repeated(step.name for step in steps) == []
        assert repeated(step.short for step in steps) == []
        assert all(step.short for step in steps)


@every_edition
class TestTopics:
    def test_a_question_is_asked_once_and_as_a_question(
        self, edition: rubric.Edition
    ) -> None:
        assert repeated(topic.question for topic in edition.topics) == []
        for topic in edition.topics:
            assert topic.question.endswith("?")
            assert len(topic.question) <= 120, topic.code

    def test_a_name_belongs_to_one_topic_and_fits_a_heading(
        self, edition: rubric.Edition
    ) -> None:
        assert repeated(topic.name for topic in edition.topics) == []
        assert all(len(topic.name) <= 60 for topic in edition.topics)

    def test_each_says_what_to_ask_for_and_whom(self, edition: rubric.Edition) -> None:
        for topic in edition.topics:
            assert topic.evidence, topic.code
            assert repeated(topic.evidence) == []
            assert all(5 <= len(one) <= 120 for one in topic.evidence), topic.code
            assert topic.vantage_points, topic.code
            assert repeated(topic.vantage_points) == []

    def test_each_says_where_its_sentences_come_from(
        self, edition: rubric.Edition
    ) -> None:
        for topic in edition.topics:
            assert topic.basis, topic.code
            # What was written here cannot be said to have been published.
            if "house" not in topic.source:
                continue
            assert re.search(r"written|completed|arranged", topic.basis), topic.code


@every_edition
class TestDomains:
    def test_each_says_what_for_with_evidence_roles_and_source(
        self, edition: rubric.Edition
    ) -> None:
        for domain in edition.domains:
            assert domain.purpose.startswith("Shows "), domain.code
            assert domain.roles, domain.code
            assert repeated(role.role for role in domain.roles) == []
            assert all(fact.items for fact in domain.facts)
            assert repeated(fact.label for fact in domain.facts) == []

    def test_as_many_vantage_points_are_heard_and_asked_as_the_standard_says(
        self, edition: rubric.Edition
    ) -> None:
        standard = edition.scoring.evidence_standard.vantage_points
        assert standard == 4
        for domain in edition.domains:
            asked = {key for topic in domain.topics for key in topic.vantage_points}
            assert len(asked) >= standard, domain.code
            assert len(domain.vantage_points) >= standard, domain.code

    def test_what_a_domain_rests_on_is_said_once_with_a_reason(
        self, edition: rubric.Edition
    ) -> None:
        for domain in edition.domains:
            rests = [(one.from_level, one.domain) for one in domain.prerequisites]
            assert len(rests) == len(set(rests)), domain.code
            assert all(one.why.endswith(".") for one in domain.prerequisites)


@every_edition
class TestSources:
    def test_every_publication_is_cited_and_has_a_title(
        self, edition: rubric.Edition
    ) -> None:
        document = rubric.dump(edition)
        document["publications"] = []
        cited = set(re.findall(r"'([a-z0-9-]+)'", str(document)))

        assert all(one.title for one in edition.publications)
        assert {one.tag for one in edition.publications} <= cited

    def test_no_file_of_a_workshop_is_named(self, edition: rubric.Edition) -> None:
        for at, text in rubric.texts(edition).items():
            assert not re.search(r"\bseed\b|\.txt|/work|TODO|lorem", text), at

    def test_every_text_is_free_of_stray_space(self, edition: rubric.Edition) -> None:
        for at, text in rubric.texts(edition).items():
            assert text == " ".join(text.split()), at
            assert len(text) <= 800, at

    def test_a_relation_leads_to_a_part_that_is_there(
        self, edition: rubric.Edition
    ) -> None:
        others = {other.key: other for other in EDITIONS}
        for one in edition.crosswalk:
            there = others[one.edition]
            codes = {domain.code for domain in there.domains}
            assert one.to in codes | {topic.code for topic in there.topics}
            for bound in (one.low, one.high):
                if bound is not None:
                    assert there.scale.minimum <= bound <= there.scale.maximum
            # What is not indicative was published, not written here.
            assert one.indicative or "house" not in one.source


def test_every_edition_but_the_widest_is_related_to_it() -> None:
    for edition in EDITIONS:
        related = {one.edition for one in edition.crosswalk}
        assert (edition.key == "compel-18") is not ("compel-18" in related)


def test_the_gates_lie_before_the_stages_that_ask_for_a_decision() -> None:
    edition = EDITIONS[KEYS.index("compel-18")]
    opened = {gate.opens: gate.name for gate in edition.gates}

    assert opened == {
        "M": "Organization Ready",
        "P": "Design Approved",
        "E": "Build Complete",
        "L": "Validated and Approved",
    }
    for gate in edition.gates:
        assert len(gate.criteria) >= 5
        assert all(one.evidence and one.text.endswith(".") for one in gate.criteria)
    before = edition.gate_before("P")
    assert before is not None
    assert before.code == "gate-produce"
    assert edition.gate_before("C") is None


def test_every_domain_but_the_first_rests_on_another_one() -> None:
    edition = EDITIONS[KEYS.index("compel-18")]

    without = [domain.code for domain in edition.domains if not domain.prerequisites]

    assert without == ["D1"]


def test_a_stage_of_the_pipeline_says_what_goes_in_and_out_and_with_what() -> None:
    edition = EDITIONS[KEYS.index("unified-pipeline")]

    assert len(edition.domains) == 12
    for domain in edition.domains:
        assert [fact.label for fact in domain.facts] == [
            "Activity",
            "Artifacts in",
            "Artifacts out",
            "Tools named in the publication",
        ]


def test_a_plane_has_one_owner_and_one_interface() -> None:
    edition = EDITIONS[KEYS.index("three-planes")]

    for domain in edition.domains:
        facts = {fact.label: fact.items for fact in domain.facts}
        assert len(facts["Owner"]) == len(facts["Interface"]) == 1


def test_scales_differ_and_stay_their_own() -> None:
    spans = {
        edition.key: (edition.scale.minimum, edition.scale.maximum)
        for edition in EDITIONS
    }

    assert spans == {
        "calms-ml": (1, 4),
        "compel-18": (1, 5),
        "d7-mlops": (1, 5),
        "devops-mlops": (1, 3),
        "mlops-levels": (0, 2),
        "three-planes": (1, 4),
        "unified-pipeline": (0, 3),
    }


SPOKEN = [
    pytest.param(edition.in_language(language), id=f"{edition.key}-{language}")
    for edition in EDITIONS
    for language in edition.translations
]


@pytest.mark.parametrize("edition", EDITIONS, ids=KEYS)
def test_every_edition_is_read_in_german_and_in_french(
    edition: rubric.Edition,
) -> None:
    assert edition.languages == ("en", "de", "fr")


@pytest.mark.parametrize("edition", EDITIONS, ids=KEYS)
def test_every_text_has_an_address_of_its_own(edition: rubric.Edition) -> None:
    addresses: list[str] = []

    def note(at: str, text: str) -> str:
        addresses.append(at)
        return text

    translating.said(edition, note)
    assert repeated(addresses) == []


@pytest.mark.parametrize("spoken", SPOKEN)
class TestTranslations:
    def test_every_domain_topic_question_and_level_is_named_in_the_language(
        self, spoken: rubric.Edition
    ) -> None:
        original = rubric.texts(EDITIONS[KEYS.index(spoken.key)])
        translated = rubric.texts(spoken)
        needed = [
            *(f"{domain.code}/purpose" for domain in spoken.domains),
            *(f"{topic.code}/name" for topic in spoken.topics),
            *(
                f"{domain.code}/criteria/{criterion.code}/name"
                for domain in spoken.domains
                for criterion in domain.criteria
            ),
            *(f"{topic.code}/question" for topic in spoken.topics),
            *(
                f"{topic.code}/levels/{level}"
                for topic in spoken.topics
                for level in spoken.scale.span
            ),
        ]

        assert [at for at in needed if translated[at] == original[at]] == []

    def test_questions_and_sentences_are_told_apart_as_in_the_original(
        self, spoken: rubric.Edition
    ) -> None:
        assert repeated(topic.question for topic in spoken.topics) == []
        assert repeated(topic.name for topic in spoken.topics) == []
        assert repeated(sentences(spoken)) == []

    def test_translated_texts_are_whole_and_short(self, spoken: rubric.Edition) -> None:
        for text in sentences(spoken):
            assert re.fullmatch(r"\S.+\.", text), text
            assert len(text) <= 220, text
        for topic in spoken.topics:
            assert topic.question.endswith("?")
            assert len(topic.question) <= 160, topic.code
            assert len(topic.name) <= 60, topic.code
