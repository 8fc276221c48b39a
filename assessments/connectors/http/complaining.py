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
    return Denied(
        f"{host} refused the request (status {raw.status}).", status=raw.status
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
