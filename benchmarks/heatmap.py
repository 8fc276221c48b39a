"""How long a heat map of 18 domains takes for many units.

    python -m benchmarks.heatmap [25 50 100]

Made up: units with two scored cycles each on the shipped edition of 18 domains, the
earlier one locked. Then, on PostgreSQL where one answers and on SQLite: reading the
numbers, and the page itself as it leaves the server, beside a bare reading of the same
scores. Figures are printed and never asserted.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from itertools import product
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.pairs import HEAD, measured

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZES = ("25", "50", "100")
_ROUNDS = 15
_AT = datetime(2026, 6, 30, tzinfo=UTC)
_ENDS = (date(2026, 3, 31), date(2026, 6, 30))
_KEY = "compel-18"


def here(*sizes: int) -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from django.core.management import call_command
    from django.db import connection

    call_command("load_framework", "--shipped", verbosity=0)
    for units in sizes:
        workspace = _fill(units)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        _print(workspace, units)


def _print(workspace: int, units: int) -> None:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from assessments.models import Score, Workspace
    from assessments.queries import heatmap

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=f"ada-of-{units}"))
    address = f"/w/{Workspace.objects.get(pk=workspace).slug}/heatmap/"
    stored = Score.objects.filter(
        scoring__cycle__workspace_id=workspace, kind="domain"
    ).values_list()

    def bare() -> None:
        list(stored.all())

    def numbers() -> None:
        heatmap.heat_map(workspace_id=workspace, reach=("/",), edition_key=_KEY)

    def page(query: str = "") -> Callable[[], int]:
        def get() -> int:
            answer = client.get(address + query)
            if answer.status_code != 200:
                raise SystemExit(f"the page answered {answer.status_code}")
            return len(answer.content)

        return get

    size = page()()
    with CaptureQueriesContext(connection) as asked:
        page()()
    count = len(asked)
    for name, work in (
        ("numbers", numbers),
        ("page (aim 100 at 50)", page()),
        ("page of changes", page("?show=change")),
    ):
        pair = measured(work, bare, rounds=_ROUNDS)
        print(f"{connection.vendor:>12} {units:>6}  {name:<24}{pair}", flush=True)
    print(f"{connection.vendor:>12} {units:>6}  {count} queries, {size / 1000:.0f} kB")


def _fill(units: int) -> int:
    """Make units with two scored cycles each, one locked; return the workspace."""
    from django.contrib.auth.models import User
    from django.db.models import Max

    from assessments import models
    from assessments.queries.frameworks import framework
    from assessments.services import bulk, organization

    row = models.Edition.objects.get(key=_KEY)
    codes = [one.code for one in framework(sha256=row.sha256).domains]
    ada = User.objects.create_user(f"ada-of-{units}")
    workspace = organization.create_workspace(
        name=f"Benchmark {units}", by=ada, now=_AT
    )
    top = models.Scope.objects.get(workspace_id=workspace, parent=None)
    scopes = [
        organization.add_unit(
            workspace_id=workspace,
            parent_id=top.pk,
            name=f"Unit {number}",
            by=ada,
            now=_AT,
        )
        for number in range(units)
    ]
    made = list(product(_ENDS, scopes))
    count = len(made)
    last = models.Cycle.objects.aggregate(last=Max("pk"))["last"] or 0
    ids = list(range(last + 1, last + count + 1))
    cycles: dict[str, list[object]] = {
        "id": list(ids),
        "workspace_id": [workspace] * count,
        "scope_id": [scope for _, scope in made],
        "edition_id": [row.pk] * count,
        "title": [f"Until {end}" for end, _ in made],
        "period_start": [date(2026, 1, 1)] * count,
        "period_end": [end for end, _ in made],
        "state": ["open"] * count,
        "targets": ["{}"] * count,
        "left_out": ["{}"] * count,
        "rescoring": ["never"] * count,
        "revision_reason": [""] * count,
        "unanchored": [False] * count,
        "created_by_id": [ada.pk] * count,
        "created_at": [_AT] * count,
        "locked_at": [_AT] * count,
        "content": [""] * count,
        "content_sha256": ["0" * 64] * count,
    }
    bulk.upsert(models.Cycle, cycles, identity=("id",))
    bulk.upsert(
        models.Scoring,
        {
            "id": ids,
            "cycle_id": ids,
            "trigger": ["lock"] * count,
            "made_at": [_AT] * count,
            "last_rating": [0] * count,
            "last_decision": [0] * count,
            "last_settlement": [0] * count,
            "seen": [0] * count,
            "card": ["{}"] * count,
            "card_sha256": ["0" * 64] * count,
            "changes": ["[]"] * count,
        },
        identity=("id",),
    )
    scores = list(product(ids, codes))
    level = [f"{1 + place % 9 / 2:.1f}" for place in range(len(scores))]
    bulk.upsert(
        models.Score,
        {
            "scoring_id": [scoring for scoring, _ in scores],
            "kind": ["domain"] * len(scores),
            "code": [code for _, code in scores],
            "declared": level,
            "agreed": level,
            # As varied as they are: nothing that is put into words twice is for free.
            "agreed_coverage": [
                f"{0.5 + place % 51 / 100:.2f}" for place in range(len(scores))
            ],
            "lowest": ["1.0"] * len(scores),
            "highest": ["5.0"] * len(scores),
            "raters": [12] * len(scores),
            "because": ['["Agreed: the declared level."]'] * len(scores),
        },
        identity=("scoring_id", "kind", "code"),
    )
    states = ["locked" if end == _ENDS[0] else "open" for end, _ in made]
    bulk.upsert(models.Cycle, cycles | {"state": list(states)}, identity=("id",))
    return workspace


def main() -> None:
    """Measure in an empty database and print a line for each size and work."""
    if sys.argv[1:2] == ["--here"]:
        here(*map(int, sys.argv[2:]))
        return
    print(f"{'database':>12} {'units':>6}  {'milliseconds of':<24}{HEAD}", flush=True)
    databases.run_on_each("benchmarks.heatmap", *(sys.argv[1:] or _SIZES))


if __name__ == "__main__":
    main()
