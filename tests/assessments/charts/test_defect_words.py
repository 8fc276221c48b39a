"""What is wrong with a document is said in words that can be translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils.translation import gettext, override

from assessments.charts import defect_words
from assessments.charts.reasons import pattern
from scoring.rubric import Defect, Defects
from scoring.service_levels import parse
from tests.made_service_levels import document

if TYPE_CHECKING:
    from scoring.events import Json

# Documents that are wrong in every way that a field can be.
_WRONG: tuple[dict[str, Json], ...] = (
    {"kind": "Thing", "apiVersion": None, "surplus": 1, "metdata": {}},
    document(name="Not a name", service=["a"], timeWindow="28d"),
    document(name="one", timeWindow=[{"duration": "soon", "isRolling": "perhaps"}]),
    document(
        name="one",
        timeWindow=[
            {
                "duration": "900d",
                "calendar": {"startTime": "now", "timeZone": "Nowhere"},
            }
        ],
    ),
    document(name="one", objectives=[{"target": "all", "targetPercent": 99, "op": 1}]),
    document(
        name="one",
        budgetingMethod="Timeslices",
        objectives=[
            {"target": 1, "timeSliceTarget": 2, "timeSliceWindow": "7m"},
        ],
    ),
    document(name="one", objectives=[], indicatorRef="shared", indicator=None),
    document(name="one", indicator={"spec": {"ratioMetric": {"raw": 1}}}),
)


@pytest.mark.parametrize("plain", _WRONG)
def test_every_defect_of_an_objective_is_known(plain: dict[str, Json]) -> None:
    with pytest.raises(Defects) as refused:
        parse(plain, zones=("UTC",), alerts=("sre-workbook",))
    shapes = [pattern(known) for known in defect_words.KNOWN[:-1]]
    unknown = [
        one.why
        for one in refused.value.defects
        if not any(shape.fullmatch(one.why) for shape in shapes)
        # These name a word that has to stand there.
        and one.why not in ("must be openslo/v1", "must be SLO")
    ]
    assert unknown == []


def test_a_defect_keeps_its_place_and_what_is_not_known_stays() -> None:
    defect = Defect("spec.service", "is missing")
    assert defect_words.said(defect) == "spec.service: is missing"
    with override("de"):
        assert defect_words.said(defect) == f"spec.service: {gettext('is missing')}"
        assert defect_words.why("someone wrote this") == "someone wrote this"
        assert "28d" in defect_words.why(
            "`28x` is not a duration such as 28d, 4w or 1M"
        )
