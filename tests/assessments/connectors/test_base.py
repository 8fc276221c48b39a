"""Rules as they are asked and answered; people as they are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.connectors.base import (
    ENVIRONMENTS,
    HISTORY_DAYS,
    INCIDENT_LABELS,
    PEOPLE,
    FieldKind,
    RuleField,
    Source,
    Trimming,
    answers,
    are_incident,
    clean_rules,
    first_line,
    hints,
    judge_environment,
    listed,
    matches,
    reverted,
    said,
    told,
    trimmed,
    without_people,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain
    from scoring.events import Json

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


# ── what is kept of an answer ──────────────────────────────────────────────────────


def test_an_answer_is_kept_without_people() -> None:
    answer: Json = {
        "id": 7,
        "title": "Ask rui@example.org",
        "message": "Show prices\n\nSigned-off-by: Rui <rui@example.org>",
        "description": "Rui says so.\nReverts acme/shop#12",
        "author": {"name": "Rui Example", "date": "2026-01-01"},
        "signed": {"name": "Rui Example", "email": "rui@example.org", "at": "now"},
        "watchers": [{"username": "rui", "id": 1}, {"id": 2}],
    }

    assert trimmed(answer, Trimming()) == {
        "id": 7,
        "title": "Ask (address removed)",
        "message": "Show prices",
        "description": "Reverts acme/shop#12",
        "signed": {"at": "now"},
        "watchers": [{"id": 2}],
    }


def test_a_platform_adds_what_goes_and_what_becomes_short() -> None:
    trimming = Trimming(
        dropped=PEOPLE | {"avatar"},
        kept_addresses=frozenset({"web_url"}),
        shortened=lambda found: {"id": found["id"]} if "stars" in found else None,
    )
    answer: Json = {
        "web_url": "https://example.org/1",
        "api_url": "https://example.org/api/1",
        "avatar": "x",
        "project": {"id": 1, "stars": 9},
    }

    assert trimmed(answer, trimming) == {
        "web_url": "https://example.org/1",
        "project": {"id": 1},
    }


def test_what_is_nested_without_end_is_cut() -> None:
    deep: Json = "bottom"
    for _ in range(100):
        deep = {"in": deep}

    assert "bottom" not in repr(trimmed(deep, Trimming()))


# ── what platforms share ───────────────────────────────────────────────────────────


def test_stored_answers_are_typed_and_defaults_mend_what_is_wrong() -> None:
    fields = (ENVIRONMENTS, HISTORY_DAYS)
    stored: Plain = {"environments": ["live-*"], "history_days": "many", "old": 1}

    given = answers(fields, stored)

    assert given.texts("environments") == ("live-*",)
    assert given.number("history_days") == 365


@pytest.mark.parametrize(
    ("name", "counted", "reason"),
    [
        ("Prod-EU", True, "environment “Prod-EU” matches “prod-*”"),
        ("staging", False, "environment “staging” is not production"),
    ],
)
def test_an_environment_is_judged_with_a_reason(
    name: str, counted: bool, reason: str
) -> None:
    patterns = answers((ENVIRONMENTS,), {}).texts("environments")

    verdict = judge_environment(name, patterns)

    assert (verdict.counts, verdict.reason) == (counted, reason)


def test_one_label_makes_an_incident() -> None:
    wanted = answers((INCIDENT_LABELS,), {}).texts("incident_labels")

    assert are_incident(["bug", "Outage"], wanted)
    assert not are_incident(["outages"], wanted)


def test_words_for_people_and_for_events() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b", "a"], "abc")] == [
        "nothing",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert first_line("Show prices\n\nmore") == "Show prices"
    assert first_line(None) is None
    assert told(branch="main", title=None) == {"branch": "main"}
