"""What is kept of a `.dvc` file or a `dvc.lock`: paths and digests, and nothing else.

Commands and parameters are not kept: they may hold anything.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import yaml

from assessments.connectors.base import Garbled

if TYPE_CHECKING:
    from scoring.events import Json

_MOST_BYTES = 2_000_000
_SIZE = re.compile(r"^[0-9]{1,18}$")
_DIGESTS = ("md5", "etag", "checksum", "version_id")


def outs_of(text: bytes, path: str) -> list[Json]:
    """Return what a `.dvc` file tracks; its paths begin where it is."""
    told = _loaded(text)
    folder = PurePosixPath(path).parent
    return [_output(each, folder) for each in _list(told.get("outs"), "outs")]


def stages_of(text: bytes, path: str) -> dict[str, Json]:
    """Return the stages of a `dvc.lock`: what each took, and what it made."""
    told = _loaded(text)
    folder = PurePosixPath(path).parent
    # Before DVC 2.0 the stages were the file itself.
    stages = told.get("stages") if "schema" in told else told
    if not isinstance(stages, dict):
        raise Garbled("stages: is missing")
    return {
        str(name): {
            part: [
                _output(each, folder)
                for each in _list(stage.get(part), f"stages.{name}.{part}")
            ]
            for part in ("deps", "outs")
        }
        for name, stage in stages.items()
        if isinstance(stage, dict)
    }


def _loaded(text: bytes) -> dict[str, Json]:
    if len(text) > _MOST_BYTES:
        raise Garbled(f"the file is larger than {_MOST_BYTES} bytes")
    try:
        # DVC writes no references, and a few of them may stand for a great deal.
        if any(isinstance(each, yaml.AliasEvent) for each in yaml.parse(text)):
            raise Garbled("the file has references in it, which DVC does not write")
        # All values are texts: a digest of digits alone is one, too.
        told = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- makes no objects
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise Garbled("the file is no YAML") from None
    if not isinstance(told, dict):
        raise Garbled("the file holds no object")
    return told


def _list(value: Json, place: str) -> list[Json]:
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise Garbled(f"{place}: is not a list")
    return value


def _output(value: Json, folder: PurePosixPath) -> Json:
    if not isinstance(value, dict):
        raise Garbled("an output or dependency is no object")
    path = value.get("path")
    if not isinstance(path, str) or not path:
        raise Garbled("an output or dependency has no path")
    digest = next(
        (str(value[name]) for name in _DIGESTS if isinstance(value.get(name), str)),
        None,
    )
    size = value.get("size")
    return {
        "path": path if "://" in path else _below(folder, path),
        "digest": digest,
        "size": int(size) if isinstance(size, str) and _SIZE.match(size) else None,
    }


def _below(folder: PurePosixPath, path: str) -> str:
    """Return the path from the root of the repository."""
    parts: list[str] = []
    for part in (folder / path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part not in {".", ".."}:
            parts.append(part)
    return "/".join(parts)
