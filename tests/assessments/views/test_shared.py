"""Links for sharing a result: made once, shown to anybody, closed in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import JournalEntry, ShareLink
from assessments.services import sharing
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Cycle

Browser = Callable[[str], Client]
# What differs from one answer to the next whatever is asked.
CHANCE = {"Expires", "X-Request-ID", "X-Request-Id"}
HIDDEN = ("Rui", "Ada", "A secret reason", "/w/", "Because", "csrf", "/account")


@pytest.fixture
def cycle(house: factories.House, telemetry: object) -> Cycle:
    made = factories.cycle(
        house.workspace, targets={"A": "3"}, left_out={"C": "Because Rui said so."}
    )
    for topic in ("A.1", "A.2", "A.3"):
        factories.rating(made, topic, house["rui"], 2, rationale="A secret reason.")
    return factories.scored(made)


def links(cycle: Cycle) -> str:
    return reverse("share_links", args=[cycle.workspace.slug, cycle.pk])


def form(label: str = "Board", *, days: int = 30) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=days)
    return {"label": label, "expires_on": day.isoformat()}


def made(browser: Client, cycle: Cycle) -> str:
    """Make a link and return its path."""
    page = browser.post(links(cycle), form()).content.decode()
    found = re.search(r'value="[^"]*(/shared/[\w-]{40,}/)"', page)
    assert found
    return found[1]


def test_whoever_holds_the_link_sees_the_result_and_nothing_else(
    cycle: Cycle, sign_in: Browser
) -> None:
    path = made(sign_in("ada"), cycle)
    answer = Client().get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Q1 2026" in page
    assert "stands at an agreed level of" in page or "no overall level" in page
    assert "Domain A" in page
    for hidden in (
        "Rui",
        "Ada",
        "A secret reason",
        "/w/",
        "Because",
        "csrf",
        "/account",
    ):
        assert hidden not in page, hidden


def test_the_answer_tells_browsers_and_indexes_to_keep_it_to_themselves(
    cycle: Cycle, sign_in: Browser
) -> None:
    answer = Client().get(made(sign_in("ada"), cycle))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_the_secret_is_shown_once_and_not_kept(cycle: Cycle, sign_in: Browser) -> None:
    browser = sign_in("ada")
    token = made(browser, cycle).split("/")[2]
    assert token not in browser.get(links(cycle)).content.decode()
    link = ShareLink.objects.get()
    assert token not in {str(value) for value in vars(link).values()}
    told = JournalEntry.objects.get(verb="share_link.made")
    assert token not in str(vars(told))


def test_unknown_revoked_and_over_give_the_same_answer(
    cycle: Cycle, sign_in: Browser
) -> None:
    browser = sign_in("ada")
    path = made(browser, cycle)
    link = ShareLink.objects.get()
    unknown = Client().get("/shared/no-such-link/")
    browser.post(
        reverse("share_link_revoke", args=[cycle.workspace.slug, cycle.pk, link.pk])
    )
    revoked = Client().get(path)
    ShareLink.objects.update(revoked_at=None, expires_at=timezone.now())
    over = Client().get(path)
    answers = [unknown, revoked, over]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert "shows nothing (any more)" in unknown.content.decode()
    told = [{k: v for k, v in one.items() if k not in CHANCE} for one in answers]
    assert told[0] == told[1] == told[2]


def test_a_second_click_makes_no_second_link(cycle: Cycle, sign_in: Browser) -> None:
    browser = sign_in("ada")
    made(browser, cycle)
    again = browser.post(links(cycle), form())
    assert again.status_code == 422
    assert "open already" in again.content.decode()
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 400])
def test_a_link_ends_within_a_year(cycle: Cycle, sign_in: Browser, days: int) -> None:
    answer = sign_in("ada").post(links(cycle), form(days=days))
    assert answer.status_code == 422
    assert "within a year" in answer.content.decode()
    assert 'value="Board"' in answer.content.decode()


def test_a_draft_has_nothing_to_share(house: factories.House, sign_in: Browser) -> None:
    draft = factories.cycle(house.workspace, state="draft")
    answer = sign_in("ada").post(links(draft), form())
    assert answer.status_code == 422
    assert not ShareLink.objects.exists()


def test_opening_is_noted_to_the_minute(cycle: Cycle, house: factories.House) -> None:
    now = factories.NOW
    address = sharing.share(
        cycle_id=cycle.pk,
        label="Board",
        expires_on=now.date(),
        zone=now.tzinfo,  # type: ignore[arg-type]  # it has one
        by=house["ada"],
        now=now,
    )
    token = address.rstrip("/").rsplit("/", 1)[-1]
    seen = []
    for seconds in (0, 30, 90):
        at = now + timedelta(seconds=seconds)
        assert sharing.look(token=token, now=at) is not None
        seen.append(ShareLink.objects.get().seen_at)
    assert seen == [now, now, now + timedelta(seconds=90)]
    # Through its last day, and not a moment longer.
    midnight = now.replace(hour=0) + timedelta(days=1)
    assert sharing.look(token=token, now=midnight - timedelta(seconds=1)) is not None
    assert sharing.look(token=token, now=midnight) is None


def test_a_link_of_another_cycle_cannot_be_revoked_here(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    made(sign_in("ada"), cycle)
    other = factories.cycle(house.workspace, title="Q2", of=cycle.edition)
    link = ShareLink.objects.get()
    answer = sign_in("ada").post(
        reverse("share_link_revoke", args=[house.slug, other.pk, link.pk])
    )
    assert answer.status_code == 404
    assert ShareLink.objects.get().revoked_at is None
