"""What is kept outside of the tables: which folder belongs to which row."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO


def of_source(source_id: int) -> Path:
    """Return where a source keeps its clone."""
    return Path(settings.CLONES_DIR) / str(source_id)


def of_reports(workspace_id: int) -> Path:
    """Return where the reports of a workspace are kept."""
    return Path(settings.REPORTS_DIR) / str(workspace_id)


def keep(place: Path, stream: IO[bytes]) -> None:
    """Write a file so that it is there whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f"{place.suffix}.part")
    with draft.open("wb") as file:
        shutil.copyfileobj(stream, file)
    draft.replace(place)


def clear(folders: Iterable[Path]) -> None:
    """Remove folders once their rows are gone for good."""
    for folder in folders:
        transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True))
