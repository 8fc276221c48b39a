"""Rules as they are asked and answered; people as they are left out."""

from __future__ import annotations

import pytest

from assessments.connectors.base import (
    FieldKind,
    RuleField,
    Source,
    clean_rules,
    hints,
    matches,
    reverted,
    said,
    without_people,
)

FIELDS = (
    RuleField(
        name="tags", label="Tags", help="", kind=FieldKind.LIST, default=("v*",)
    ),
    RuleField(
        name="branch", label="Branch", help="", kind=FieldKind.TEXT, default="",
        optional=True,
    ),
    RuleField(
        name="days", label="Days", help="", kind=FieldKind.NUMBER, default=30,
        least=1, most=90,
    ),
    RuleField(
        name="counts", label="Counts", help="", kind=FieldKind.CHOICE, default="a",
        choices=(("a", "A"), ("b", "B")),
    ),
)  # fmt: skip


def test_rules_without_answers_are_the_defaults() -> None:
    cleaned = clean_rules(FIELDS, {})

    assert cleaned.rules == {"tags": ["v*"], "branch": "", "days": 30, "counts": "a"}
    assert cleaned.defects == {}


def test_answers_of_a_form_and_stored_rules_are_read_alike() -> None:
    of_a_form = {"tags": "v*\n\n release-* ,x", "branch": " main ", "days": "7"}

    once = clean_rules(FIELDS, of_a_form)
    again = clean_rules(FIELDS, once.rules)

    assert once.rules["tags"] == ["v*", "release-*", "x"]
    assert once.rules["branch"] == "main"
    assert once.rules["days"] == 7
    assert again == once


@pytest.mark.parametrize(
    ("answers", "name", "defect"),
    [
        ({"tags": " \n"}, "tags", "Tags: name at least one."),
        ({"tags": 4}, "tags", "Tags: a list of texts, one a line."),
        ({"tags": ["x" * 201]}, "tags", "Tags: at most 200 characters each."),
        ({"tags": ["x"] * 51}, "tags", "Tags: at most 50 entries."),
        ({"days": "many"}, "days", "Days: a whole number between 1 and 90."),
        ({"days": 91}, "days", "Days: a whole number between 1 and 90."),
        ({"counts": "c"}, "counts", "Counts: choose one of a, b."),
        ({"branch": 1}, "branch", "Branch: write something here."),
        (
            {"colour": "red"},
            "colour",
            "There is no rule 'colour' for this kind of source.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_answer_has_a_sentence_and_leaves_the_default(
    answers: dict[str, object], name: str, defect: str
) -> None:
    cleaned = clean_rules(FIELDS, answers)

    assert cleaned.defects == {name: defect}
    assert cleaned.rules == clean_rules(FIELDS, {}).rules


def test_patterns_match_whole_names_in_any_case() -> None:
    assert matches("V1.2", ["v[0-9]*"]) == "v[0-9]*"
    assert matches("dev1", ["v[0-9]*"]) is None
    assert matches("Prod-EU", ["staging", "prod-*"]) == "prod-*"


def test_a_message_keeps_its_first_line_and_what_it_undoes() -> None:
    message = (
        "Undo prices\n\nBecause Rui <rui@example.org> said so.\n"
        "This reverts commit 0123456789abcdef0123456789abcdef01234567.\n"
        "Co-authored-by: Noa Example <noa@example.org>\n"
    )

    assert said(message) == (
        "Undo prices\nThis reverts commit 0123456789abcdef0123456789abcdef01234567."
    )
    assert reverted(message) == ["0123456789abcdef0123456789abcdef01234567"]


def test_a_merge_does_not_name_whose_fork_it_came_from() -> None:
    assert said("Merge pull request #7 from rui-example/hotfix/prices") == (
        "Merge pull request #7 from hotfix/prices"
    )


def test_a_description_keeps_only_what_it_undoes() -> None:
    assert hints("Thanks to Rui.\nReverts acme/shop#12\nFixes #4") == (
        "Reverts acme/shop#12\nFixes #4"
    )


def test_an_empty_message_is_empty() -> None:
    assert said("") == ""
    assert said("\n\n") == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ask <rui@example.org>", "ask (address removed)"),
        ("thanks to @rui-example!", "thanks to @somebody!"),
        ("use @scope/package 2", "use @scope/package 2"),
    ],
)
def test_people_are_blotted_out(text: str, kept: str) -> None:
    assert without_people(text) == kept


def test_a_source_does_not_show_its_secret() -> None:
    source = Source(kind="git", address="", service_key="x", secret="canary")

    assert "canary" not in repr(source)
