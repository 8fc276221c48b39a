"""The score engine: ratings, proposals and decisions in, a card of scores out.

Declared, measured and agreed are three columns. Each is computed for itself, from exact
fractions; only what is shown is rounded.
"""

from scoring.engine.cards import canonical, card
from scoring.engine.scoring import score
from scoring.engine.values import Column, Decision, Level, Rating, Score

__all__ = [
    "Column",
    "Decision",
    "Level",
    "Rating",
    "Score",
    "canonical",
    "card",
    "score",
]
