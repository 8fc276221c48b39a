"""Connectors that others ship: found by the entry points of installed packages.

A package names its connector in the group `compel.connectors`: the kind, and a class or
function that gives the connector when it is called without arguments. What cannot be
used is left out, with a sentence on why; it stops neither the others nor the product.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from assessments.connectors.base import FAMILIES, RuleField

if TYPE_CHECKING:
    from collections.abc import Collection
    from importlib.metadata import EntryPoint

    from assessments.connectors.base import Connector

GROUP = "compel.connectors"
# As a source keeps it.
_KIND = re.compile(r"^[a-z][a-z0-9_-]{0,29}$")
_TEXTS = (
    "label",
    "family",
    "reads",
    "address_label",
    "address_help",
    "secret_label",
    "secret_help",
)
_VERBS = ("check", "test", "fetch", "parse", "preview")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An entry point that gives no connector, and why."""

    name: str
    package: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What installed packages bring."""

    connectors: dict[str, Connector]
    broken: tuple[Broken, ...]


def find(*, taken: Collection[str]) -> Found:
    """Return the connectors of installed packages; kinds that are taken stay so."""
    connectors: dict[str, Connector] = {}
    broken: list[Broken] = []
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        try:
            connectors[point.name] = _loaded(point, {*taken, *connectors})
        except Exception as error:  # noqa: BLE001 -- whatever strangers' code raises
            package = point.dist.name if point.dist else "?"
            reason = f"{type(error).__name__}: {error}"
            broken.append(Broken(name=point.name, package=package, reason=reason))
    return Found(connectors=connectors, broken=tuple(broken))


def _loaded(point: EntryPoint, taken: Collection[str]) -> Connector:
    if not _KIND.match(point.name):
        raise ValueError("a kind is up to 30 small letters, digits, - and _")
    if point.name in taken:
        raise ValueError("another connector has this kind already")
    connector: Connector = point.load()()
    flaw = _flaw(connector, point.name)
    if flaw:
        raise TypeError(flaw)
    return connector


def _flaw(connector: Connector, kind: str) -> str | None:
    """Return what is missing from the protocol, None if nothing is."""
    if connector.kind != kind:
        return f"its kind is {connector.kind!r}, not {kind!r}"
    for name in _TEXTS:
        if not isinstance(getattr(connector, name, None), str):
            return f"{name} is not a text"
    if connector.family not in FAMILIES:
        return f"family is {connector.family!r}, none of {', '.join(FAMILIES)}"
    for name in _VERBS:
        if not callable(getattr(connector, name, None)):
            return f"{name} cannot be called"
    fields = connector.rule_fields
    if not all(isinstance(field, RuleField) for field in fields):
        return "rule_fields holds something else than rule fields"
    return None
