"""What a workspace may decide about alerts, by their labels.

A line such as `severity=critical environment=prod*` fits an alert that has all these
labels; `*` stands for anything, upper and lower case are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from assessments.connectors.base import FieldKind, RuleField, answers, matches
from scoring.events import Cause, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.connectors.base import Plain

    Labels: TypeAlias = Mapping[str, str]

_HELP = (
    "One alert a line, by its labels: severity=critical environment=prod*. All of a"
    " line have to fit; * stands for anything."
)

RULE_FIELDS = (
    RuleField(
        name="incidents",
        label="Alerts that are incidents",
        help=_HELP,
        kind=FieldKind.LIST,
        default=("severity=critical", "severity=page"),
        optional=True,
    ),
    RuleField(
        name="ignored",
        label="Alerts that are left out",
        help=_HELP,
        kind=FieldKind.LIST,
        default=(
            "alertname=Watchdog", "alertname=DeadMansSwitch", "alertname=InfoInhibitor",
            "environment=staging", "environment=dev*", "environment=test*",
        ),
        optional=True,
    ),
    RuleField(
        name="signals",
        label="What alerts observe",
        help="A kind of signal, then labels: drift alertname=*Drift*. The first line"
        " that fits counts; alerts that no line names are signals of the kind alert."
        " Kinds: drift, performance, fairness, freshness, availability, latency, cost.",
        kind=FieldKind.LIST,
        default=(
            "drift alertname=*Drift*", "fairness alertname=*Fairness*",
            "fairness alertname=*Bias*", "performance alertname=*Accuracy*",
            "performance alertname=*ModelPerformance*", "freshness alertname=*Stale*",
            "availability alertname=*Down", "availability alertname=*Unavailable*",
            "latency alertname=*Latency*", "cost alertname=*Cost*",
        ),
        optional=True,
    ),
    RuleField(
        name="service_labels",
        label="Labels that name the service",
        help="One a line; the first that an alert has counts. An alert without any is"
        " of the service of this source.",
        kind=FieldKind.LIST,
        default=("service", "model"),
        optional=True,
    ),
    RuleField(
        name="causes",
        label="Causes of incidents",
        help="A cause, then labels: model alertname=*Drift*. Causes: data, model,"
        " infrastructure, code.",
        kind=FieldKind.LIST,
        default=(
            "data alertname=*Data*", "model alertname=*Drift*",
            "model alertname=*Model*", "infrastructure alertname=Kube*",
            "infrastructure alertname=Node*", "infrastructure alertname=*Disk*",
        ),
        optional=True,
    ),
    RuleField(
        name="severity_label",
        label="Label of the severity",
        help="Its value is the severity of an incident.",
        kind=FieldKind.TEXT,
        default="severity",
    ),
    RuleField(
        name="deployment_label",
        label="Label of the deployment",
        help="The label that says which deployment an alert is about, as the source of"
        " deployments calls it.",
        kind=FieldKind.TEXT,
        default="deployment_id",
        optional=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    incidents: tuple[str, ...]
    ignored: tuple[str, ...]
    signals: tuple[str, ...]
    causes: tuple[str, ...]
    service_labels: tuple[str, ...]
    severity_label: str
    deployment_label: str

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            incidents=found.texts("incidents"),
            ignored=found.texts("ignored"),
            signals=found.texts("signals"),
            causes=found.texts("causes"),
            service_labels=found.texts("service_labels"),
            severity_label=found.text("severity_label"),
            deployment_label=found.text("deployment_label"),
        )

    def signal(self, labels: Labels) -> SignalKind:
        """Return what an alert observes."""
        kind = _named(labels, self.signals, set(SignalKind))
        return SignalKind(kind) if kind else SignalKind.ALERT

    def cause(self, labels: Labels) -> Cause | None:
        """Return where an incident came from; None: no line says."""
        cause = _named(labels, self.causes, set(Cause))
        return Cause(cause) if cause else None

    def service(self, labels: Labels) -> str | None:
        """Return the service that the labels name."""
        named = (labels.get(name, "").strip() for name in self.service_labels)
        return next((name for name in named if name), None)


def fitting(labels: Labels, lines: Iterable[str]) -> str | None:
    """Return the first line that fits the labels."""
    return next((line for line in lines if _fits(labels, line.split())), None)


def _named(labels: Labels, lines: Iterable[str], known: set[str]) -> str | None:
    """Return the first word of the first line that fits, where it is a known one."""
    for line in lines:
        word, *matchers = line.split()
        if word.lower() in known and matchers and _fits(labels, matchers):
            return word.lower()
    return None


def _fits(labels: Labels, matchers: list[str]) -> bool:
    return bool(matchers) and all(_fits_one(labels, each) for each in matchers)


def _fits_one(labels: Labels, matcher: str) -> bool:
    name, equals, pattern = matcher.partition("=")
    value = labels.get(name)
    return bool(equals) and value is not None and matches(value, [pattern]) is not None
