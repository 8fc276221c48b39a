"""Every kind of page that links lead to: it opens, it fits, and axe finds nothing."""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from io import StringIO
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.urls import Resolver404, resolve, reverse

from assessments.models import Edition, Workspace
from assessments.services import alert_channels, saved_views, scheduling
from tests import factories, factories_editions
from tests.factories import NOW, PASSWORD
from tests.journeys.assessment import PATIENCE
from tests.journeys.walker import entrance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import APIResponse
    from pytest_django.live_server_helper import LiveServer

    from tests.journeys.walker import Walker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

# Whoever comes to a page first looks at it: a lead, and of the others what is left.
PEOPLE = ("ada", "noa", "rui", "sam", "vera")
# One page of each kind is looked at, but the links of several are followed: of these
# all, because what they lead to depends on how far they are.
STAGED = {"cycle", "edition", "source"}
EXAMPLES = 3
# A page that its script builds, and what tells that it is there.
BUILT = {"api_docs": ".opblock"}
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]+)"')


@pytest.fixture
def home(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The home of the demonstration, and beside it what it has none of."""
    # The browser's driver runs a loop in this thread; nothing here is asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    call_command("load_framework", "--shipped", stdout=StringIO())
    call_command("seed_demo", stdout=StringIO())
    workspace = Workspace.objects.get(simulated=True)
    _make_drafts(workspace)
    _run_by_itself(workspace)
    return reverse("home", args=[workspace.slug])


def _make_drafts(workspace: Workspace) -> None:
    edition = Edition.objects.filter(workspace=None).latest("pk")
    factories_editions.draft(edition, workspace, title="Ours")
    factories.cycle(workspace, state="draft", title="Next year", of=edition)


def _run_by_itself(workspace: Workspace) -> None:
    """Plan a task, have a team told, and keep a view for everybody."""
    ada = factories.person("ada")
    scheduling.plan(
        workspace_id=workspace.pk,
        wish=scheduling.Wish(task="rescore", cron="0 6 * * *", time_zone="UTC"),
        by=ada,
        now=NOW,
    )
    alert_channels.add(
        workspace_id=workspace.pk,
        wish=alert_channels.Wish(
            name="Team",
            kind="email",
            address="team@example.org",
            topics=("level_lost",),
            language="en",
        ),
        by=ada,
        now=NOW,
    )
    saved_views.keep(
        workspace_id=workspace.pk,
        name="Software, 90 days",
        page="delivery",
        query="days=90",
        shared=True,
        by=ada,
        now=NOW,
    )


def crawled(walker: Walker, home: str, seen: set[str]) -> Iterator[str]:
    """Follow the links from a page; yield a path to each kind of page not seen yet."""
    known = frozenset(seen)
    waiting = deque([home])
    met: defaultdict[str, set[str]] = defaultdict(set)
    while waiting:
        link = waiting.popleft()
        kind, place = _kind(link), urlsplit(link).path
        if not kind or place in met[kind] or _enough(kind, len(met[kind]), known):
            continue
        met[kind].add(place)
        answer = walker.page.request.get(walker.address + link, timeout=PATIENCE)
        if not answer.ok:
            walker.troubles.append(f"{link}: is linked to and answers {answer.status}")
        elif answer.headers["content-type"].startswith("text/html"):
            arrived = _kind(answer.url)
            if arrived not in seen:
                seen.add(arrived)
                yield answer.url.removeprefix(walker.address)
            waiting += _links(answer)


def _enough(kind: str, met: int, known: frozenset[str]) -> bool:
    """Say whether no more pages of a kind are opened for their links."""
    if kind in known:
        return met > 0
    return kind not in STAGED and met == EXAMPLES


def _kind(address: str) -> str:
    """Return the name of the page at an address; nothing, if it is no page of ours."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def _links(answer: APIResponse) -> list[str]:
    """Return the paths, with what they ask, that the page leads to on this site."""
    here = urlsplit(answer.url)
    links = (
        urlsplit(urljoin(answer.url, html.unescape(link)))
        for link in _LINK.findall(answer.text())
    )
    return [
        link._replace(scheme="", netloc="", fragment="").geturl()
        for link in links
        if link.netloc == here.netloc
    ]


def test_every_kind_of_page_fits_and_is_accessible(
    live_server: LiveServer, home: str
) -> None:
    seen: set[str] = set()
    troubles = []
    with entrance(live_server.url) as enter:
        for person in PEOPLE:
            walker = enter()
            walker.sign_in(person, PASSWORD)
            for path in crawled(walker, home, seen):
                walker.go(path)
                walker.page.wait_for_selector(BUILT.get(_kind(path), "body"))
                walker.glance(f"{path} for {person}")
            troubles += walker.troubles

    assert not troubles, "\n".join(troubles)
