from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import rubric
from tests import frameworks

if TYPE_CHECKING:
    from scoring.events import Json


@dataclass(frozen=True)
class Gauge:
    unit: str
    better: str
    lanes: tuple[str, ...] = ("code", "model")


GAUGES = {
    "change_lead_time": Gauge(unit="seconds", better="lower"),
    "deployment_frequency": Gauge(unit="per_week", better="higher"),
    "change_fail_rate": Gauge(unit="ratio", better="lower"),
    "monitoring_share": Gauge(unit="ratio", better="higher", lanes=("model",)),
}


def defects_of(document: dict[str, Json]) -> list[str]:
    with pytest.raises(rubric.Defects) as refused:
        rubric.parse(document, gauges=GAUGES)
    return [str(defect) for defect in refused.value.defects]


def measured_by(ladder: Json, **changes: Json) -> dict[str, Json]:
    """An edition of one topic with one criterion."""
    one = frameworks.criterion("D1.M1", "D1.1", ladder=ladder, **changes)
    domain = frameworks.domain("D1", frameworks.topic("D1.1"), criteria=[one])
    return frameworks.plain({"code": "p", "name": "P", "domains": [domain]})


def of_topic(**changes: Json) -> dict[str, Json]:
    topic = frameworks.topic("D1.1", **changes)
    domain = frameworks.domain("D1", topic)
    return frameworks.plain({"code": "p", "name": "P", "domains": [domain]})


LADDER = "pillars[0].domains[0].criteria[0].ladder"
TOPIC = "pillars[0].domains[0].topics[0]"


def test_an_edition_finds_its_parts_by_code() -> None:
    edition = frameworks.edition()

    assert edition.domain("A").name == "Domain A"
    assert edition.topic("A.3").weight == Decimal(2)
    assert edition.criterion("B.M1").topic == "B.1"
    assert edition.domain_of("A.M2").code == "A"
    assert edition.pillar_of("C").code == "people"
    assert [topic.code for topic in edition.topics] == [
        "A.1",
        "A.2",
        "A.3",
        "B.1",
        "C.1",
    ]
    with pytest.raises(KeyError):
        edition.pillar_of("Z")


def test_a_document_that_is_whole_has_no_defects() -> None:
    assert rubric.parse(frameworks.plain(), gauges=GAUGES).key == "small"


def test_all_defects_are_told_at_once_and_each_with_its_place() -> None:
    document = of_topic(levels={"1": "a", "2": "b", "3": "c", "5": "e"}, weight=0)
    document["version"] = ""
    document["titel"] = document.pop("title")

    assert defects_of(document) == [
        "version: is empty",
        "title: is missing",
        f"{TOPIC}.weight: must be above 0, not 0",
        f"{TOPIC}.levels: level 4 is missing",
        "titel: is not a field of an edition; did you mean `title`?",
    ]


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"levels": None}, ".levels: is missing"),
        ({"levels": "all"}, ".levels: must be a mapping, not a text"),
        (
            {"levels": {str(n): "x" for n in range(1, 7)}},
            ".levels: level 6 is not on the scale",
        ),
        (
            {"levels": {"1": "", "2": "b", "3": "c", "4": "d", "5": "e"}},
            ".levels: level 1 needs a sentence",
        ),
        ({"source": []}, ".source: is missing: name at least one"),
        (
            {"source": ["rumor"]},
            ".source: `rumor` is not a publication of this edition",
        ),
        ({"code": "D 1"}, ".code: `D 1` must be of letters, digits, dots and hyphens"),
        ({"weight": "heavy"}, ".weight: must be a number, not a text"),
        ({"weight": True}, ".weight: must be a number, not yes or no"),
        ({"weight": "1e999999999"}, ".weight: must be a number, not a text"),
        ({"question": ["why"]}, ".question: must be a text, not a list"),
        ({"evidence": [1]}, ".evidence[0]: must be a text, not a number"),
        ({"vantage_points": ["moon"]}, "`moon` is not a vantage point"),
    ],
)
def test_a_defect_of_a_topic_names_the_field(
    changes: dict[str, Json], defect: str
) -> None:
    (told,) = defects_of(of_topic(**changes))

    assert told.startswith(TOPIC)
    assert defect in told


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"version": 1.10}, "version: is read as a number: write it in quotes"),
        ({"version": "one two"}, "version: `one two` must be of letters, digits"),
        ({"version": "1" * 41}, f"version: `{'1' * 41}` must be of letters, digits"),
        ({"key": "My Framework"}, "key: `My Framework` must be of lowercase letters"),
        ({"title": "x" * 201}, "title: must be at most 200 characters"),
    ],
)
def test_what_an_edition_is_called_by_is_short_and_plain(
    changes: dict[str, Json], defect: str
) -> None:
    (told,) = defects_of(frameworks.plain(**changes))

    assert told.startswith(defect)


