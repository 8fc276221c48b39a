"""`manage.py verify_evidence`."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from tests import factories_evidence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.factories import House


def test_files_that_are_not_as_they_were_are_named(
    house: House, evidence_folder: Path
) -> None:
    pieces = [
        factories_evidence.file(house.workspace, house["rui"], content, name=name)
        for name, content in (
            ("a.pdf", factories_evidence.PDF),
            ("b.png", factories_evidence.PNG),
            ("c.txt", b"left alone"),
        )
    ]
    said = StringIO()
    call_command("verify_evidence", stdout=said)
    assert "3 files verified, all are as they were." in said.getvalue()

    altered, removed = (
        next(path for path in evidence_folder.rglob(piece.sha256))
        for piece in pieces[:2]
    )
    altered.write_bytes(factories_evidence.PDF.replace(b"1.7", b"1.6"))
    removed.unlink()
    said = StringIO()
    with pytest.raises(CommandError, match="2 of 3 files are not as they were"):
        call_command("verify_evidence", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == 2
    assert f"sha256:{pieces[0].sha256}  has the hash" in lines[0]
    assert f"sha256:{pieces[1].sha256}  is missing" in lines[1]
