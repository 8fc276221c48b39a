"""Levels that people choose: on the scale of the edition, in its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.services.refusals import Unfit

if TYPE_CHECKING:
    from decimal import Decimal

    from scoring.rubric import Scale


def check_level(scale: Scale, level: Decimal | None) -> None:
    """Refuse what is no level of the scale."""
    if (
        level is None
        or not scale.minimum <= level <= scale.maximum
        or level % scale.step
    ):
        raise Unfit(
            "level",
            _("Choose a level from %(lowest)s to %(highest)s in steps of %(step)s.")
            % {
                "lowest": scale.minimum,
                "highest": scale.maximum,
                "step": scale.step,
            },
        )