@pytest.mark.parametrize("empty", [None, [], "none", {}])
def test_an_edition_without_pillars_is_refused(empty: Json) -> None:
    document = frameworks.plain()
    document["pillars"] = empty

    assert any(defect.startswith("pillars: ") for defect in defects_of(document))


def test_a_part_that_is_no_mapping_is_refused_at_its_place() -> None:
    document = frameworks.plain()
    document["pillars"] = ["people"]

    assert "pillars[0]: must be a mapping of fields, not a text" in defects_of(document)


def test_a_code_belongs_to_one_part_only() -> None:
    document = frameworks.plain(
        {
            "code": "p",
            "name": "P",
            "domains": [
                frameworks.domain("D1", frameworks.topic("D1.1")),
                frameworks.domain("D2", frameworks.topic("D1.1")),
            ],
        }
    )

    assert defects_of(document) == [
        (
            "pillars[0].domains[1].topics[0].code: `D1.1` is already taken by"
            " pillars[0].domains[0].topics[0]"
        )
    ]


def test_a_criterion_may_bear_the_code_of_its_topic_but_of_no_other() -> None:
    def with_code(code: str) -> dict[str, Json]:
        one = frameworks.criterion(code, "D1.1")
        topics = (frameworks.topic("D1.1"), frameworks.topic("D1.2"))
        domain = frameworks.domain("D1", *topics, criteria=[one])
        return frameworks.plain({"code": "p", "name": "P", "domains": [domain]})

    assert rubric.parse(with_code("D1.1")).criterion("D1.1").topic == "D1.1"
    assert defects_of(with_code("D1.2")) == [
        (
            "pillars[0].domains[0].criteria[0].code: `D1.2` is already taken by"
            " pillars[0].domains[0].topics[1]"
        )
    ]


def test_a_criterion_belongs_to_a_topic_of_its_domain() -> None:
    document = measured_by(frameworks.ladder("4 days", "3 days", "2 days", "1 day"))
    document["pillars"][0]["domains"][0]["criteria"][0]["topic"] = "D9.9"  # type: ignore[index, call-overload]  # plain data, known shape

    assert defects_of(document) == [
        "pillars[0].domains[0].criteria[0].topic: `D9.9` is not a topic of domain D1"
    ]


