"""The one HTTP client: it waits, tries again, turns pages, and stays where it was sent.

Only this package knows httpx, and only it of the connectors reads the clock. Errors are
built from the host and the status alone: no header, no body, no credential.
"""

from assessments.connectors.http.addresses import judged_addresses
from assessments.connectors.http.client import Client
from assessments.connectors.http.marks import Marks
from assessments.connectors.http.posting import post
from assessments.connectors.http.values import (
    Answer,
    Denied,
    Patience,
    refuse_odd_secret,
)

__all__ = [
    "Answer",
    "Client",
    "Denied",
    "Marks",
    "Patience",
    "judged_addresses",
    "post",
    "refuse_odd_secret",
]
