"""Every page × every persona: who comes in, who is told to ask, who sees nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from tests.factories import House

pytestmark = pytest.mark.django_db

LEADS = ("ada", "petra")
EVERYBODY = (*LEADS, "noa", "rui", "vera", "sam")
ANSWERING = (*LEADS, "noa", "rui")
DECIDING = (*LEADS, "noa")
AUDITING = (*LEADS, "noa", "sam")

# The agreement: each page of a workspace and for whom it opens. Anybody else of the
# workspace is told whom to ask (403); Otto, of another one, learns nothing (404).
DOORS: dict[str, tuple[str, ...]] = {
    "home": EVERYBODY,
    # the organization
    "organization": EVERYBODY,
    "scope_new": LEADS,
    "service_new": LEADS,
    "scope_rename": LEADS,
    "scope_move": LEADS,
    "demo_remove": LEADS,
    "members": LEADS,
    "member": LEADS,
    "member_remove": LEADS,
    "api_tokens": EVERYBODY,
    "api_token_revoke": EVERYBODY,
    # editions
    "editions": EVERYBODY,
    "edition": EVERYBODY,
    "edition_document": EVERYBODY,
    "edition_yaml": EVERYBODY,
    "edition_upload": LEADS,
    "edition_publish": LEADS,
    # cycles
    "cycles": EVERYBODY,
    "cycle": EVERYBODY,
    "cycle_new": LEADS,
    "cycle_edit": LEADS,
    "cycle_open": LEADS,
    "cycle_review": LEADS,
    "cycle_reopen": LEADS,
    "cycle_rhythm": LEADS,
    "cycle_lock": LEADS,
    "answer_resume": ANSWERING,
    "answer_domain": ANSWERING,
    "answer": ANSWERING,
    # results and reports
    "results": EVERYBODY,
    "results_freshness": EVERYBODY,
    "domain_result": EVERYBODY,
    "topic_why": EVERYBODY,
    "criterion": EVERYBODY,
    "criterion_events": EVERYBODY,
    "decide": DECIDING,
    "reports": EVERYBODY,
    "report_new": LEADS,
    "report_file": EVERYBODY,
    # telemetry
    "sources": EVERYBODY,
    "source": EVERYBODY,
    "source_progress": EVERYBODY,
    "source_new": LEADS,
    "source_rules": LEADS,
    "source_credential": LEADS,
    "source_sync": LEADS,
    "source_pause": LEADS,
    "source_resume": LEADS,
    "source_test": LEADS,
    "source_preview": LEADS,
    "source_rules_test": LEADS,
    "source_rules_preview": LEADS,
    "source_token": LEADS,
    "source_remove": LEADS,
    "events_upload": LEADS,
    "event": EVERYBODY,
    "raw_record": EVERYBODY,
    "delivery": EVERYBODY,
    "deployments": EVERYBODY,
    "deployment": EVERYBODY,
}
NOBODY = 2**31 - 1
WORDS = {"domain": "D1", "topic": "D1.1", "criterion": "D1.C1"}


def patterns(
    found: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        address = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield address, one
        else:
            yield from patterns(one.url_patterns, address)


PAGES = {
    str(pattern.name): pattern
    for address, pattern in patterns(get_resolver().url_patterns)
    if address.startswith("w/<slug:workspace_slug>/")
}
API = [
    str(pattern.name)
    for address, pattern in patterns(get_resolver().url_patterns)
    if address.startswith("api/") and "workspace_slug" in address
]


def address_of(name: str, slug: str) -> str:
    """Return a page's address; the objects in it do not exist."""
    wanted = {
        part
        for _, pattern in patterns(get_resolver().url_patterns)
        if pattern.name == name
        for part in pattern.pattern.converters
    }
    rest = {part: WORDS.get(part, NOBODY) for part in wanted}
    return reverse(name, kwargs=rest | {"workspace_slug": slug})


def ask(client: Client, address: str) -> Answer:
    """Open a page; one that only takes what is sent gets an empty form."""
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address)
    return answer


def test_the_agreement_names_every_page_and_nothing_else() -> None:
    assert set(DOORS) == set(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_for_whom_it_should(
    house: House, sign_in: Callable[[str], Client], name: str
) -> None:
    address = address_of(name, house.slug)
    anonymous = ask(Client(), address)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith(reverse("account_login"))
    assert ask(sign_in("otto"), address).status_code == 404
    for persona in EVERYBODY:
        status = ask(sign_in(persona), address).status_code
        refused = status == 403
        assert refused == (persona not in DOORS.get(name, ())), (persona, status)
        assert status in {200, 302, 403, 404, 422}, (persona, status)


@pytest.mark.parametrize("name", API)
def test_the_api_opens_for_members_only(
    house: House, sign_in: Callable[[str], Client], name: str
) -> None:
    address = address_of(name, house.slug)
    assert Client().get(address).status_code in {401, 403}
    assert sign_in("otto").get(address).status_code == 404
    for persona in EVERYBODY:
        assert sign_in(persona).get(address).status_code in {200, 404}, persona
