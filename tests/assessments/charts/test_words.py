"""Numbers as people read them."""

from __future__ import annotations

import pytest

from assessments.charts import words


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0 %"),
        (0.001, "< 1 %"),
        (0.007, "1 %"),
        (0.5, "50 %"),
        (0.996, "> 99 %"),
        (0.1 + 0.2 + 0.7, "100 %"),  # what binary fractions add is nothing
        (1, "100 %"),
    ],
)
def test_a_little_is_not_nothing_and_nearly_all_is_not_all(
    share: float, said: str
) -> None:
    assert words.share(share) == said.replace(" ", "\N{NO-BREAK SPACE}")
