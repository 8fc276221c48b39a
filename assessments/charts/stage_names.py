"""What the stages of a way to production are called. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from assessments.charts import words

if TYPE_CHECKING:
    from assessments.queries.strips import Strip

# In the order of the way; of the last, nothing tells what it was.
STAGES = {
    "coding": _("Coding"),
    "review": _("Review"),
    "waiting": _("Waiting and pipeline"),
    "deploy": _("Deployment"),
    "training": _("Training"),
    "evaluation": _("Evaluation"),
    "registration": _("Registration"),
    "release": _("Release"),
    "": _("Not told apart"),
}


def pieces(one: Strip) -> str:
    """Say how long each stage of a way took."""
    return words.listed(
        f"{STAGES[piece.stage]} {words.duration(piece.seconds)}" for piece in one.pieces
    )
