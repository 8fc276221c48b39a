"""The burn-rate alerts that an objective may be watched by; data with its source."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from django.conf import settings

from scoring import service_levels

if TYPE_CHECKING:
    from datetime import timedelta

    from scoring.service_levels import Policy

_FILE = "fixtures/service_levels/burn-alerts.yaml"


@cache
def policies() -> dict[str, Policy]:
    """Return the policies by key, as they are shipped."""
    text = (Path(settings.BASE_DIR) / _FILE).read_text()
    return service_levels.policies(yaml.safe_load(text))


@cache
def farthest() -> timedelta:
    """Return how far back the longest of all rules looks."""
    return max(policy.longest for policy in policies().values())