@pytest.mark.parametrize(
    ("ladder", "defect"),
    [
        (
            frameworks.ladder("30 days", "7 days", "1 day"),
            f"{LADDER}: level 5 is missing",
        ),
        (
            frameworks.ladder("30 days", "7 days", "1 day", "1 hour", "1 minute"),
            f"{LADDER}: level 6 has no rung on this scale",
        ),
        (
            frameworks.ladder("30 days", "7 days", "8 days", "1 hour"),
            (
                f"{LADDER}[2]: level 4 asks for change lead time at most 8 days, which"
                " is less than a level below: change lead time at most 7 days"
            ),
        ),
        (
            frameworks.ladder("30 days", "7 days", "7 days", "1 hour"),
            f"{LADDER}[2]: level 4 asks nothing more than the levels below",
        ),
        (
            frameworks.ladder(0.3, 0.2, 0.1, 0.05, metric="luck"),
            (
                f"{LADDER}[0].when[0].metric: `luck` is not a metric; there are"
                " change_fail_rate, change_lead_time, deployment_frequency,"
                " monitoring_share"
            ),
        ),
        (
            frameworks.ladder("40 percent", "30 percent", "20 percent", "10 percent"),
            (
                f"{LADDER}[0].when[0].at_most: `40 percent` does not fit"
                " change_lead_time, which is measured in seconds"
            ),
        ),
        (
            frameworks.ladder("30 moons", "7 days", "1 day", "1 hour"),
            f"{LADDER}[0].when[0].at_most: `30 moons` is no quantity",
        ),
        (
            frameworks.ladder("1 day", "2 days", "3 days", "4 days", asks="at_least"),
            f"{LADDER}[0].when[0].at_least: lower is better for change_lead_time",
        ),
        (
            frameworks.ladder(4, 3, 2, 1, metric="change_fail_rate"),
            f"{LADDER}[0].when[0].at_most: `4` is more than 100 percent",
        ),
        ([], f"{LADDER}: is missing: it needs at least one entry"),
        (
            [{"level": n, "when": []} for n in range(2, 6)],
            f"{LADDER}[0].when: is missing: it needs at least one entry",
        ),
        (
            [{"level": 2, "when": [{"metric": "change_lead_time"}]}],
            (
                f"{LADDER}[0].when[0]: needs exactly one of at_least, above, at_most,"
                " below"
            ),
        ),
    ],
)
def test_a_ladder_with_a_gap_an_overlap_or_a_wrong_turn_is_refused(
    ladder: Json, defect: str
) -> None:
    assert any(told.startswith(defect) for told in defects_of(measured_by(ladder)))


def test_a_criterion_asks_in_a_lane_in_which_its_metric_is_measured() -> None:
    ladder = frameworks.ladder(
        0.1, 0.4, 0.8, 0.95, metric="monitoring_share", asks="at_least"
    )

    assert defects_of(measured_by(ladder)) == [
        (
            "pillars[0].domains[0].criteria[0].lane: monitoring_share is not"
            " measured in the code lane"
        )
    ]


def test_levels_of_a_ladder_ascend_and_stand_there_once() -> None:
    rungs = frameworks.ladder("30 days", "7 days", "1 day", "1 hour")
    assert isinstance(rungs, list)

    twice = defects_of(measured_by([*rungs, rungs[-1]]))
    turned = defects_of(measured_by([rungs[1], rungs[0], *rungs[2:]]))

    assert f"{LADDER}: level 5 stands there twice" in twice
    assert f"{LADDER}: levels must be in ascending order" in turned


def test_a_strict_line_asks_more_than_the_same_line_included() -> None:
    rungs: Json = [
        {"level": 2, "when": [{"metric": "change_lead_time", "at_most": "2 days"}]},
        {"level": 3, "when": [{"metric": "change_lead_time", "at_most": "1 day"}]},
        {"level": 4, "when": [{"metric": "change_lead_time", "below": "1 day"}]},
        {"level": 5, "when": [{"metric": "change_fail_rate", "below": "5 %"}]},
    ]

    criterion = rubric.parse(measured_by(rungs), gauges=GAUGES).criterion("D1.M1")

    assert criterion.metrics == ("change_lead_time", "change_fail_rate")


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"lane": "data"}, "lane: must be code or model, not `data`"),
        ({"window_days": 0}, "window_days: must be at least 1, not 0"),
        ({"window_days": 1.5}, "window_days: must be a whole number, not 1.5"),
        ({"minimum_coverage": 2}, "minimum_coverage: must be at most 1, not 2"),
        ({"minimum_n": None, "window_days": None}, "window_days: is missing"),
    ],
)
def test_a_defect_of_a_criterion_names_the_field(
    changes: dict[str, Json], defect: str
) -> None:
    ladder = frameworks.ladder("30 days", "7 days", "1 day", "1 hour")

    (told,) = defects_of(measured_by(ladder, **changes))

    assert told == f"pillars[0].domains[0].criteria[0].{defect}"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("90 seconds", "90"),
        ("1 minute", "60"),
        ("24 hours", "86400"),
        ("7 days", "604800"),
        ("2 weeks", "1209600"),
        ("1.5 hours", "5400"),
        (3600, "3600"),
    ],
)
def test_a_line_is_said_with_its_unit_and_kept_in_that_of_the_metric(
    said: Json, value: str
) -> None:
    ladder = frameworks.ladder("60 days", "50 days", "40 days", said)

    edition = rubric.parse(measured_by(ladder), gauges=GAUGES)

    (condition,) = edition.criterion("D1.M1").ladder[-1].when
    assert condition.value == Decimal(value)
    assert condition.words == f"change lead time at most {said}"


