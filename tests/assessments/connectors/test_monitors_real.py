"""Prometheus and Alertmanager themselves on loopback: what one keeps, the other tells.

Prometheus has a past that was written before it started, and a rule that fires while
the test wants it to. Alertmanager sends what it sends to a server of the test.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assessments.connectors.alertmanager import Alertmanager
from assessments.connectors.base import Refused
from assessments.connectors.base.hooking import Delivery, Forged
from assessments.connectors.prometheus import Prometheus
from scoring.events import Incident, Signal, SignalKind
from tests import real_servers
from tests.assessments.connectors import loopback
from tests.assessments.connectors.subjects import alertmanager, prometheus
from tests.assessments.connectors.telling import by_id, collected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scoring.events import Event

pytestmark = pytest.mark.monitors

SECRET = "made-up-for-this-test"
_PATIENCE_SECONDS = 120

RULES = """\
groups:
  - name: models
    interval: 1s
    rules:
      - alert: RankerDrift
        expr: %s
        labels: {severity: page, service: ranker, environment: production}
        annotations: {summary: "Drift, ask Ada Example"}
"""
OF_PROMETHEUS = """\
global: {evaluation_interval: 1s}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["%s"]}]
"""
OF_ALERTMANAGER = """\
route: {receiver: compel, group_by: [alertname], group_wait: 1s, group_interval: 1s}
receivers:
  - name: compel
    webhook_configs:
      - url: %s/hooks/made-up
        send_resolved: true
        http_config: {authorization: {credentials: %s}}
"""


@dataclass
class Stage:
    """Both servers, and what was delivered."""

    prometheus: str
    alertmanager: str
    rules: Path
    delivered: list[Delivery] = field(default_factory=list)

    def rule(self, expression: str) -> None:
        """Let the rule be about something else."""
        self.rules.write_text(RULES % expression)
        with httpx.Client(trust_env=False, timeout=30) as client:
            assert client.post(f"{self.prometheus}/-/reload").is_success

    def awaited(self, status: str) -> Delivery:
        """Return the first delivery of this status."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for each in list(self.delivered):
                if f'"status":"{status}"'.encode() in each.body:
                    return each
            time.sleep(0.2)
        raise AssertionError(f"Alertmanager delivered nothing that is {status}.")


