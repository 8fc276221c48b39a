"""Bamboo: builds of plans, and what deployment projects deployed.

No name and no account of a person is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors import http
from assessments.connectors.bamboo import lists as of
from assessments.connectors.bamboo.address import place
from assessments.connectors.bamboo.judging import JUDGES, judge
from assessments.connectors.bamboo.parsing import events
from assessments.connectors.bamboo.rules import RULE_FIELDS, Rules
from assessments.connectors.base import Refused
from assessments.connectors.base.previewing import of_kept, preview_of
from assessments.connectors.lists import newest, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.bamboo.address import Place
    from assessments.connectors.base import (
        Page,
        Payload,
        Plain,
        Preview,
        RuleField,
        Source,
    )
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Listing
    from scoring.events import Event, Json

_UNAUTHORIZED = 401
_LOOKED_AT = 10
_MOST_LISTS = 10


class Bamboo:
    """Reads one plan of a Bamboo, or all plans of a project."""

    kind: ClassVar[str] = "bamboo"
    label: ClassVar[str] = "Bamboo"
    family: ClassVar[str] = "pipelines"
    reads: ClassVar[str] = (
        "Plans as runs of pipelines, deployment projects as deployments."
    )
    address_label: ClassVar[str] = "Plan or project"
    address_help: ClassVar[str] = (
        "As the browser shows it: https://bamboo.example.org/browse/SHOP-APP, or"
        " …/browse/SHOP for all plans of the project."
    )
    secret_label: ClassVar[str] = "Personal access token"  # noqa: S105 -- a label
    secret_help: ClassVar[str] = " ".join(
        (
            "A token with Read permission, of a user that may view these plans and",
            "their deployment projects and nothing else.",
        )
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def __init__(self, patience: http.Patience | None = None) -> None:
        self._patience = patience or http.Patience()

    # ── network ────────────────────────────────────────────────────────────────────

    def check(self, source: Source) -> None:
        """Refuse an address that names neither plan nor project."""
        place(source)

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say how many plans and environments can be read."""
        where = place(source)
        with self._client(source, where) as client:
            listings = _listings(client, where, Rules.of(source.rules))
            for listing in listings:
                _newest(client, listing, where, 1)
        plans = len([each for each in listings if each.sort == "build"])
        return (
            f"Found {where.key}: {plans} plans and {len(listings) - plans} production"
            " environments. Their results are readable."
        )

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield what is new of each plan and each environment."""
        where = place(source)
        rules = Rules.of(source.rules)
        with self._client(source, where) as client:
            yield from read(
                client,
                _listings(client, where, rules),
                cursor=cursor,
                earliest=now - timedelta(days=rules.history_days),
                now=now,
                refused=lambda denied, _: _token_refused(denied),
                place=where.key,
            )

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Judge the newest deployments, and the newest builds."""
        where = place(source)
        rules = Rules.of(source.rules)
        found: list[Judged] = []
        with self._client(source, where) as client:
            listings = _listings(client, where, rules)
            listings.sort(key=lambda listing: listing.sort != "deployment")
            for listing in listings[:_MOST_LISTS]:
                rows = _newest(client, listing, where, _LOOKED_AT)
                found += [judge(listing, row, rules) for row in rows]
        return preview_of(
            found,
            looked_at=f"Looked at the {len(found)} newest deployments and builds of"
            f" {where.key}.",
        )

    def _client(self, source: Source, where: Place) -> http.Client:
        http.refuse_odd_secret(source.secret)
        headers = {"Accept": "application/json", "User-Agent": "compel"}
        if source.secret:
            headers["Authorization"] = f"Bearer {source.secret}"
        return http.Client(
            where.api,
            headers=headers,
            allow_local=source.allow_local,
            patience=self._patience,
            house=source.house,
        )

    # ── no network ─────────────────────────────────────────────────────────────────

    def judge(self, payload: Payload, source: Source) -> Judged | None:
        """Return a kept build or deployment with the verdict on it."""
        return of_kept(payload, JUDGES, Rules.of(source.rules))

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload."""
        yield from events(payload, source)


def _listings(client: http.Client, where: Place, rules: Rules) -> list[Listing]:
    try:
        keys = of.plans(client, where, rules)
        found = of.deployments(client, keys, rules)
    except http.Denied as denied:
        raise _refusal(denied, where) from None
    return [*(of.builds(key) for key in keys), *found]


def _newest(client: http.Client, listing: Listing, where: Place, n: int) -> list[Json]:
    try:
        return newest(client, listing, n)
    except http.Denied as denied:
        raise _refusal(denied, where) from None


def _token_refused(denied: http.Denied) -> Refused | None:
    """Return the refusal that ends all: the token is not accepted."""
    if denied.status != _UNAUTHORIZED:
        return None
    return Refused(
        "Bamboo did not accept the token: it may have expired. Create a new one and"
        " enter it."
    )


def _refusal(denied: http.Denied, where: Place) -> Refused:
    return _token_refused(denied) or Refused(
        f"There is no {where.key} that this token may see; check the address, and that"
        " the token's user may view the plan and its deployment projects."
    )
