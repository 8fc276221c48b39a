"""Gates, foundations, relations, facts, the rules of answering, and languages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import rubric
from tests import frameworks

if TYPE_CHECKING:
    from scoring.events import Json

STAGES: Json = [{"code": "S", "name": "Start", "purpose": "To begin.", "source": "own"}]
DOMAIN = "pillars[0].domains[0]"


def gate(**changes: Json) -> Json:
    criteria: Json = [{"code": "G.1", "text": "It is written down.", "source": "own"}]
    made: dict[str, Json] = {
        "code": "G",
        "opens": "S",
        "name": "Ready",
        "criteria": criteria,
        "source": "own",
    }
    return made | changes


def document(domain: dict[str, Json] | None = None, **changes: Json) -> frameworks.Row:
    """Two domains of one topic each; `domain` changes the first."""
    first = frameworks.domain("A", frameworks.topic("A.1"), **(domain or {}))
    second = frameworks.domain("B", frameworks.topic("B.1"))
    pillar: frameworks.Row = {"code": "p", "name": "P", "domains": [first, second]}
    return frameworks.plain(pillar, **changes)


def scored(**changes: Json) -> frameworks.Row:
    made = document()
    scoring = made["scoring"]
    assert isinstance(scoring, dict)
    made["scoring"] = scoring | changes
    return made


def defects_of(plain: frameworks.Row) -> list[str]:
    with pytest.raises(rubric.Defects) as refused:
        rubric.parse(plain)
    return [str(defect) for defect in refused.value.defects]


# ── gates ──────────────────────────────────────────────────────────────────────────


def test_a_gate_is_found_by_the_stage_that_it_opens() -> None:
    edition = rubric.parse(document(stages=STAGES, gates=[gate()]))

    found = edition.gate_before("S")

    assert found is not None
    assert [one.text for one in found.criteria] == ["It is written down."]
    assert edition.gate_before("A") is None


@pytest.mark.parametrize(
    ("gates", "defect"),
    [
        ([gate(opens="T")], "gates[0].opens: `T` is not a stage of this edition"),
        ([gate(code="A")], "gates[0].code: `A` is already taken by"),
        ([gate(criteria=[])], "gates[0].criteria: is missing: it needs at least one"),
        ([gate(), gate(code="H")], "gates[1].opens: `S` has a gate already"),
        ([gate(source="rumor")], "gates[0].source: `rumor` is not a publication"),
        (
            [gate(criteria=[{"code": "G.1", "text": "", "source": "own"}])],
            "gates[0].criteria[0].text: is empty",
        ),
    ],
)
def test_a_gate_that_leads_nowhere_or_asks_nothing_is_refused(
    gates: Json, defect: str
) -> None:
    told = defects_of(document(stages=STAGES, gates=gates))

    assert any(one.startswith(defect) for one in told), told


# ── what a domain rests on ─────────────────────────────────────────────────────────


def rests(**changes: Json) -> dict[str, Json]:
    made: dict[str, Json] = {
        "from_level": 4,
        "domain": "B",
        "level": 3,
        "source": "own",
    }
    return {"prerequisites": [made | changes]}


@pytest.mark.parametrize(
    ("here", "there", "firm"),
    [("3.5", "1", True), ("4", "3", True), ("4", "2.5", False), ("5", "4", True)],
)
def test_a_level_stands_on_firm_ground_or_not(
    here: str, there: str, *, firm: bool
) -> None:
    (one,) = rubric.parse(document(rests())).domain("A").prerequisites

    assert one.holds(here=Decimal(here), there=Decimal(there)) is firm


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"domain": "A"}, ".domain: `A` is not another domain of this edition"),
        ({"domain": "Z"}, ".domain: `Z` is not another domain of this edition"),
        ({"level": 6}, ".level: 6 is not a level of the scale"),
        ({"from_level": None}, ".from_level: is missing"),
        ({"source": None}, ".source: is missing: name at least one"),
    ],
)
def test_a_foundation_is_another_domain_at_a_level_of_the_scale(
    changes: dict[str, Json], defect: str
) -> None:
    assert defects_of(document(rests(**changes))) == [
        f"{DOMAIN}.prerequisites[0]{defect}"
    ]


# ── relations to other editions ────────────────────────────────────────────────────


def relation(**changes: Json) -> Json:
    made: dict[str, Json] = {"edition": "wide", "to": "D7", "source": "own"}
    return made | changes


def test_a_relation_is_indicative_unless_it_was_published_as_it_stands() -> None:
    edition = rubric.parse(
        document(
            crosswalk=[
                relation(level=1, low=1, high="2.5"),
                relation(of="A.1", to="D7.2", indicative="false"),
            ]
        )
    )

    (scale,) = edition.relations_of("")
    (topic,) = edition.relations_of("A.1")

    assert (scale.level, scale.low, scale.high) == (1, Decimal(1), Decimal("2.5"))
    assert (scale.indicative, topic.indicative) == (True, False)


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"of": "Z"}, "of: `Z` is not a domain or topic of this edition"),
        ({"level": 9}, "level: 9 is not a level of the scale"),
        ({"low": 1}, "low: and `high` stand together or not at all"),
        ({"low": 3, "high": 2}, "low: must not be above `high`, which is 2"),
        ({"indicative": "maybe"}, "indicative: must be yes or no, not a text"),
        ({"to": ""}, "to: is empty"),
    ],
)
def test_a_relation_names_what_is_there(changes: dict[str, Json], defect: str) -> None:
    assert defects_of(document(crosswalk=[relation(**changes)])) == [
        f"crosswalk[0].{defect}"
    ]


# ── facts, reasons, evidence ───────────────────────────────────────────────────────


def test_facts_stand_with_a_domain_or_a_topic() -> None:
    facts: Json = [{"label": "Owner", "items": ["Data team"]}]
    edition = rubric.parse(document({"facts": facts}))

    assert edition.domain("A").facts == (
        rubric.Fact(label="Owner", items=("Data team",)),
    )
    assert defects_of(document({"facts": [{"label": "Owner"}]})) == [
        f"{DOMAIN}.facts[0].items: is missing: name at least one"
    ]


def test_a_reason_is_asked_for_from_a_level_upward_and_for_some_answers() -> None:
    plain = scored(rationale_required={"from_level": 4, "answers": ["not_applicable"]})
    rule = rubric.parse(plain).scoring.rationale_required

    assert [rule.asks("level", level) for level in (3, 4, 5)] == [False, True, True]
    assert rule.asks("not_applicable")
    assert not rule.asks("unknown")


def test_without_a_rule_no_reason_is_asked_for_and_no_evidence() -> None:
    scoring = frameworks.edition().scoring

    assert not scoring.rationale_required.asks("level", 5)
    assert not scoring.rationale_required.asks("not_applicable")
    assert scoring.evidence_standard == rubric.EvidenceStandard()


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"rationale_required": {"from_level": 7}}, ".from_level: 7 is not a level"),
        ({"rationale_required": {"answers": ["no"]}}, ".answers: `no` is not one of"),
        ({"rationale_required": "always"}, ": must be a mapping of fields, not a text"),
        ({"evidence_standard": {"sources": -1}}, ".sources: must be at least 0"),
        ({"evidence_standard": {"source": 3}}, ".source: is not a field of an edition"),
    ],
)
def test_a_rule_of_answering_that_means_nothing_is_refused(
    changes: dict[str, Json], defect: str
) -> None:
    (told,) = defects_of(scored(**changes))

    assert told.startswith(f"scoring.{next(iter(changes))}{defect}")


# ── languages ──────────────────────────────────────────────────────────────────────

GERMAN: Json = {
    "title": "Ein kleiner Rahmen",
    "A": {"name": "Bereich A", "roles": [{"role": "Leitung"}]},
    "A.1": {"question": "Wie weit?", "levels": {"1": "Gar nicht.", "5": "Ganz."}},
    "vantage_points": {"leadership": {"name": "Leitung"}},
    "scale": {"levels": {"1": {"name": "Stufe 1"}}},
}
ROLES: dict[str, Json] = {
    "roles": [{"vantage_point": "leadership", "role": "Head of all"}]
}


def test_texts_are_read_in_a_language_as_far_as_they_are_translated() -> None:
    edition = rubric.parse(document(ROLES, translations={"de": GERMAN}))

    german = edition.in_language("de")

    assert edition.languages == ("en", "de")
    assert german.languages == ("de",)
    assert german.title == "Ein kleiner Rahmen"
    assert german.topic("A.1").question == "Wie weit?"
    assert german.topic("A.1").levels[1] == "Gar nicht."
    assert german.topic("A.1").levels[2] == "Sentence 2 of A.1."
    assert german.domain("A").roles[0].role == "Leitung"
    assert german.domain("A").roles[0].vantage_point == "leadership"
    assert german.vantage_points[0].name == "Leitung"
    assert german.scale.name(1) == "Stufe 1"
    assert german.domain("B") == edition.domain("B")


def test_a_region_falls_back_on_its_language_and_an_unknown_one_on_the_original() -> (
    None
):
    edition = rubric.parse(document(translations={"de": {"title": "Rahmen"}}))

    assert edition.in_language("de-AT").title == "Rahmen"
    assert edition.in_language("fr") is edition
    assert edition.in_language("en-gb") is edition


def test_a_translation_is_written_as_a_tree_or_by_address() -> None:
    tree = rubric.parse(document(translations={"de": {"A": {"name": "Bereich"}}}))
    flat = rubric.parse(document(translations={"de": {"A/name": "Bereich"}}))

    assert tree == flat


@pytest.mark.parametrize(
    ("translations", "defect"),
    [
        ({"de": {"Z": {"name": "x"}}}, ".de.Z/name: is not the place of a text"),
        ({"de": {"A": {"code": "x"}}}, ".de.A/code: is not the place of a text"),
        ({"de": {"A": {"name": ""}}}, ".de.A/name: needs a text"),
        ({"de": {"A": {"evidence": ["x"]}}}, ".de.A/evidence/0: is not the place"),
        ({"German": {}}, ": `German` is no language, such as de or fr"),
        ({"de": "alles"}, ".de: must be a mapping of codes and fields to texts"),
        ("de", ": must be a mapping, not a text"),
    ],
)
def test_a_translation_of_what_is_not_there_is_refused(
    translations: Json, defect: str
) -> None:
    (told,) = defects_of(document(translations=translations))

    assert told.startswith(f"translations{defect}")


def test_a_criterion_with_the_code_of_its_topic_is_translated_apart() -> None:
    one = frameworks.criterion("A.1", "A.1")
    plain = document({"criteria": [one]})
    plain["translations"] = {"de": {"A": {"criteria": {"A.1": {"name": "Messung"}}}}}

    german = rubric.parse(plain).in_language("de")

    assert german.criterion("A.1").name == "Messung"
    assert german.topic("A.1").name == "Topic A.1"


WHOLE = rubric.parse(
    document(
        ROLES | rests() | {"facts": [{"label": "Owner", "items": ["Data team"]}]},
        stages=STAGES,
        gates=[gate()],
        crosswalk=[relation(text="Nearly the same.")],
    )
)


@given(st.data())
def test_a_translation_changes_its_texts_and_nothing_else(data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.sampled_from(sorted(rubric.texts(WHOLE)))))
    words: dict[str, Json] = {address: f"¡{address}!" for address in chosen}
    dumped = rubric.dump(WHOLE)
    dumped["translations"] = {"xx": words}
    edition = rubric.parse(dumped)

    spoken = edition.in_language("xx")

    assert rubric.texts(spoken) == rubric.texts(WHOLE) | words
    assert [topic.code for topic in spoken.topics] == [
        topic.code for topic in WHOLE.topics
    ]
    assert rubric.parse(rubric.dump(edition)) == edition
