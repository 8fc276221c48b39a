"""Names by the million: texts in one buffer, read where one is asked for."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.columns import Ints


class Names:
    """Texts in the order in which they were added, at a third of a list's memory."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._text = bytearray()
        self._ends = array("q", (0,))
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Add a text at the end."""
        self._text += name.encode()
        self._ends.append(len(self._text))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ends) - 1

    def __getitem__(self, row: int) -> str:
        """Return one of them."""
        return self._text[self._ends[row] : self._ends[row + 1]].decode()

    def __iter__(self) -> Iterator[str]:
        """Yield all of them."""
        text, start = bytes(self._text), 0
        for end in memoryview(self._ends)[1:]:
            yield text[start:end].decode()
            start = end


class Chosen:
    """Some rows of names, in an order of their own, then other texts."""

    def __init__(self, names: Names, rows: Ints, others: Sequence[str] = ()) -> None:
        self._names = names
        self._rows = rows
        self._others = others

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows) + len(self._others)

    def __getitem__(self, row: int) -> str:
        """Return one of them."""
        beyond = row - len(self._rows)
        if beyond >= 0:
            return self._others[beyond]
        return self._names[int(self._rows[row])]
