"""The people of a file: found among the accounts of this server, or made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who came: number in the file -> account here, and whose account is new."""

    accounts: dict[int, int]
    made: tuple[str, ...]


def settle(*, people: Iterable[dict[str, Any]]) -> People:
    """Return an account for everybody; a new one has no password.

    The e-mail address says who somebody is. A user name alone does so only where
    neither side has an address: elsewhere "sam" may be another Sam.
    """
    accounts: dict[int, int] = {}
    made: list[str] = []
    for one in people:
        found = _known(one["username"], one["email"])
        if found is not None and found.pk in accounts.values():
            # Two people there are two people here, whatever address they share.
            found = None
        if found is None:
            found = _made(one)
            made.append(found.username)
        accounts[one["id"]] = found.pk
    return People(accounts=accounts, made=tuple(made))


def _known(username: str, email: str) -> User | None:
    """Return the one account of a person; None if there is none, or several."""
    if not email:
        return User.objects.filter(username=username, email="").first()
    found = list(User.objects.filter(email__iexact=email)[:2])
    return found[0] if len(found) == 1 else None


def _made(one: dict[str, Any]) -> User:
    return get_user_model().objects.create_user(
        username=_free(one["username"]),
        email=one["email"],
        password=None,
        first_name=one["first_name"],
        last_name=one["last_name"],
        is_active=one["is_active"],
    )


def _free(username: str) -> str:
    """Return the user name, with a number if somebody else has it here."""
    name, number = username, 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"{username[:140]}-{number}"
    return name
