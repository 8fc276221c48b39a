"""Of criteria that ask for the same metric, the answer that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable


class _Answer(Protocol):
    @property
    def value(self) -> object: ...


K = TypeVar("K", bound="Hashable")
A = TypeVar("A", bound=_Answer)


def foremost(answers: Iterable[tuple[K, A]]) -> dict[K, A]:
    """Return by what was asked the first answer with a value, else the first."""
    found: dict[K, A] = {}
    for asked, answer in answers:
        shown = found.setdefault(asked, answer)
        if shown.value is None and answer.value is not None:
            found[asked] = answer
    return found