@pytest.mark.parametrize(
    ("scale", "defect"),
    [
        ([1, 2, 4], "scale.levels: must be two or more levels in a row"),
        ([1], "scale.levels: must be two or more levels in a row"),
        ([], "scale.levels: is missing"),
    ],
)
def test_a_scale_has_no_gaps(scale: list[int], defect: str) -> None:
    levels: Json = [{"level": n, "name": f"Level {n}"} for n in scale]
    document = frameworks.plain(scale={"step": 0.5, "levels": levels})

    assert any(told.startswith(defect) for told in defects_of(document))


def test_a_scale_may_start_at_zero_and_have_any_number_of_levels() -> None:
    levels: Json = [{"level": n, "name": f"Level {n}"} for n in range(3)]
    topic = frameworks.topic("T", levels={"0": "none", "1": "some", "2": "all"})
    edition = frameworks.edition(
        {"code": "p", "name": "P", "domains": [frameworks.domain("D", topic)]},
        scale={"step": 1, "levels": levels},
    )

    assert (edition.scale.minimum, edition.scale.maximum) == (0, 2)
    assert edition.scale.name(2) == "Level 2"


def test_a_step_divides_a_level() -> None:
    levels: Json = [{"level": n, "name": f"Level {n}"} for n in range(1, 6)]
    document = frameworks.plain(scale={"step": 0.3, "levels": levels})

    assert "scale.step: must be 0.1, 0.2, 0.5 or 1, not 0.3" in defects_of(document)


def test_confidence_labels_start_at_zero_and_ascend() -> None:
    document = frameworks.plain()
    scoring = document["scoring"]
    assert isinstance(scoring, dict)
    scoring["confidence_labels"] = [{"name": "high", "at_least": 0.7}]

    assert defects_of(document) == [
        "scoring.confidence_labels: must start at 0 and ascend"
    ]


def test_a_confidence_has_a_word() -> None:
    scoring = frameworks.edition().scoring

    assert scoring.confidence_label(Decimal("0.7499")) == "low"
    assert scoring.confidence_label(Decimal("0.75")) == "high"


def test_the_canonical_text_does_not_depend_on_the_order_of_fields() -> None:
    document = frameworks.plain()
    turned = dict(reversed(document.items()))

    assert rubric.canonical(turned) == rubric.canonical(document)
    assert rubric.digest(turned) == rubric.digest(document)
    assert rubric.canonical({"b": ["é"], "a": 1}) == '{"a":1,"b":["é"]}'


def test_another_word_is_another_hash() -> None:
    assert rubric.digest(frameworks.plain(title="Other")) != rubric.digest(
        frameworks.plain()
    )


@pytest.mark.parametrize("key", frameworks.KEYS)
def test_a_shipped_edition_dumps_and_parses_to_itself(key: str) -> None:
    edition = rubric.parse(frameworks.shipped(key))

    assert rubric.parse(rubric.dump(edition)) == edition


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
LINES = st.lists(
    st.integers(min_value=1, max_value=10**7), min_size=4, max_size=4, unique=True
)


