"""Evidently's reports become signals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import Garbled, Payload
from assessments.connectors.evidently import Evidently
from scoring.events import Signal, SignalKind
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.test_files import source

if TYPE_CHECKING:
    from scoring.events import Json

REPORT = "2026-01-09T06:00:00Z"


def told(content: Any, file: str = f"{REPORT}.json", **rules: Any) -> list[Any]:
    """The signals of a report in a file of that name."""
    body: dict[str, Json] = {"file": file, "content": Evidently().kept(content)}
    where = source("evidently", "/x", **rules)
    return list(Evidently().parse(Payload(sort="file", body=body), where))


def metric(name: str, value: Any, **config: Any) -> dict[str, Any]:
    """A report with one metric."""
    row = {"id": "1", "metric_name": f"{name}()", "config": config, "value": value}
    return {"metrics": [row], "tests": []}


def test_metrics_that_the_rules_name_are_signals() -> None:
    found = told(ours("evidently", REPORT))

    assert found[0] == Signal(
        id=f"{REPORT}.json#{'1a2b' * 8}",
        subject="ranker",
        signal=SignalKind.DRIFT,
        value=0.6,
        threshold=0.5,
        breached=True,
        at=datetime(2026, 1, 9, 6, tzinfo=UTC),
        automated=True,
        attributes={"metric": "DriftedColumnsCount(drift_share=0.5)"},
    )
    rest = [
        (each.signal, each.value, each.threshold, each.breached) for each in found[1:]
    ]
    assert rest == [
        (SignalKind.PERFORMANCE, 0.81, 0.7, False),
        (SignalKind.PERFORMANCE, 2.5, None, None),
        (SignalKind.FAIRNESS, 0.12, 0.1, True),
    ]


def test_a_stability_index_names_its_quantity_and_its_column() -> None:
    (signal,) = told(
        metric("ValueDrift", 0.31, method="psi", threshold=0.25, column="age")
    )

    assert signal.attributes["measure"] == "psi"
    assert signal.attributes["feature"] == "age"
    assert signal.breached is True


def test_a_report_in_a_folder_is_of_the_model_of_its_name() -> None:
    (signal,) = told(metric("Accuracy", 1), file="churn/2026-01-09.json")

    assert signal.subject == "churn"
    assert signal.at == datetime(2026, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "method", "breached"),
    [
        (0.04, "K-S p_value", True),
        (0.05, "K-S p_value", False),
        (0.04, "Wasserstein distance (normed)", False),
        (0.05, "Wasserstein distance (normed)", True),
        (None, "K-S p_value", None),
    ],
)
def test_drift_of_a_column_is_judged_by_its_method(
    value: float | None, method: str, breached: bool | None
) -> None:
    (signal,) = told(metric("ValueDrift", value, method=method, threshold=0.05))

    assert signal.breached is breached


def test_rules_name_metrics_and_who_makes_the_reports() -> None:
    found = told(ours("evidently", REPORT), drift=[], fairness=["MAE"], made="hand")

    assert [(each.signal, each.automated) for each in found] == [
        (SignalKind.PERFORMANCE, False),
        (SignalKind.FAIRNESS, False),
    ]


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("20260109T061530.json", datetime(2026, 1, 9, 6, 15, 30, tzinfo=UTC)),
        ("report_2026-01-09_06-15.json", datetime(2026, 1, 9, 6, 15, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_from_the_name_of_the_file(
    name: str, moment: datetime
) -> None:
    (signal,) = told(metric("Accuracy", 1), file=name)

    assert signal.at == moment


@pytest.mark.parametrize(
    "name", ["report.json", "2026-13-45.json", "2026-01-09/r.json"]
)
def test_a_file_without_a_moment_in_its_name_is_garbled(name: str) -> None:
    with pytest.raises(Garbled, match="file: its name holds no moment"):
        told(metric("Accuracy", 1), file=name)


def test_a_status_that_is_not_known_is_garbled() -> None:
    content = ours("evidently", REPORT)
    content["tests"][0]["status"] = "MAYBE"

    with pytest.raises(Garbled, match="'MAYBE' is none that we know"):
        told(content)
