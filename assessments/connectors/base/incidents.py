"""Rules that platforms of incidents share: what counts, whose it is, what it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from assessments.connectors.base.errors import Refused
from assessments.connectors.base.judging import left_out
from assessments.connectors.base.labels import cause_of
from assessments.connectors.base.rules import FieldKind, RuleField, matches
from scoring.events import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.connectors.base.values import Verdict

SERVICES = RuleField(
    name="services",
    label="Services whose incidents are read",
    help="One pattern a line, of the names that services have there; * stands for"
    " anything.",
    kind=FieldKind.LIST,
    default=("*",),
)

TEAMS = RuleField(
    name="teams",
    label="Teams whose incidents are read",
    help="One pattern a line, of the names that teams have there. Empty: any, also"
    " incidents of no team.",
    kind=FieldKind.LIST,
    default=(),
    optional=True,
)

SERVICE_KEYS = RuleField(
    name="service_keys",
    label="Which service is which",
    help="One a line, the name over there and the key here: Checkout API = checkout."
    " The name may be a pattern; the first that matches counts. What is not named"
    " belongs to the service of this source.",
    kind=FieldKind.LIST,
    default=(),
    optional=True,
)

SEVERITIES = RuleField(
    name="severities",
    label="Severities that count",
    help="One pattern a line, of the priority an incident has there; * stands for"
    " anything, also for none.",
    kind=FieldKind.LIST,
    default=("*",),
)

DEPLOYMENT_FIELDS = RuleField(
    name="deployment_fields",
    label="Where an incident names its deployment",
    help="Names of fields, one a line, which hold the id of a deployment as it is here,"
    " or an address that ends with it. A label such as deployment:4711 does, too.",
    kind=FieldKind.LIST,
    default=("deployment", "deployment_id", "deployment id"),
    optional=True,
)

CAUSE_FIELDS = RuleField(
    name="cause_fields",
    label="Where an incident names its cause",
    help="Names of fields, one a line, which hold data, model, infrastructure or code."
    " A label such as cause:data does, too.",
    kind=FieldKind.LIST,
    default=("cause", "root cause", "root_cause"),
    optional=True,
)

_IS = "="
_LONGEST_NAME = 200


# ── whose it is ────────────────────────────────────────────────────────────────────


def service_keys(entries: Iterable[str]) -> dict[str, str]:
    """Return which key each name or pattern has; what is no pair is left out."""
    pairs = (entry.partition(_IS) for entry in entries)
    return {
        name.strip(): key.strip()
        for name, _, key in pairs
        if name.strip() and key.strip()
    }


def refuse_odd_keys(entries: Iterable[str]) -> None:
    """Refuse what is no pair of a name and a key."""
    for entry in entries:
        if not service_keys([entry]):
            raise Refused(
                f"“{entry}” does not say which service is which: write the name over"
                " there, = and the key here, for example Checkout API = checkout."
            )


def service_of(names: Iterable[str], keys: Mapping[str, str], *, otherwise: str) -> str:
    """Return the key of the first pattern that one of these names matches."""
    known = tuple(names)
    for pattern, key in keys.items():
        if any(matches(name, [pattern]) for name in known):
            return key
    return otherwise


# ── whether it counts ──────────────────────────────────────────────────────────────


def not_among(
    what: str, names: Iterable[str], patterns: tuple[str, ...]
) -> Verdict | None:
    """Return why these names leave it out; None: one of them is read.

    Something that has no name is read only where anything is.
    """
    known = tuple(names)
    if any(matches(name, patterns) for name in known or ("",)):
        return None
    shown = f" “{known[0]}”" if known else ""
    return left_out(f"{what}{shown} is not read" if shown else f"it has no {what}")


# ── what it names ──────────────────────────────────────────────────────────────────


def deployment_named(
    names: tuple[str, ...], fields: Mapping[str, str], labels: Iterable[str]
) -> str | None:
    """Return the deployment that a field or a label of one of these names holds."""
    found = _named(names, fields, labels)
    return identity_of(found) if found else None


def identity_of(text: str) -> str | None:
    """Return an id; of an address: what it ends with."""
    text = text.strip()
    if "://" in text:
        try:
            path = urlsplit(text).path
        except ValueError:
            return None
        text = unquote(path.rstrip("/").rpartition("/")[2])
    return text[:_LONGEST_NAME] or None


def cause_named(
    names: tuple[str, ...], fields: Mapping[str, str], labels: tuple[str, ...]
) -> Cause | None:
    """Return the cause that a field or a label names."""
    found = (_named(names, fields, labels) or "").strip().lower()
    return Cause(found) if found in set(Cause) else cause_of(labels)


def _named(
    names: tuple[str, ...], fields: Mapping[str, str], labels: Iterable[str]
) -> str | None:
    wanted = {plain_name(name) for name in names}
    for name, value in fields.items():
        if value and plain_name(name) in wanted:
            return value
    for label in labels:
        name, _, value = label.replace(_IS, ":", 1).partition(":")
        if value and plain_name(name) in wanted:
            return value
    return None


def plain_name(name: str) -> str:
    """Return a name as it is compared: Deployment ID is deployment_id."""
    return re.sub(r"[\s_-]+", " ", name).strip().lower()


def texts_of(value: object) -> dict[str, str]:
    """Return what is simple of an object's fields, as texts."""
    if not isinstance(value, dict):
        return {}
    return {
        str(name): str(each)
        for name, each in value.items()
        if isinstance(each, str | int | float) and not isinstance(each, bool)
    }


# ── where it is ────────────────────────────────────────────────────────────────────


def regional_api(host: str, home: str) -> str | None:
    """Return the API of a platform with a region in Europe; None: it is not there."""
    for region in (f"eu.{home}", home):
        if host == region or host.endswith(f".{region}"):
            return f"https://api.{region}"
    return None