@given(
    names=st.lists(WORDS, min_size=1, max_size=4),
    weight=st.decimals("0.001", "1000", places=3),
    lines=LINES,
)
def test_parsing_what_was_dumped_gives_the_same_edition(
    names: list[str], weight: Decimal, lines: list[int]
) -> None:
    topics = [
        frameworks.topic(f"T{place}", name=name, weight=str(weight))
        for place, name in enumerate(names)
    ]
    ladder = frameworks.ladder(*sorted(lines, reverse=True))
    criteria: Json = [frameworks.criterion("M", "T0", ladder=ladder)]
    domain = frameworks.domain("D", *topics, criteria=criteria)
    edition = frameworks.edition({"code": "p", "name": "P", "domains": [domain]})

    dumped = rubric.dump(edition)

    assert rubric.parse(dumped, gauges=GAUGES) == edition
    assert rubric.dump(rubric.parse(dumped)) == dumped


SCRAP = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["code", "levels", "topics", "domains", "when", "level", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(field=st.sampled_from(sorted(frameworks.plain())), scrap=SCRAP)
def test_whatever_stands_in_a_field_is_refused_with_a_place_and_nothing_breaks(
    field: str, scrap: Json
) -> None:
    document = frameworks.plain()
    document[field] = scrap

    assert all(defect.place for defect in _defects(document))


def _defects(document: dict[str, Json]) -> tuple[rubric.Defect, ...]:
    try:
        rubric.parse(document, gauges=GAUGES)
    except rubric.Defects as refused:
        return refused.defects
    return ()


class TestTheEditionOfEighteenDomains:
    edition = rubric.parse(frameworks.shipped("compel-18"))

    def test_it_has_four_pillars_and_eighteen_domains_in_the_official_order(
        self,
    ) -> None:
        sizes = {pillar.name: len(pillar.domains) for pillar in self.edition.pillars}

        assert sizes == {"People": 4, "Process": 5, "Technology": 4, "Governance": 5}
        assert [domain.code for domain in self.edition.domains] == [
            f"D{number}" for number in range(1, 19)
        ]
        assert self.edition.domain("D10").name == "Data Infrastructure"
        assert self.edition.domain("D11").name == "AI/ML Platform and Tooling"

    def test_every_topic_says_whom_to_ask_and_what_to_ask_for(self) -> None:
        assert len(self.edition.topics) == 95
        for topic in self.edition.topics:
            assert topic.question.endswith("?")
            assert topic.vantage_points
            assert topic.evidence
            assert sorted(topic.levels) == [1, 2, 3, 4, 5]

    def test_the_domains_that_telemetry_can_tell_of_have_criteria(self) -> None:
        bound = {self.edition.domain_of(one.code).code for one in self.edition.criteria}

        assert bound == {"D6", "D7", "D8", "D9", "D10", "D11", "D12", "D13"}

    def test_it_notes_the_document_that_swaps_two_domains(self) -> None:
        (note,) = [one for one in self.edition.notes if one.about == ("D10", "D11")]

        assert "Module 4.2, Article 7" in note.text


def test_the_edition_on_machine_learning_operations_has_its_questions_and_lines() -> (
    None
):
    edition = rubric.parse(frameworks.shipped("d7-mlops"))

    assert {topic.code for topic in edition.topics} == {
        *(f"C{number}" for number in range(1, 5)),
        *(f"K{number}" for number in range(1, 20)),
    }
    lines = {
        code: [
            " and ".join(condition.words for condition in rung.when)
            for rung in edition.criterion(code).ladder
        ]
        for code in ("C1", "C3")
    }
    assert lines == {
        "C1": [
            "standard pipeline share at least 10 percent",
            "standard pipeline share at least 40 percent",
            "standard pipeline share at least 80 percent",
            "standard pipeline share at least 95 percent",
        ],
        "C3": [
            "validated to production time at most 30 days",
            "validated to production time at most 7 days",
            "validated to production time below 24 hours",
            "validated to production time at most 1 hour",
        ],
    }
