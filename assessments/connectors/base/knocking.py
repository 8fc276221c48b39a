"""What most deliveries are: a body that is signed, and names rows to read again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.errors import Garbled
from assessments.connectors.base.hooking import Knock
from assessments.connectors.base.signing import check_signature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.connectors.base.hooking import Delivery
    from assessments.connectors.base.reading import Fields

_SHA = re.compile(r"^[0-9a-f]{40,64}$")
_BRANCHES = "refs/heads/"


class SignedBody:
    """Deliveries of a platform that signs the body, and neither moment nor name."""

    # Where the signature is, and what stands before it.
    header: ClassVar[str]
    before: ClassVar[str] = "sha256="

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Refuse what is not signed with the secret."""
        check_signature(delivery, header=self.header, secret=secret, before=self.before)

    def identity(self, delivery: Delivery) -> str:  # noqa: ARG002 -- of the protocol
        """Say that nothing but the body is vouched for."""
        return ""


def row(listing: str, thing: Fields, name: str) -> list[Knock]:
    """Return a knock at the row whose number is under a name."""
    return [Knock(listing=listing, identity=str(thing.number(name)))]


def commits(listing: str, told: Iterable[Fields], name: str = "id") -> list[Knock]:
    """Return knocks at commits."""
    return [Knock(listing=listing, identity=_sha(each.text(name))) for each in told]


def branch_of(ref: str | None) -> str | None:
    """Return the branch of a reference; None: it is none."""
    if ref is None or not ref.startswith(_BRANCHES):
        return None
    return ref.removeprefix(_BRANCHES)


def _sha(text: str) -> str:
    if not _SHA.match(text):
        raise Garbled(f"commits: {text[:40]!r} is no commit")
    return text