def past(until: int) -> str:
    """Return two days of values, and an alert that fired for half an hour."""
    lines = ["# TYPE psi gauge"]
    lines += [
        f'psi{{model="ranker"}} {0.3 if hours == 5 else 0.1} {until - hours * 3600}'
        for hours in range(40, 2, -1)
        if hours != 20
    ]
    lines += ["# TYPE accuracy gauge", f"accuracy NaN {until - 3 * 3600}"]
    lines.append("# TYPE ALERTS gauge")
    labels = 'alertname="ShopDown",alertstate="firing",severity="page",service="shop"'
    lines += [
        f"ALERTS{{{labels}}} 1 {until - 10 * 3600 + minutes * 60}"
        for minutes in range(31)
    ]
    return "\n".join([*lines, "# EOF", ""])


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Both servers, with a past, and no alert yet."""
    folders = {name: tmp_path / name for name in ("prometheus", "alertmanager")}
    for folder in folders.values():
        folder.mkdir()
    ports = {name: real_servers.free_port() for name in folders}
    built = Stage(
        prometheus=f"http://127.0.0.1:{ports['prometheus']}",
        alertmanager=f"http://127.0.0.1:{ports['alertmanager']}",
        rules=folders["prometheus"] / "rules.yml",
    )
    _write_past(folders["prometheus"])
    (folders["prometheus"] / "prometheus.yml").write_text(
        OF_PROMETHEUS % f"127.0.0.1:{ports['alertmanager']}"
    )
    built.rules.write_text(RULES % "vector(1) > 1")
    with loopback.serving(lambda asked: _taken(built, asked)) as hooks:
        (folders["alertmanager"] / "alertmanager.yml").write_text(
            OF_ALERTMANAGER % (hooks.address, SECRET)
        )
        with (
            _alertmanager(folders["alertmanager"], built.alertmanager),
            real_servers.prometheus(folders["prometheus"], built.prometheus),
        ):
            yield built


def _taken(stage: Stage, asked: loopback.Asked) -> loopback.Said:
    stage.delivered.append(
        Delivery(headers=asked.headers, body=asked.body, received_at=datetime.now(UTC))
    )
    return loopback.Said(200, {}, b"{}")


def _write_past(folder: Path) -> None:
    (folder / "past.om").write_text(past(_hour()))
    promtool = real_servers.program("prometheus")
    assert promtool is not None
    real_servers.run(
        [promtool.parent / "promtool", "tsdb", "create-blocks-from", "openmetrics",
         "past.om", "data"],
        environment={},
        folder=folder,
    )  # fmt: skip


def _alertmanager(folder: Path, address: str) -> Any:
    program = real_servers.program("alertmanager")
    assert program is not None
    # It reads them from where it is started: see `.ci/setup`.
    shared = program.parent.parent / "usr/share/prometheus/alertmanager"
    (folder / "templates").symlink_to(shared)
    return real_servers.running(
        [
            str(program),
            "--config.file=alertmanager.yml", "--storage.path=data",
            "--cluster.listen-address=",
            f"--web.listen-address={address.removeprefix('http://')}",
        ],
        environment={},
        folder=folder,
        healthy=f"{address}/-/ready",
    )  # fmt: skip


def _hour() -> int:
    return int(time.time()) // 3600 * 3600


# ── Prometheus ─────────────────────────────────────────────────────────────────────


def test_the_past_of_a_real_prometheus_is_read(stage: Stage) -> None:
    until = _hour()
    where = replace(
        prometheus.source(stage.prometheus, history_days=3, step_minutes=60),
        secret=None,
        rules=prometheus.source(
            stage.prometheus,
            history_days=3,
            step_minutes=60,
            alert_step_minutes=1,
            series=[
                "drift {model}: last_over_time(psi[30m]) > 0.2",
                "performance ranker: accuracy < 0.9",
            ],
        ).rules,
    )

    pages, events = collected(Prometheus(), where, now=datetime.now(UTC))

    drift = [
        each
        for each in by_id(events, Signal).values()
        if each.signal is SignalKind.DRIFT and "query" in each.attributes
    ]
    # One hour is missing and stays so; what is not a number is no value.
    assert len(drift) == 37
    assert {each.subject for each in drift} == {"ranker"}
    breached = [each for each in drift if each.breached]
    assert [(each.value, each.threshold) for each in breached] == [(0.3, 0.2)]
    assert breached[0].at == datetime.fromtimestamp(until - 5 * 3600, tz=UTC)
    assert not [each for each in events if _kind(each) is SignalKind.PERFORMANCE]
    (incident,) = by_id(events, Incident).values()
    assert incident.opened_at == datetime.fromtimestamp(until - 10 * 3600, tz=UTC)
    assert incident.service == "shop"
    # After its last value Prometheus looks back for five minutes.
    lasted = incident.resolved_at - incident.opened_at
    assert timedelta(minutes=30) < lasted <= timedelta(minutes=36)

    again, later = collected(
        Prometheus(), where, now=datetime.now(UTC), cursor=pages[-1].cursor
    )

    assert {each.id for each in later} <= {each.id for each in events}
    assert len(again) < len(pages) + 2
    said = Prometheus().test(where, now=datetime.now(UTC))
    assert said.startswith("Found Prometheus. Series with values in the last day: 1.")
    odd = replace(where, rules={**where.rules, "series": ["drift ranker: psi{{"]})
    with pytest.raises(Refused, match=r"cannot evaluate “psi\{\{”"):
        collected(Prometheus(), odd, now=datetime.now(UTC))
    elsewhere = replace(where, address=f"{where.address}/not-here")
    with pytest.raises(Refused, match="There is no Prometheus at this address"):
        collected(Prometheus(), elsewhere, now=datetime.now(UTC))


def _kind(event: Event) -> SignalKind | None:
    return event.signal if isinstance(event, Signal) else None


# ── Alertmanager ───────────────────────────────────────────────────────────────────


def test_what_a_real_alertmanager_pushes_and_lists_is_the_same(stage: Stage) -> None:
    where = replace(alertmanager.source(""), address=stage.alertmanager, secret=None)
    connector = Alertmanager()
    stage.rule("vector(1)")

    fired = stage.awaited("firing")
    pages, polled = collected(connector, where, now=datetime.now(UTC))

    connector.hooks.verify(fired, secret=SECRET)
    with pytest.raises(Forged):
        connector.hooks.verify(fired, secret="another-secret-of-32-characters")
    assert pushed(fired) == polled
    (opened,) = by_id(polled, Incident).values()
    assert (opened.service, opened.severity) == ("ranker", "page")
    assert opened.resolved_at is None
    assert b"Ada Example" in fired.body
    assert "Ada Example" not in str(pages)

    stage.rule("vector(1) > 1")
    ended = stage.awaited("resolved")

    (resolved,) = by_id(pushed(ended), Incident).values()
    assert resolved.id == opened.id
    assert resolved.resolved_at is not None
    assert connector.hooks.identity(ended) != connector.hooks.identity(fired)
    # Just started, it may not know its alerts yet: nothing is concluded.
    cursor = pages[-1].cursor
    _, shortly = collected(connector, where, now=datetime.now(UTC), cursor=cursor)
    assert shortly == []
    later = datetime.now(UTC) + timedelta(hours=1)
    _, found = collected(connector, where, now=later, cursor=cursor)
    (gone,) = by_id(found, Incident).values()
    assert gone.id == opened.id
    after = datetime.fromisoformat(str(gone.attributes["resolved_after"]))
    assert after <= resolved.resolved_at <= gone.resolved_at


def pushed(delivery: Delivery) -> list[Event]:
    """Return the events that a delivery brings."""
    where = alertmanager.source("http://alerts.example.org")
    return [
        event
        for payload in Alertmanager.hooks.read(delivery, where).payloads
        for event in Alertmanager().parse(payload, where)
    ]
