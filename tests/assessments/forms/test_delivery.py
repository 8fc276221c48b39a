"""Filters: what is wrong is said, what is right is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assessments.forms.delivery import Chosen, Filters, place

TODAY = date(2026, 3, 31)
SCOPES = [(7, "Payments"), (9, "– Checkout")]


def read(**given: str) -> tuple[Filters, Chosen]:
    named = {name.rstrip("_"): value for name, value in given.items()}
    form = Filters(named, scopes=SCOPES, today=TODAY)
    return form, form.chosen()


def test_nothing_asked_is_the_whole_workspace_over_ninety_days() -> None:
    form, chosen = read()
    assert not form.errors
    assert chosen == Chosen(scope_id=None, first=date(2026, 1, 1), last=TODAY, days=90)


def test_days_are_whole_and_include_today() -> None:
    _form, chosen = read(days="30")
    assert (chosen.last - chosen.first).days == 29


def test_two_dates_are_both_included() -> None:
    form, chosen = read(from_="2025-11-01", to="2025-11-30", scope="9")
    assert not form.errors
    assert (chosen.first, chosen.last) == (date(2025, 11, 1), date(2025, 11, 30))
    assert (chosen.scope_id, chosen.days) == (9, None)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"from_": "2026-13-01"}, "from", "year-month-day"),
        ({"from_": "2026-03-01", "to": "2026-02-01"}, "from", "Swap them"),
        ({"from_": "2020-01-01"}, "from", "three years at most"),
        ({"from_": "0001-01-01", "to": "0001-01-01"}, "from", "between 1970 and 2199"),
        ({"from_": "9999-12-31", "to": "9999-12-31"}, "from", "between 1970 and 2199"),
        ({"days": "7"}, "days", "30, 90, 180 or 365"),
        ({"scope": "12345"}, "scope", "no such unit or service"),
        ({"lane": "fast"}, "lane", "two lanes"),
        ({"only": "good"}, "only", "all, failed or rework"),
    ],
)
def test_a_field_that_cannot_be_used_says_why_and_the_rest_holds(
    given: dict[str, str], field: str, says: str
) -> None:
    form, chosen = read(**({"scope": "7"} | given))
    assert says in str(form.errors[field])
    assert chosen.scope_id == (None if field == "scope" else 7)
    assert chosen.last == TODAY


def test_a_choice_can_be_written_into_an_address_and_read_again() -> None:
    _form, chosen = read(from_="2025-11-01", to="2025-11-30", lane="model", scope="7")
    pairs = dict(pair.split("=") for pair in chosen.query().split("&"))
    form = Filters(pairs, scopes=SCOPES, today=TODAY)
    assert form.chosen() == chosen


def test_a_place_in_a_list_is_read_strictly() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    assert place(f"{moment.isoformat()},5") == (moment, 5)
    for text in ("", "5", "yesterday,5", "2026-03-01T00:00:00,5", "x,y"):
        assert place(text) is None
