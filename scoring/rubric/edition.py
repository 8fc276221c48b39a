"""What an edition is made of: frozen values, in the order in which people read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.rubric.criteria import Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a tag in `source` stands for."""

    tag: str
    title: str
    publisher: str = ""
    published: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A decision, a conflict between publications, advice: something to know."""

    code: str
    title: str
    text: str
    about: tuple[str, ...] = ()  # codes of domains, topics or criteria
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One whole level of the scale, with its names and what it means in general."""

    level: int
    name: str
    short: str
    aliases: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


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

    name: str
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
    name: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of the lifecycle that the framework goes through."""

    code: str
    name: str
    purpose: str
    outputs: tuple[str, ...] = ()
    telemetry_role: str = ""
    gate: str = ""
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One question, with a sentence for each level to choose from."""

    code: str
    name: str
    question: str
    weight: Decimal = Decimal(1)
    levels: Mapping[int, str]
    vantage_points: tuple[str, ...] = ()  # whom to ask; empty: anybody
    evidence: tuple[str, ...] = ()
    help: str = ""
    basis: str = ""  # where the level sentences come from
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Whom to hear on a domain, and from which vantage point."""

    vantage_point: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """Topics that are scored together."""

    code: str
    name: str
    purpose: str
    weight: Decimal = Decimal(1)
    topics: tuple[Topic, ...]
    criteria: tuple[Criterion, ...] = ()
    evidence: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    signals: tuple[str, ...] = ()  # what machines could tell, measured here or not
    references: tuple[str, ...] = ()
    source: tuple[str, ...]
    source_note: str = ""

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
    name: str
    weight: Decimal = Decimal(1)
    domains: tuple[Domain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something to do, and which topics or criteria it moves."""

    code: str
    text: str
    supports: tuple[str, ...] = ()
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One release of a framework."""

    key: str
    version: str
    title: str
    language: str
    about: str
    publications: tuple[Publication, ...]
    scale: Scale
    scoring: Scoring
    vantage_points: tuple[VantagePoint, ...]
    pillars: tuple[Pillar, ...]
    stages: tuple[Stage, ...] = ()
    notes: tuple[Note, ...] = ()
    guidance: tuple[Note, ...] = ()
    activities: tuple[Activity, ...] = ()
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
