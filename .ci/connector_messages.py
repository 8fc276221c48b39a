"""Prints the texts of connectors as a program that translators' tools can read.

    python .ci/connector_messages.py >> a/copy/of/assessments/connectors/registry.py

Connectors know nothing of languages: their labels and helps are translated where a page
asks for them, so no tool would find them in their own files.
"""
# ruff: noqa: INP001, T201  # a script, no package, that prints

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from assessments.connectors.base.common import COMMON
from assessments.connectors.registry import CONNECTORS, hooks_of

texts: list[str] = []
for connector in CONNECTORS.values():
    texts += [connector.label, connector.reads]
    texts += [connector.address_label, connector.address_help]
    texts += [connector.secret_label, connector.secret_help]
    texts += [hooks.set_up for hooks in [hooks_of(connector.kind)] if hooks]
    for rule in (*connector.rule_fields, *COMMON):
        texts += [rule.label, rule.help, *(label for _value, label in rule.choices)]
print("from django.utils.translation import gettext")
for text in dict.fromkeys(filter(None, texts)):
    print(f"gettext({text!r})")
