"""The pages that show sources, and the doors that act on them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import pytest
from django.urls import reverse

from assessments.models import (
    Event,
    RawRecord,
    Rejection,
    Source,
    Synchronization,
)
from assessments.services import normalizing, sources
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

    SignIn = Callable[[str], Client]


class Page(Protocol):
    """An answer of the client, as far as it is read here."""

    @property
    def status_code(self) -> int: ...
    @property
    def content(self) -> bytes: ...


SECRET = "glpat-canary-7f3a"


def at(house: House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


def connected(house: House, **more: object) -> Source:
    asked: dict[str, object] = {
        "kind": "git",
        "name": "Shop repository",
        "address": "https://git.example.org/team/shop.git",
        "secret": SECRET,
    }
    pk = sources.connect(
        workspace_id=house.workspace.pk,
        scope_id=factories.root(house.workspace).pk,
        by=house["ada"],
        now=NOW,
        **asked | more,  # type: ignore[arg-type]  # overridden by name in tests
    )
    return Source.objects.get(pk=pk)


def pushed(house: House, name: str = "Pipelines") -> Source:
    return connected(house, kind="push", name=name, address="", secret="")


def running(source: Source, **progress: object) -> Synchronization:
    told = {"state": "running", "asked_at": NOW, "started_at": NOW, "pages": 2}
    return Synchronization.objects.create(source=source, **told | progress)


def text(page: Page) -> str:
    plain = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", plain)


def test_an_empty_list_offers_the_next_step_to_whom_may_take_it(
    house: House, sign_in: SignIn
) -> None:
    page = sign_in("ada").get(at(house, "sources"))
    assert at(house, "source_new").encode() in page.content
    assert at(house, "events_upload").encode() in page.content

    page = sign_in("vera").get(at(house, "sources"))
    assert at(house, "source_new").encode() not in page.content
    assert "Ask Ada" in text(page)


def test_the_list_says_in_words_how_each_source_is(
    house: House, sign_in: SignIn
) -> None:
    failing = connected(house, name="Broken", simulated=True)
    Source.objects.filter(pk=failing.pk).update(
        state="failing",
        last_error="The platform refused the credential: replace it.",
        next_attempt_at=NOW + timedelta(hours=1),
    )
    sources.pause(
        workspace_id=house.workspace.pk,
        source_id=connected(house, name="Held").pk,
        by=house["ada"],
        now=NOW,
    )
    pushed(house)

    said = text(sign_in("vera").get(at(house, "sources")))

    assert "Failing" in said
    assert "refused the credential: replace it" in said
    assert "2 Mar 2026, 10:00 UTC" in said
    assert "simulated" in said
    assert "Paused" in said
    assert "Nothing sent yet" in said
    assert said.index("Broken") < said.index("Held")


def test_the_list_asks_no_more_queries_for_more_sources(
    house: House,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    vera = sign_in("vera")
    for number in range(6):
        running(connected(house, name=f"Source {number}"))
    with django_assert_max_num_queries(8):
        vera.get(at(house, "sources"))


def test_a_source_shows_what_it_brought_and_its_rules_in_words(
    house: House, sign_in: SignIn
) -> None:
    source = connected(house, rules={"tags": "release-*"})
    running(source, state="done", finished_at=NOW + timedelta(seconds=42), events=1)
    normalizing.take_in(
        source_id=source.pk,
        records=[
            (1, {"kind": "commit", "sha": "a1", "service": "shop",
                 "committed_at": "2026-03-01T09:00:00Z"}),
            (2, {"kind": "commit", "service": "shop"}),
        ],
        now=NOW,
    )  # fmt: skip

    said = text(sign_in("vera").get(at(house, "source", source.pk)))

    assert "Commit 1" in said
    assert "42 s" in said
    assert "release-*" in said
    assert "every hour" in said
    assert "is missing; every commit needs it" in said
    assert "line 2" in said


def test_the_credential_is_never_shown(house: House, sign_in: SignIn) -> None:
    source = connected(house)
    ada = sign_in("ada")
    for name in ("source", "source_rules", "source_credential"):
        page = ada.get(at(house, name, source.pk))
        assert SECRET.encode() not in page.content


def test_who_may_only_read_gets_no_controls_and_no_doors(
    house: House, sign_in: SignIn
) -> None:
    source = pushed(house)
    vera = sign_in("vera")
    page = vera.get(at(house, "source", source.pk))
    assert b"<form" not in page.content.split(b"<main")[1].split(b"</main")[0]
    assert b"curl" not in page.content
    for name in ("source_rules", "source_credential", "source_remove"):
        assert vera.get(at(house, name, source.pk)).status_code == 403
    for name in ("source_sync", "source_pause", "source_resume", "source_token"):
        assert vera.post(at(house, name, source.pk)).status_code == 403


@pytest.mark.parametrize(
    "name",
    ["source", "source_progress", "source_rules", "source_credential", "source_remove"],
)
def test_a_source_of_another_workspace_is_not_found(
    house: House, sign_in: SignIn, name: str
) -> None:
    source = connected(house)
    there = reverse(name, args=[house.other.slug, source.pk])
    assert sign_in("otto").get(there).status_code == 404
    assert sign_in("ada").get(there).status_code == 404


# ── progress ───────────────────────────────────────────────────────────────────────


def test_progress_says_what_is_read_and_asks_again(
    house: House, sign_in: SignIn
) -> None:
    source = connected(house)
    running(source, doing="Commits, 2,000 so far", events=1990, rejected=1)
    ada = sign_in("ada")
    page = ada.get(
        at(house, "source_progress", source.pk), headers={"hx-request": "true"}
    )
    assert "Commits, 2,000 so far" in text(page)
    assert "2 pages · 1,990 events · 1 rejected" in text(page)
    again = re.search(r'hx-get="([^"]+)" hx-trigger="every 2s"', page.content.decode())
    assert again is not None
    # Nothing new is nothing to read out.
    same = ada.get(again[1], headers={"hx-request": "true"})
    assert same.status_code == 204


def test_progress_ends_with_the_whole_standing_and_says_so(
    house: House, sign_in: SignIn
) -> None:
    source = connected(house)
    running(source, state="done", finished_at=NOW, events=3)
    page = sign_in("ada").get(
        at(house, "source_progress", source.pk), headers={"hx-request": "true"}
    )
    assert page["HX-Retarget"] == "#standing"
    assert "3 new events" in page["HX-Trigger"]
    assert b"every 2s" not in page.content


def test_without_javascript_progress_is_the_page_of_the_source(
    house: House, sign_in: SignIn
) -> None:
    source = connected(house)
    page = sign_in("ada").get(at(house, "source_progress", source.pk))
    assert page["Location"] == at(house, "source", source.pk)


# ── acting ─────────────────────────────────────────────────────────────────────────


def test_synchronize_now_asks_once(house: House, sign_in: SignIn) -> None:
    source = connected(house)
    ada = sign_in("ada")
    ada.post(at(house, "source_sync", source.pk))
    ada.post(at(house, "source_sync", source.pk))
    assert source.synchronizations.count() == 1


def test_synchronizing_what_is_paused_says_what_to_do(
    house: House, sign_in: SignIn
) -> None:
    source = connected(house)
    ada = sign_in("ada")
    ada.post(at(house, "source_pause", source.pk))
    page = ada.post(at(house, "source_sync", source.pk), follow=True)
    assert "paused: resume it first" in text(page)


def test_a_resumed_source_is_read_at_once(house: House, sign_in: SignIn) -> None:
    source = connected(house)
    ada = sign_in("ada")
    ada.post(at(house, "source_pause", source.pk))
    ada.post(at(house, "source_resume", source.pk))
    source.refresh_from_db()
    assert source.state == "new"
    assert source.synchronizations.get().state == "waiting"


def test_another_credential_is_sealed_and_tried(house: House, sign_in: SignIn) -> None:
    source = connected(house)
    before = bytes(source.credential or b"")
    ada = sign_in("ada")
    page = ada.post(at(house, "source_credential", source.pk), {"secret": ""})
    assert page.status_code == 422
    ada.post(at(house, "source_credential", source.pk), {"secret": "another-one"})
    source.refresh_from_db()
    assert bytes(source.credential or b"") not in {before, b"another-one"}
    assert source.synchronizations.count() == 1


def test_removing_says_what_goes_before_it_does(house: House, sign_in: SignIn) -> None:
    source = pushed(house)
    normalizing.take_in(
        source_id=source.pk,
        records=[(1, {"kind": "commit", "sha": "a1", "service": "shop",
                      "committed_at": "2026-03-01T09:00:00Z"})],
        now=NOW,
    )  # fmt: skip
    ada = sign_in("ada")
    page = ada.get(at(house, "source_remove", source.pk))
    assert "1 event, and the raw records behind it" in text(page)
    assert Source.objects.exists()

    ada.post(at(house, "source_remove", source.pk))
    assert not Source.objects.exists()
    assert not Event.objects.exists()


def test_a_push_token_is_shown_once(house: House, sign_in: SignIn) -> None:
    source = pushed(house)
    ada = sign_in("ada")
    page = ada.post(at(house, "source_token", source.pk))
    found = re.search(r'value="(cpl_[^"]+)"', page.content.decode())
    assert found is not None
    assert "no-store" in page["Cache-Control"]
    page = ada.get(at(house, "source", source.pk))
    assert found[1].encode() not in page.content
    assert b"$TOKEN" in page.content
    assert "A token is in use" in text(page)


def test_only_a_source_that_events_are_sent_to_has_a_token(
    house: House, sign_in: SignIn
) -> None:
    page = sign_in("ada").post(at(house, "source_token", connected(house).pk))
    assert page.status_code == 404


def test_a_rejection_leads_to_its_raw_record(house: House, sign_in: SignIn) -> None:
    source = connected(house)
    record = RawRecord.objects.create(
        source=source, sort="tag", digest="d" * 64, body={}, seen_at=NOW
    )
    Rejection.objects.create(
        source=source, raw_record=record, reason="the tag has no date", seen_at=NOW
    )
    page = sign_in("vera").get(at(house, "source", source.pk))
    assert at(house, "raw_record", record.pk).encode() in page.content
