"""How a person wants the pages: language, time zone, light or dark, shortcuts."""

from __future__ import annotations

from django.db import transaction

from assessments.models import Preference


@transaction.atomic
def keep(*, user_id: int, language: str, time_zone: str, theme: str) -> None:
    """Keep how the pages look and read; the form has checked the choices."""
    Preference.objects.update_or_create(
        user_id=user_id,
        defaults={"language": language, "time_zone": time_zone, "theme": theme},
    )


@transaction.atomic
def set_shortcuts(*, user_id: int, on: bool) -> None:
    """Switch shortcuts of a single letter on or off."""
    Preference.objects.update_or_create(user_id=user_id, defaults={"shortcuts": on})


@transaction.atomic
def speak(*, user_id: int, language: str) -> None:
    """Keep the language that a person reads; the page offers what there is."""
    Preference.objects.update_or_create(
        user_id=user_id, defaults={"language": language}
    )
