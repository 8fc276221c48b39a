"""Connectors of installed packages are found; broken ones are told of and left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assessments import checks
from assessments.connectors.third_party import Broken, find

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "fixtures/connectors/example"


def install(folder: Path, package: str, code: str = "", **points: str) -> None:
    """Leave a package in a folder as an installer does: its code and its metadata."""
    info = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    named = "".join(f"{name} = {value}\n" for name, value in points.items())
    (info / "entry_points.txt").write_text(
        f"[compel.connectors]\n{named}", encoding="utf-8"
    )
    module = folder / f"{package.replace('-', '_')}.py"
    module.write_text(code, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that packages are installed into."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_a_connector_of_an_installed_package_is_found(folder: Path) -> None:
    install(folder, "compel-shipit-1", shipit="compel_shipit:Shipit")

    found = find(taken=())

    assert list(found.connectors) == ["shipit"]
    assert found.connectors["shipit"].label == "Shipit"
    assert found.broken == ()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nothing_like_it", "ModuleNotFoundError: No module named"),
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("1 +", "SyntaxError: "),
        ("Odd = 17", "TypeError: 'int' object is not callable"),
        ("class Odd: pass", "AttributeError: 'Odd' object has no attribute 'kind'"),
        ("class Odd: kind = 'even'", "TypeError: its kind is 'even', not 'odd'"),
        ("class Odd: kind = 'odd'", "TypeError: label is not a text"),
        (
            (
                "from compel_shipit import Shipit\n"
                "class Odd(Shipit):\n    kind = 'odd'\n    fetch = None"
            ),
            "TypeError: fetch cannot be called",
        ),
        (
            (
                "from compel_shipit import Shipit\n"
                "class Odd(Shipit):\n    kind = 'odd'\n    rule_fields = ('x',)"
            ),
            "TypeError: rule_fields holds something else than rule fields",
        ),
    ],
)
def test_what_cannot_be_used_is_left_out_and_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    monkeypatch.delitem(sys.modules, "compel_odd", raising=False)
    install(folder, "compel-odd", code, odd="compel_odd:Odd")
    install(folder, "compel-shipit-1", shipit="compel_shipit:Shipit")

    found = find(taken=())

    assert list(found.connectors) == ["shipit"]
    (broken,) = found.broken
    assert (broken.name, broken.package) == ("odd", "compel-odd")
    assert broken.reason.startswith(reason)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("github", "another connector has this kind already"),
        ("Ship-It", "a kind is up to 30 small letters, digits, - and _"),
    ],
)
def test_a_kind_that_is_taken_or_odd_is_left_out(
    folder: Path, kind: str, reason: str
) -> None:
    install(folder, "compel-shipit-1", **{kind: "compel_shipit:Shipit"})

    found = find(taken=("github",))

    assert found.connectors == {}
    assert [each.reason for each in found.broken] == [f"ValueError: {reason}"]


def test_the_first_of_two_packages_with_one_kind_is_taken(folder: Path) -> None:
    install(folder, "compel-one", shipit="compel_shipit:Shipit")
    install(folder, "compel-two", shipit="compel_shipit:Shipit")

    found = find(taken=())

    assert list(found.connectors) == ["shipit"]
    assert len(found.broken) == 1


def test_the_check_names_the_package_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = Broken(name="odd", package="compel-odd", reason="RuntimeError: no licence")
    monkeypatch.setattr(checks, "BROKEN", (broken,))

    (told,) = checks.connectors_can_be_used(None)

    assert told.id == "assessments.W030"
    assert not told.is_serious()
    assert told.msg == (
        "The connector “odd” of compel-odd cannot be used: RuntimeError: no licence"
    )


def test_the_product_starts_with_what_is_installed(tmp_path: Path) -> None:
    """A process of its own, with a package that works and one that does not."""
    install(tmp_path, "compel-shipit-1", shipit="compel_shipit:Shipit")
    install(tmp_path, "compel-odd", "raise RuntimeError('x')", odd="compel_odd:Odd")
    asked = "from assessments.connectors.registry import CONNECTORS as c; print(*c)"

    checked = _run("manage.py", "check", folder=tmp_path)
    kinds = _run("-c", asked, folder=tmp_path).stdout.split()

    assert checked.returncode == 0
    assert "assessments.W030" in checked.stderr
    assert {"github", "shipit"} <= set(kinds)
    assert "odd" not in kinds


def _run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, folder, EXAMPLE))),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )
