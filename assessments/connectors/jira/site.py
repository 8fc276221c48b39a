"""What a Jira is made of: its edition, types, statuses and fields, each read once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assessments.connectors.base import Refused
from assessments.connectors.base.incidents import plain_name
from assessments.connectors.lists import as_list, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.connectors.http import Client
    from scoring.events import Json

API = "/rest/api/2"
_DONE = "done"


class Site:
    """A Jira that is asked what it is made of."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @cached_property
    def is_cloud(self) -> bool:
        """Whether it is Jira Cloud, whose search is another one."""
        answer = self._client.get(f"{API}/serverInfo").body
        # Old servers do not tell what they are, only their version.
        if field(answer, "version") is None:
            raise self._odd("what it is")
        return field(answer, "deploymentType") == "Cloud"

    @cached_property
    def types(self) -> dict[str, tuple[str, ...]]:
        """The names of each type of issues by its id: as it is called, and untold."""
        found = {}
        for row in self._rows("issuetype", "its types of issues"):
            names = (field(row, "name"), field(row, "untranslatedName"))
            known = [name for name in names if isinstance(name, str)]
            found[str(field(row, "id"))] = tuple(dict.fromkeys(known))
        return found

    @cached_property
    def done(self) -> frozenset[str]:
        """The ids of the statuses of the category Done."""
        return frozenset(
            str(field(row, "id"))
            for row in self._rows("status", "its statuses")
            if field(row, "statusCategory", "key") == _DONE
        )

    def fields_named(self, names: Iterable[str]) -> dict[str, str]:
        """Return the names of the custom fields that are called so, by their ids."""
        wanted = {plain_name(name) for name in names}
        pairs = ((str(field(row, "id")), field(row, "name")) for row in self._fields)
        return {
            identity: str(name)
            for identity, name in pairs
            if plain_name(identity) in wanted or plain_name(str(name)) in wanted
        }

    @cached_property
    def _fields(self) -> list[Json]:
        return self._rows("field", "its fields")

    def _rows(self, name: str, what: str) -> list[Json]:
        rows = as_list(self._client.get(f"{API}/{name}").body)
        if rows is None or not all(isinstance(row, dict) for row in rows):
            raise self._odd(what)
        return rows

    def _odd(self, what: str) -> Refused:
        return Refused(
            f"{self._client.host} does not tell {what} as Jira does; check the address."
        )
