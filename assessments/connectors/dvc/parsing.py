"""Versions of data and models become events; no git, no network.

A model that a stage made knows its data: what the pipeline started from, followed from
the stage upwards through what other stages made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, told
from assessments.connectors.dvc.rules import Rules
from scoring.events import ModelVersion, Signal, SignalKind

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

_LONGEST_REF = 200
_SHORT = 12


def told_of(payload: Payload, source: Source) -> list[Event]:
    """Return the events of a version of a file."""
    if payload.sort not in {"lock", "tracked"}:
        raise Garbled(f"sort: {payload.sort!r} is not one of lock, tracked")
    body = Fields(payload.body, "")
    flaw = body.text_or_none("flaw")
    if flaw:
        raise Garbled(f"{body.text('path')}: {flaw}")
    found = _Version(body, source)
    return found.of_lock() if payload.sort == "lock" else found.of_tracked()


class _Version:
    """A version of a file, and what is new in it."""

    def __init__(self, body: Fields, source: Source) -> None:
        self._body = body
        self._source = source
        self._rules = Rules.of(source.rules)
        self._commit = body.text("commit")
        self._at = body.moment("committed_at")
        self._fresh = set(body.texts("fresh"))

    def of_tracked(self) -> list[Event]:
        """Return what is new of a file that somebody added: data, or a model."""
        return [
            self._model(out, stage=None, data=())
            if self._rules.is_model(out.text("path"))
            else self._dataset(out)
            for out in self._body.list_of("outs")
            if out.text("path") in self._fresh
        ]

    def of_lock(self) -> list[Event]:
        """Return the new models that stages made."""
        stages = self._body.fields("stages")
        by_name = {name: stages.fields(name) for name in stages.names()}
        return [
            self._model(out, stage=name, data=self._started_from(stage, by_name))
            for name, stage in by_name.items()
            for out in stage.list_of("outs")
            if out.text("path") in self._fresh
            and self._rules.is_model(out.text("path"))
        ]

    def _started_from(
        self, stage: Fields, stages: dict[str, Fields]
    ) -> tuple[Fields, ...]:
        """Return the data that no stage made, on the way to this one."""
        makers = {
            out.text("path"): each
            for each in stages.values()
            for out in each.list_of("outs")
        }
        found: dict[str, Fields] = {}
        seen: set[str] = set()
        waiting = stage.list_of("deps")
        while waiting:
            dep = waiting.pop()
            path = dep.text("path")
            if path in seen:
                continue
            seen.add(path)
            maker = _maker(path, makers)
            if maker is not None:
                waiting += maker.list_of("deps")
            elif self._is_data(path):
                found[path] = dep
        return tuple(found[path] for path in sorted(found))

    def _is_data(self, path: str) -> bool:
        return path in self._body.fields("since") or self._rules.is_data(path)

    def _model(
        self, out: Fields, *, stage: str | None, data: tuple[Fields, ...]
    ) -> ModelVersion:
        path, digest = out.text("path"), out.text("digest")
        refs = "+".join(dep.text_or_none("digest") or "?" for dep in data)
        return ModelVersion(
            id=f"{path}@{digest}"[-_LONGEST_REF:],
            model=self._rules.model(path, self._source.service_key),
            version=digest[:_SHORT],
            dataset_ref=refs[:_LONGEST_REF] or None,
            dataset_at=self._since(data),
            code_sha=self._commit,
            # DVC keeps no time of its own: it was trained before it was committed.
            trained_at=self._at,
            attributes=told(trained_at_is="commit", path=path, stage=stage),
        )

    def _since(self, data: tuple[Fields, ...]) -> datetime | None:
        """Return since when all of the data is there, as far as that is known."""
        if not data:
            return None
        since = self._body.fields("since")
        found = [since.moment_or_none(dep.text("path")) for dep in data]
        return max((moment for moment in found if moment), default=None)

    def _dataset(self, out: Fields) -> Signal:
        path, digest = out.text("path"), out.text("digest")
        return Signal(
            id=f"{path}@{digest}"[-_LONGEST_REF:],
            subject=self._source.service_key,
            signal=SignalKind.FRESHNESS,
            at=self._at,
            attributes=told(
                path=path,
                dataset_ref=digest,
                size=out.decimal_or_none("size"),
                commit=self._commit,
            ),
        )


def _maker(path: str, makers: dict[str, Fields]) -> Fields | None:
    """Return the stage that made a file, or the folder that it is in."""
    while path:
        if path in makers:
            return makers[path]
        path = path.rpartition("/")[0]
    return None
