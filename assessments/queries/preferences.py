"""How a person wants the pages."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.models import Preference, Theme

THEMES = tuple(Theme.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceRow:
    """What a person chose; empty where the device or the workspace decides."""

    language: str = ""
    time_zone: str = ""
    theme: str = Theme.AUTO.value
    shortcuts: bool = True


def preference(*, user_id: int) -> PreferenceRow:
    """Return what a person chose, or that they chose nothing."""
    one = Preference.objects.filter(user_id=user_id).first()
    if one is None:
        return PreferenceRow()
    return PreferenceRow(
        language=one.language,
        time_zone=one.time_zone,
        theme=one.theme,
        shortcuts=one.shortcuts,
    )
