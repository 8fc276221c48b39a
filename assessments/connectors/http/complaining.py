"""What is said when there is no answer to go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Unreachable
from assessments.connectors.http.limits import is_limit, limit_pause, pause_asked
from assessments.connectors.http.values import Denied

if TYPE_CHECKING:
    from assessments.connectors.base import ConnectorError, Wait
    from assessments.connectors.http.sending import Raw

_SERVER_ERROR = 500
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_MISSING = frozenset({404, 410})
# What a check of a certificate finds, and what to do about it.
_MISTRUSTED = {
    "certificate has expired": "has expired; renew it there.",
    "certificate is not yet valid": (
        "is not valid yet; check the clocks of that server and of this one."
    ),
    "ostname mismatch": "is for another name; use the name that it is for.",
    "IP address mismatch": "is for another name; use the name that it is for.",
}


def is_trouble(raw: Raw) -> bool:
    """Whether the host failed, and not we."""
    return raw.status >= _SERVER_ERROR and not is_limit(raw)


def complaint(raw: Raw, host: str) -> ConnectorError:
    """Return what an answer with an error means: for later, or for a person."""
    if is_limit(raw):
        return Unreachable(
            f"{host} limits how often it may be asked.", retry_after=limit_pause(raw)
        )
    if is_trouble(raw):
        return Unreachable(
            f"{host} has trouble of its own (status {raw.status}).",
            retry_after=pause_asked(raw.headers),
        )
    return Denied(f"{host} {_refusal(raw.status)}", status=raw.status)


def _refusal(status: int) -> str:
    """Say what a status means where the connector knows nothing better."""
    if status == _UNAUTHORIZED:
        return (
            "did not accept the credential: it may be wrong, expired or deleted. Create"
            " a new one and enter it."
        )
    if status == _FORBIDDEN:
        return (
            "knows the credential, but does not let it read this. Allow it to, or enter"
            " one that may."
        )
    if status in _MISSING:
        return (
            "has nothing at this address that the credential may see. Check the"
            " address: it may have been moved, renamed or deleted."
        )
    return f"refused the request (status {status}). Check the address."


def mistrust(found: str, host: str) -> str:
    """Say why a certificate is not trusted, and what to do."""
    for flaw, said in _MISTRUSTED.items():
        if flaw in found:
            return f"The certificate of {host} {said}"
    return (
        f"The certificate of {host} cannot be verified; install its authority on this"
        " server."
    )


def not_now(wait: Wait, host: str) -> Unreachable:
    """Return why nothing is asked at the moment."""
    minutes = round(wait.pause.total_seconds() / 60)
    later = f"in {minutes} minutes" if minutes > 1 else "in a minute"
    if wait.failures:
        said = (
            f"{host} failed {wait.failures} times in a row and is left alone; it is"
            f" tried again {later}."
        )
    else:
        said = (
            f"What {host} allows this credential is used up for now; reading goes on"
            f" {later}."
        )
    return Unreachable(said, retry_after=wait.pause)
