"""Every connector keeps the protocol, and can be asked for by its kind."""

from __future__ import annotations

import inspect

import pytest

from assessments.connectors.base import Connector, clean_rules
from assessments.connectors.registry import CONNECTORS


@pytest.mark.parametrize("kind", CONNECTORS)
def test_a_connector_has_the_signatures_of_the_protocol(kind: str) -> None:
    connector = CONNECTORS[kind]

    for verb in ("test", "fetch", "parse", "preview"):
        wanted = inspect.signature(getattr(Connector, verb)).parameters
        given = inspect.signature(getattr(type(connector), verb)).parameters
        assert list(given) == list(wanted)


@pytest.mark.parametrize("kind", CONNECTORS)
def test_the_defaults_of_a_connector_are_answers_it_accepts(kind: str) -> None:
    connector = CONNECTORS[kind]
    defaults = {field.name: field.default for field in connector.rule_fields}

    assert connector.kind == kind
    assert clean_rules(connector.rule_fields, defaults).defects == {}
