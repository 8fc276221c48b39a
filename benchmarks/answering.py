"""How long an answer takes to be kept while 500 people answer the same cycle.

    python -m benchmarks.answering [50 500]

Made up: a cycle of 18 domains, its participants asked for all of them, each with an
answer to every question, and scored. Then, on PostgreSQL where one answers and on
SQLite: what the server needs to keep an answer as the page sends it, beside a bare
insert of such an answer; and to show a question, all questions of a domain at once, and
the results, beside a page without content. Figures are printed and never asserted.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.pairs import HEAD, measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

    from assessments.models import Cycle

_SIZES = ("50", "500")
# A page that reads every answer takes long with many.
_FEW_ROUNDS = 5
_DOMAIN = "D7"


def here(*sizes: int) -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from assessments.services import rescoring

    call_command("load_framework", "--shipped", verbosity=0)
    for people in sizes:
        cycle = _cycle(people)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        rescoring.rescore(
            cycle_id=cycle.pk, trigger="answer", period=None, now=timezone.now()
        )
        _print(cycle, people)


def _print(cycle: Cycle, people: int) -> None:
    from django.contrib.auth.models import User
    from django.db import connection, transaction
    from django.urls import reverse
    from django.utils import timezone

    from assessments.models import Rating

    place = [cycle.workspace.slug, cycle.pk]
    person = User.objects.get(username=f"person-7-of-{people}")
    client = _client(person)
    question = reverse("answer", args=[*place, f"{_DOMAIN}.1"])
    domain = reverse("answer_cards", args=[*place, _DOMAIN])
    turn = 0

    def keep() -> None:
        nonlocal turn
        turn += 1
        given = {"choice": str(turn % 5 + 1), "rationale": f"Turn {turn}."}
        accept = {"Accept": "application/json"}
        answer = client.post(question, given, headers=accept)
        if answer.status_code != 200:
            raise SystemExit(f"an answer got {answer.status_code}: {answer.content!r}")

    def bare() -> None:
        with transaction.atomic():
            Rating.objects.create(
                cycle=cycle,
                topic=f"{_DOMAIN}.2",
                person=person,
                vantage="practitioner",
                answer="level",
                level=3,
                rated_at=timezone.now(),
            )

    lead = _client(User.objects.get(username=f"ada-of-{people}"))
    nothing = _page(client, reverse("healthz"))
    results = reverse("results", args=place)
    for name, pair in (
        ("an answer kept (aim 30)", measured(keep, bare)),
        ("a question", measured(_page(client, question), nothing)),
        ("a domain at once", measured(_page(client, domain), nothing)),
        ("results", measured(_page(lead, results), nothing, rounds=_FEW_ROUNDS)),
    ):
        print(f"{connection.vendor:>12} {people:>7,}  {name:<24}{pair}", flush=True)
    size = len(client.get(domain).content) / 1000
    print(f"{connection.vendor:>12} {people:>7,}  a domain is {size:.0f} kB (aim 150)")


def _client(person: User) -> Client:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    return client


def _page(client: Client, address: str) -> Callable[[], object]:
    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} got {answer.status_code}")

    return get


def _cycle(people: int) -> Cycle:
    from django.contrib.auth.models import User
    from django.utils import timezone

    from assessments.models import Assignment, Cycle, Edition, Member, Rating, Scope
    from assessments.queries.frameworks import framework
    from assessments.services import organization

    now = timezone.now()
    ada = User.objects.create_user(f"ada-of-{people}")
    workspace = organization.create_workspace(
        name=f"Benchmark {people}", by=ada, now=now
    )
    edition = Edition.objects.filter(key="compel-18").order_by("-pk")[0]
    parsed = framework(sha256=edition.sha256)
    cycle = Cycle.objects.create(
        workspace_id=workspace,
        scope=Scope.objects.get(workspace_id=workspace, parent=None),
        edition=edition,
        title="Benchmark",
        period_start=now.date(),
        period_end=now.date(),
        state="open",
        created_by=ada,
        created_at=now,
    )
    users = User.objects.bulk_create(
        User(username=f"person-{number}-of-{people}") for number in range(people)
    )
    Member.objects.bulk_create(
        Member(workspace_id=workspace, user=user, role="respondent", joined_at=now)
        for user in users
    )
    Assignment.objects.bulk_create(
        Assignment(
            cycle=cycle,
            person=user,
            domain=domain.code,
            vantage="practitioner",
            asked_by=ada,
            asked_at=now,
        )
        for user in users
        for domain in parsed.domains
    )
    Rating.objects.bulk_create(
        (
            Rating(
                cycle=cycle,
                topic=topic.code,
                person=user,
                vantage="practitioner",
                answer="level",
                level=3,
                rated_at=now,
            )
            for user in users
            for topic in parsed.topics
        ),
        batch_size=2_000,
    )
    return cycle


def main() -> None:
    """Measure in an empty database and print a line for each size and work."""
    if sys.argv[1:2] == ["--here"]:
        here(*map(int, sys.argv[2:]))
        return
    print(f"{'database':>12} {'people':>7}  {'milliseconds of':<24}{HEAD}", flush=True)
    databases.run_on_each("benchmarks.answering", *(sys.argv[1:] or _SIZES))


if __name__ == "__main__":
    main()
