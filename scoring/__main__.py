"""`python -m scoring measure EVENTS.jsonl` and `… verify FILE`, with no database.

The only module here that opens anything: the file it is given, or standard input.

`measure` runs the engine on a file of events. Lines
that are no events are reported on standard error with their number and the reason; the
others are measured. The exit code is 2 if there were lines and none was an event.

`verify` holds the export of a sealed cycle against itself. The exit code is 0 if it
holds, 1 if it does not, 2 if the file cannot be read or is no such export.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import re
import sys
import zlib
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scoring import columns, verifying
from scoring.attribution import Rules, gather, settle
from scoring.events import Complaint, Lane, Window, read_lines
from scoring.metrics import (
    DELIVERY,
    MINIMUM_N,
    deployment_frequency,
    explain,
    measure_flow,
    plain,
    shape,
)
from scoring.metrics import table as table_of
from scoring.rollups import follow, roll_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.attribution import Attribution
    from scoring.events import Event, Json
    from scoring.metrics import Measurement

    Measured = dict[Lane, list[Measurement]]

_GZIP = b"\x1f\x8b"
_COMPLAINTS = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked of a file; return the exit code."""
    asked = _parser().parse_args(arguments)
    return _verify(asked) if asked.command == "verify" else _measure(asked)


def _verify(asked: argparse.Namespace) -> int:
    """Say whether a sealed cycle holds."""
    try:
        with _opened(asked.file) as stream:
            document = verifying.read(b"".join(stream).decode())
    except OSError as error:
        _complain(f"{asked.file}: {error.strerror or error}")
        return 2
    except (EOFError, UnicodeDecodeError, zlib.error, verifying.NotSealed) as error:
        _complain(f"{asked.file}: {error}")
        return 2
    verdict = verifying.verify(document, expected=asked.sha256)
    lines = [*verdict.facts, f"SHA-256: {verdict.sha256}", *verdict.differences]
    lines.append("It holds." if verdict.holds else "It does NOT hold.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if verdict.holds else 1


def _measure(asked: argparse.Namespace) -> int:
    """Measure a file of events."""
    named = tuple(re.escape(name) for name in asked.environment or ())
    reader = _Reader()
    try:
        with _opened(asked.events) as stream:
            ledgers = gather(
                reader.events(stream),
                rules=Rules(environments=named) if named else Rules(),
            )
    except OSError as error:
        _complain(f"{asked.events}: {error.strerror or error}")
        return 2
    reader.report()
    if reader.malformed and not reader.read:
        return 2
    found = [
        settle(ledger)
        for service, ledger in ledgers.items()
        if not asked.service or service in asked.service
    ]
    lanes = [Lane(asked.lane)] if asked.lane else list(Lane)
    window = _window(asked.first, asked.last, _span(found, lanes) or reader.span)
    if window is not None and window.start == window.end:
        _complain("--from, --to: the window is empty")
        return 2
    _print(asked, window, found, lanes)
    return 0


def _print(
    asked: argparse.Namespace,
    window: Window | None,
    found: Sequence[Attribution],
    lanes: Sequence[Lane],
) -> None:
    measured, flow = _measured(
        found, window or Window(_EPOCH, _EPOCH), lanes, asked.minimum_n
    )
    explained = explain(found, window, lanes) if asked.explain else []
    if not asked.json:
        sys.stdout.write("\n".join(table_of(window, measured, explained)) + "\n")
        return
    result: dict[str, Json] = {
        "window": {
            "start": window.start.isoformat() if window else None,
            "end": window.end.isoformat() if window else None,
        },
        "lanes": {
            str(lane): {one.metric: shape(one) for one in measurements}
            for lane, measurements in measured.items()
        },
        "flow": {
            str(lane): {one.metric: plain(one) for one in measurements}
            for lane, measurements in flow.items()
        },
    }
    if asked.explain:
        result["deployments"] = [*explained]
    sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    measure = commands.add_parser(
        "measure", help="measure the five delivery metrics of a file of events"
    )
    add = measure.add_argument
    add("events", metavar="EVENTS", help="JSON lines, plain or gzip; - for stdin")
    add("--from", dest="first", type=_moment, help="first day, or moment with offset")
    add("--to", dest="last", type=_moment, help="last day, or the moment it ends at")
    add("--service", action="append", help="only this service; may be repeated")
    add("--lane", choices=[str(lane) for lane in Lane], help="only this lane")
    add("--environment", action="append", help="what production is called")
    add("--minimum-n", type=int, default=MINIMUM_N, help="fewer are provisional")
    add("--json", action="store_true", help="print JSON instead of a table")
    add("--explain", action="store_true", help="say of each deployment why it counts")
    verify = commands.add_parser("verify", help="verify the export of a sealed cycle")
    verify.add_argument("file", metavar="FILE", help="the export; - for stdin")
    verify.add_argument(
        "--sha256", default="", help="the hash that was noted elsewhere"
    )
    return parser


def _moment(text: str) -> date | datetime:
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(
        f"expected a day as 2026-01-31 or a moment with offset, got {text!r}"
    )


# ── reading ────────────────────────────────────────────────────────────────────────


class _Reader:
    """Reads lines, counts them, and keeps the complaints to report."""

    def __init__(self) -> None:
        self.read = 0
        self.malformed = 0
        self.passed_over = 0
        self.broken = ""
        self.complaints: list[Complaint] = []
        self.span: tuple[datetime, datetime] | None = None

    def events(self, stream: Iterable[bytes]) -> Iterator[Event]:
        """Yield the events; complaints are kept."""
        for found in read_lines(self._lines(stream)):
            if isinstance(found, Complaint):
                self._note(found)
                continue
            self.read += 1
            first, last = self.span or (found.at, found.at)
            self.span = min(first, found.at), max(last, found.at)
            yield found

    def _lines(self, stream: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from stream
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            self.broken = f"the gzip stream is damaged, the rest is lost: {error}"

    def _note(self, complaint: Complaint) -> None:
        if not complaint.malformed:
            self.passed_over += 1
            return
        self.malformed += 1
        if len(self.complaints) < _COMPLAINTS:
            self.complaints.append(complaint)

    def report(self) -> None:
        """Say on standard error what was left out, and why."""
        for complaint in self.complaints:
            _complain(f"line {complaint.line}: {complaint.why}")
        if self.malformed > len(self.complaints):
            _complain(f"… and {self.malformed - len(self.complaints)} more")
        if self.broken:
            _complain(self.broken)
        if self.malformed:
            total = self.malformed + self.read + self.passed_over
            _complain(f"{self.malformed} of {total} lines are no events; left out")
        if self.passed_over:
            _complain(f"{self.passed_over} CDEvents of kinds that are not counted")


def _complain(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


@contextmanager
def _opened(name: str) -> Iterator[Iterable[bytes]]:
    with ExitStack() as stack:
        stream: object = sys.stdin.buffer
        if name != "-":
            # pathlib is shut out of this package.
            stream = stack.enter_context(open(name, "rb"))  # noqa: PTH123
        if not isinstance(stream, io.BufferedReader):
            raise OSError("standard input cannot be read as bytes")
        if stream.peek(len(_GZIP))[: len(_GZIP)] == _GZIP:
            yield stack.enter_context(gzip.GzipFile(fileobj=stream))
        else:
            yield stream


# ── the window ─────────────────────────────────────────────────────────────────────


def _span(
    found: Iterable[Attribution], lanes: Iterable[Lane]
) -> tuple[datetime, datetime] | None:
    """Return the moments of the first and the last completed deployment."""
    finishes = [
        facts.deployed.finish
        for one in found
        for lane, facts in one.lanes.items()
        if lane in lanes and len(facts.deployed.finish)
    ]
    if not finishes:
        return None
    first = min(float(finish[0]) for finish in finishes)
    last = max(float(finish[-1]) for finish in finishes)
    return columns.moment(first), columns.moment(last)


def _window(
    first: date | None, last: date | None, span: tuple[datetime, datetime] | None
) -> Window | None:
    """Return the window asked for; by default the whole days of what is known."""
    if span is None and (first is None or last is None):
        return None
    known_first, known_last = span or (_EPOCH, _EPOCH)
    start = _midnight(known_first) if first is None else first
    end = _midnight(known_last) + _DAY if last is None else last
    if not isinstance(start, datetime):
        start = datetime.combine(start, time(), tzinfo=UTC)
    if not isinstance(end, datetime):
        end = datetime.combine(end, time(), tzinfo=UTC) + _DAY
    return Window(start, max(start, end))


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), tzinfo=UTC)


def _measured(
    found: Sequence[Attribution],
    window: Window,
    lanes: Sequence[Lane],
    minimum_n: int,
) -> tuple[Measured, Measured]:
    """Return the five metrics of each lane, and how changes flow in it."""
    rollups = [row for one in found for row in roll_up(one, window=window)]
    days = [day for one in found for day in follow(one, window=window)]
    measured: Measured = {}
    flow: Measured = {}
    for lane in lanes:
        span = _span(found, [lane])
        seen_before = span is not None and span[0] < window.start
        measured[lane] = [
            deployment_frequency(
                rollups,
                lane=lane,
                window=window,
                minimum_n=minimum_n,
                seen_before=seen_before,
            )
            if metric is deployment_frequency
            else metric(rollups, lane=lane, window=window, minimum_n=minimum_n)
            for metric in DELIVERY
        ]
        flow[lane] = measure_flow(
            rollups,
            days,
            lane=lane,
            window=window,
            minimum_n=minimum_n,
            seen_before=seen_before,
        )
    return measured, flow


if __name__ == "__main__":
    sys.exit(main())
