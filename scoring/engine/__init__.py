"""The score engine: ratings, proposals, decisions and settlements in, a card out.

Declared, measured and agreed are three columns. Each is computed for itself, from exact
fractions; only what is shown is rounded.
"""

from scoring.engine.cards import canonical, card
from scoring.engine.scoring import score
from scoring.engine.sensitivity import Sensitivity, Span, propose_all, sensitivity
from scoring.engine.values import Column, Decision, Level, Rating, Score, Settlement

__all__ = [
    "Column",
    "Decision",
    "Level",
    "Rating",
    "Score",
    "Sensitivity",
    "Settlement",
    "Span",
    "canonical",
    "card",
    "propose_all",
    "score",
    "sensitivity",
]
