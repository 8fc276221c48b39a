"""The page of service levels says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from scoring import service_levels
from scoring.service_levels import Ledger, Tally
from tests.factories import NOW
from tests.made_service_levels import ALERTS, ZONES

PAGE = Path("docs/service-levels.md").read_text()
POLICIES = Path("fixtures/service_levels/burn-alerts.yaml")


def definition() -> service_levels.Definition:
    [written] = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return service_levels.parse(yaml.safe_load(written), zones=ZONES, alerts=ALERTS)


def test_the_document_of_the_page_is_written_as_it_stands() -> None:
    [written] = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert service_levels.dump(definition()) == yaml.safe_load(written)


def test_the_worked_budget_comes_out_as_it_says() -> None:
    ledger = Ledger(
        {NOW.date(): Tally(good=1330, bad=8)}, {NOW.date(): {0: Tally(1330, 8)}}
    )
    found = service_levels.budget(ledger, definition(), at=NOW, zone=ZoneInfo("UTC"))
    assert f"Allowed are {found.allowed:.2f}; 1 − 8 ÷ 13.38 = 40 %" in PAGE
    assert found.left is not None
    assert round(found.left, 2) == 0.4


def test_the_table_of_alerts_is_that_of_the_data() -> None:
    for policy in yaml.safe_load(POLICIES.read_text())["policies"]:
        [line] = [one for one in PAGE.splitlines() if f"`{policy['key']}`, " in one]
        for rule in policy["rules"]:
            assert f"{rule['budget_share'] * 100:.0f} % in" in line
            assert rule["severity"] in line
