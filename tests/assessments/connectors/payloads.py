"""Payloads of our own, written after the official descriptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[3] / "fixtures/payloads"


def ours(kind: str, name: str) -> Any:
    """Return payloads of our own for a kind of platform, new each time."""
    return json.loads((_FOLDER / kind / f"{name}.json").read_text(encoding="utf-8"))
