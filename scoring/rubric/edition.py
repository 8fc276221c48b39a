"""What an edition is made of: frozen values, in the order in which people read them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from scoring.rubric import translating
from scoring.rubric.context import EvidenceStandard, RationaleRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.rubric.context import Fact, Gate, Prerequisite, Relation
    from scoring.rubric.criteria import Criterion, Text

_NO_RULE = RationaleRule()
_NO_STANDARD = EvidenceStandard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a tag in `source` stands for."""

    tag: str
    title: Text
    publisher: str = ""
    published: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A decision, a conflict between publications, advice: something to know."""

    code: str
    title: Text
    text: Text
    about: tuple[str, ...] = ()  # codes of domains, topics or criteria
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One whole level of the scale, with its names and what it means in general."""

    level: int
    name: Text
    short: Text
    aliases: tuple[Text, ...] = ()
    anchors: tuple[Text, ...] = ()

    @property
    def place(self) -> str:
        """What tells it from the others of its scale."""
        return str(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The whole levels people choose from; scores move in parts of them, by `step`."""

    step: Decimal
    levels: tuple[Step, ...]

    @property
    def minimum(self) -> int:
        """The lowest level."""
        return self.levels[0].level

    @property
    def maximum(self) -> int:
        """The highest level."""
        return self.levels[-1].level

    @property
    def span(self) -> range:
        """All whole levels, lowest first."""
        return range(self.minimum, self.maximum + 1)

    def name(self, level: int) -> str:
        """Return the name of a whole level."""
        return self.levels[level - self.minimum].name


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceLabel:
    """The word for a confidence of at least `at_least`."""

    name: Text
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """How answers become scores."""

    minimum_coverage: Decimal  # below it, no level is shown
    minimum_raters: int = 1  # of a topic
    discussion_gap: Decimal = Decimal(1)  # declared against measured, in levels
    spread_gap: Decimal = Decimal(2)  # between raters of one topic, in levels
    # "low", "medium", "high", "not_stated" and "decided" -> 0–1
    confidence: Mapping[str, Decimal]
    confidence_labels: tuple[ConfidenceLabel, ...]
    rationale_required: RationaleRule = _NO_RULE
    evidence_standard: EvidenceStandard = _NO_STANDARD
    source: tuple[str, ...]

    def confidence_label(self, confidence: Decimal) -> str:
        """Return the word for a confidence between 0 and 1."""
        fitting = [
            label for label in self.confidence_labels if confidence >= label.at_least
        ]
        return fitting[-1].name


@dataclass(frozen=True, slots=True, kw_only=True)
class VantagePoint:
    """From where a person looks at the organization."""

    key: str
    name: Text
    meaning: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of the lifecycle that the framework goes through."""

    code: str
    name: Text
    purpose: Text
    outputs: tuple[Text, ...] = ()
    telemetry_role: Text = ""
    gate: Text = ""
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One question, with a sentence for each level to choose from."""

    code: str
    name: Text
    question: Text
    weight: Decimal = Decimal(1)
    levels: Mapping[int, Text]
    vantage_points: tuple[str, ...] = ()  # whom to ask; empty: anybody
    evidence: tuple[Text, ...] = ()
    help: Text = ""
    basis: Text = ""  # where the level sentences come from
    facts: tuple[Fact, ...] = ()
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Whom to hear on a domain, and from which vantage point."""

    vantage_point: str
    role: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """Topics that are scored together."""

    code: str
    name: Text
    purpose: Text
    weight: Decimal = Decimal(1)
    topics: tuple[Topic, ...]
    criteria: tuple[Criterion, ...] = ()
    facts: tuple[Fact, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    evidence: tuple[Text, ...] = ()
    roles: tuple[Role, ...] = ()
    signals: tuple[Text, ...] = ()  # what machines could tell, measured here or not
    references: tuple[str, ...] = ()
    source: tuple[str, ...]
    source_note: Text = ""

    @property
    def vantage_points(self) -> tuple[str, ...]:
        """The vantage points to be heard, each once."""
        return tuple(dict.fromkeys(role.vantage_point for role in self.roles))

    def criteria_of(self, topic: str) -> tuple[Criterion, ...]:
        """Return the criteria that are bound to a topic."""
        return tuple(one for one in self.criteria if one.topic == topic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar:
    """Domains that are scored together."""

    code: str
    name: Text
    weight: Decimal = Decimal(1)
    domains: tuple[Domain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something to do, and which topics or criteria it moves."""

    code: str
    text: Text
    supports: tuple[str, ...] = ()
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One release of a framework."""

    key: str
    version: str
    title: Text
    language: str
    about: Text
    publications: tuple[Publication, ...]
    scale: Scale
    scoring: Scoring
    vantage_points: tuple[VantagePoint, ...]
    pillars: tuple[Pillar, ...]
    stages: tuple[Stage, ...] = ()
    notes: tuple[Note, ...] = ()
    guidance: tuple[Note, ...] = ()
    activities: tuple[Activity, ...] = ()
    gates: tuple[Gate, ...] = ()
    crosswalk: tuple[Relation, ...] = ()
    # language -> address of a text -> the text in that language
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _domains: Mapping[str, Domain] = field(init=False, repr=False, compare=False)
    _topics: Mapping[str, Topic] = field(init=False, repr=False, compare=False)
    _criteria: Mapping[str, Criterion] = field(init=False, repr=False, compare=False)
    _domain_of: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        domains = [domain for pillar in self.pillars for domain in pillar.domains]
        lookups = {
            "_domains": {domain.code: domain for domain in domains},
            "_topics": {topic.code: topic for one in domains for topic in one.topics},
            "_criteria": {each.code: each for one in domains for each in one.criteria},
            "_domain_of": {
                code: one.code
                for one in domains
                for code in (
                    *(topic.code for topic in one.topics),
                    *(each.code for each in one.criteria),
                )
            },
        }
        for name, lookup in lookups.items():
            object.__setattr__(self, name, lookup)

    @property
    def domains(self) -> tuple[Domain, ...]:
        """All domains, in order."""
        return tuple(self._domains.values())

    @property
    def topics(self) -> tuple[Topic, ...]:
        """All topics, in order."""
        return tuple(self._topics.values())

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, in order."""
        return tuple(self._criteria.values())

    def domain(self, code: str) -> Domain:
        """Return a domain; raises KeyError."""
        return self._domains[code]

    def topic(self, code: str) -> Topic:
        """Return a topic; raises KeyError."""
        return self._topics[code]

    def criterion(self, code: str) -> Criterion:
        """Return a criterion; raises KeyError."""
        return self._criteria[code]

    def domain_of(self, code: str) -> Domain:
        """Return the domain of a topic or criterion; raises KeyError."""
        return self._domains[self._domain_of[code]]

    def pillar_of(self, domain: str) -> Pillar:
        """Return the pillar of a domain; raises KeyError."""
        for pillar in self.pillars:
            if any(one.code == domain for one in pillar.domains):
                return pillar
        raise KeyError(domain)

    def gate_before(self, stage: str) -> Gate | None:
        """Return the gate that opens a stage, if there is one."""
        return next((gate for gate in self.gates if gate.opens == stage), None)

    def relations_of(self, code: str) -> tuple[Relation, ...]:
        """Return how a domain or topic relates to other editions; "" is the scale."""
        return tuple(one for one in self.crosswalk if one.of == code)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the edition can be read in, its own first."""
        return (self.language, *self.translations)

    def in_language(self, language: str) -> Edition:
        """Return the edition in a language, as far as it is translated.

        A regional language falls back on the plain one, and a text that has no
        translation stays as it is. Codes, weights and ladders are never touched. What
        is returned is for reading and speaks no other language.
        """
        asked = language.lower()
        near = (asked, asked.partition("-")[0])
        known = next((one for one in near if one in self.languages), self.language)
        if known == self.language:
            return self
        words = self.translations[known]
        spoken = translating.said(self, lambda at, text: words.get(at, text))
        return replace(spoken, language=known, translations={})
