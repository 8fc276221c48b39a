"""What vantage points and telemetry say of a topic, as one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from assessments.queries.calibration.rows import Seat


def sentence(seats: Iterable[Seat], measured: Decimal | None) -> str:
    """Return "Leadership says 4, Practitioner says 1 to 3, telemetry says 2."."""
    said = [_voice(seat) for seat in seats if seat.middle is not None]
    if measured is not None:
        said.append(
            _("telemetry says %(level)s")
            % {"level": number_format(measured.normalize())}
        )
    whole = _(", ").join(said)
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""


def _voice(seat: Seat) -> str:
    if seat.lowest == seat.highest:
        return _("%(who)s says %(level)s") % {"who": seat.label, "level": seat.lowest}
    return _("%(who)s says %(lowest)s to %(highest)s") % {
        "who": seat.label,
        "lowest": seat.lowest,
        "highest": seat.highest,
    }
