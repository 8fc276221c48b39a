"""From "connect a source" to the first lead time, as a new user goes, in a browser.

    python -m benchmarks.first_lead_time [FOLDER FOR PICTURES]

The product runs as its processes do for anybody; GitHub is a stand-in on loopback, Git
and MLflow are the real ones. The clock starts on the empty form of a source and stops
when the page of delivery shows the lead time.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from playwright.sync_api import expect, sync_playwright

from tests import real_servers
from tests.assessments.connectors import fake_github, git_server
from tests.journeys import git_history, product
from tests.servers import chromium

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Fill = Callable[[Page], None]
    Release = Callable[[], None] | None

_PATIENCE = 60_000
_RELEASES = 8
_NOW = datetime.now(tz=UTC).replace(microsecond=0)


def main() -> None:
    """Go the three ways, print how long each took, keep a picture of each step."""
    pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ways = (
            ("github", *_github(stack)),
            ("git", *_git(stack, folder)),
            ("mlflow", *_mlflow(stack, folder)),
        )
        data = folder / "data"
        data.mkdir()
        running = stack.enter_context(product.running(data, ALLOW_LOCAL_SOURCES="1"))
        driver = stack.enter_context(sync_playwright())
        browser = driver.chromium.launch(
            executable_path=str(chromium()), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_PATIENCE)
        expect.set_options(timeout=_PATIENCE)
        _sign_in(page, running.address)
        for kind, fill, release in ways:
            _connect(page, running.address, kind, fill, release, pictures)
        browser.close()


def _sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("User name or e-mail").fill(product.STAFF)
    page.get_by_label("Password", exact=True).fill(product.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def _connect(
    page: Page,
    address: str,
    kind: str,
    fill: Fill,
    release: Release,
    pictures: Path | None,
) -> None:
    """Go one way in a workspace of its own."""

    def keep(step: str) -> None:
        if pictures:
            page.screenshot(path=pictures / f"first-lead-time-{kind}-{step}.png")

    page.goto(f"{address}/workspaces/new/")
    page.get_by_label("Name").fill(f"First {kind}")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile("/w/"))
    home = f"{address}/w/first-{kind}/"
    page.goto(f"{home}sources/new/?kind={kind}")
    begun = time.monotonic()
    fill(page)
    page.get_by_label("Name", exact=True).fill("Shop")
    page.get_by_role("button", name=re.compile("^Preview")).click()
    page.get_by_role(
        "heading", name=re.compile("production deployments", re.IGNORECASE)
    ).wait_for()
    previewed = time.monotonic()
    keep("preview")
    page.get_by_role("button", name=re.compile("^Connect")).click()
    page.wait_for_url(re.compile(r"/sources/\d+/$"))
    page.get_by_role("row", name=re.compile("^Deployment")).wait_for()
    keep("source")
    if release:
        release()
        page.get_by_role("button", name="Synchronize now").click()
    lead_time = _lead_time(page, home)
    ended = time.monotonic()
    keep("delivery")
    print(
        f"{kind}: preview after {previewed - begun:.0f} s,"
        f" first lead time after {ended - begun:.0f} s: {lead_time}"
    )


def _lead_time(page: Page, home: str) -> str:
    """Reload the page of delivery until it tells a lead time."""
    for _ in range(200):
        page.goto(f"{home}delivery/")
        said = page.locator("main").inner_text()
        found = re.search(r"lead time[^\n]*\n+[^\n]*?(\d[^\n]*)", said, re.IGNORECASE)
        if found:
            return found[1]
        time.sleep(0.5)
    raise AssertionError("no lead time came")


# ── what is connected to ───────────────────────────────────────────────────────────


def _github(stack: ExitStack) -> tuple[Fill, Release]:
    hub = fake_github.GitHubOnLoopback(token="only-for-this")  # noqa: S106 -- a stand-in's
    for release in range(_RELEASES):
        _released(hub, release)
    for rows in hub.lists.values():
        rows.reverse()
    served = stack.enter_context(fake_github.serving(hub))

    def fill(page: Page) -> None:
        page.get_by_label("Repository", exact=True).fill(f"{served.address}/acme/shop")
        page.get_by_label(re.compile("^Token")).fill("only-for-this")

    return fill, None


def _released(hub: fake_github.GitHubOnLoopback, release: int) -> None:
    """A commit, its pull request, and the deployment that brought it out."""
    committed = _NOW - timedelta(days=3 * (_RELEASES - release))
    merged, deployed = committed + timedelta(hours=5), committed + timedelta(hours=7)
    number, sha = release + 1, f"{release + 1:040x}"
    parents = [{"sha": f"{release:040x}"}] if release else []
    commit = {
        "sha": sha,
        "commit": {
            "message": f"Step {number}",
            "author": {"date": committed.isoformat()},
            "committer": {"date": committed.isoformat()},
        },
        "parents": parents,
    }
    rows: dict[str, Any] = {
        "commits": commit,
        "pulls": {
            "number": number,
            "title": f"Step {number}",
            "state": "closed",
            "created_at": committed.isoformat(),
            "updated_at": merged.isoformat(),
            "merged_at": merged.isoformat(),
            "merge_commit_sha": sha,
            "labels": [],
            "head": {"ref": f"step-{number}"},
            "base": {"ref": "main", "repo": {"default_branch": "main"}},
        },
        "deployments": {
            "id": number,
            "sha": sha,
            "environment": "production",
            "created_at": deployed.isoformat(),
            "updated_at": deployed.isoformat(),
        },
    }
    for path, row in rows.items():
        hub.lists.setdefault(path, []).append(row)
    hub.lists[f"pulls/{number}/commits"] = [commit]
    hub.lists[f"deployments/{number}/statuses"] = [
        {"id": number, "state": "success", "created_at": deployed.isoformat()}
    ]
    hub.lists.setdefault("issues", [])
    hub.lists.setdefault("actions/runs", [])


def _git(stack: ExitStack, folder: Path) -> tuple[Fill, Release]:
    made = git_history.repository(folder / "shop", releases=_RELEASES)
    served = stack.enter_context(git_server.serving(git_server.GitServer(made.parent)))

    def fill(page: Page) -> None:
        place = page.get_by_label("URL or path of the repository")
        place.fill(f"{served.address}/shop/.git")

    return fill, None


def _mlflow(stack: ExitStack, folder: Path) -> tuple[Fill, Release]:
    place = folder / "mlflow"
    place.mkdir()
    address = f"http://127.0.0.1:{real_servers.free_port()}"
    command = [
        real_servers.program("mlflow") or "", "server", "--host", "127.0.0.1",
        "--port", address.rpartition(":")[2], "--workers", "1",
        "--backend-store-uri", f"sqlite:///{place}/mlflow.db",
        "--default-artifact-root", str(place / "artifacts"), "--no-serve-artifacts",
    ]  # fmt: skip
    settings = {"HOME": str(place), "MLFLOW_DISABLE_TELEMETRY": "true",
                "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # fmt: skip
    stack.enter_context(
        real_servers.running(
            command, environment=settings, folder=place, healthy=f"{address}/health"
        )
    )
    _trained(address, 1)

    def fill(page: Page) -> None:
        page.get_by_label("Tracking server").fill(address)

    return fill, lambda: _trained(address, 2)


def _trained(address: str, number: int) -> None:
    """Train a version of a model and let it be the one that is live."""
    with httpx.Client(
        base_url=f"{address}/api/2.0/mlflow", trust_env=False, timeout=60
    ) as client:

        def ask(path: str, **body: Any) -> Any:
            answer = client.post(path, json=body)
            answer.raise_for_status()
            return answer.json()

        if number == 1:
            ask("/registered-models/create", name="ranker")
        started = int((_NOW - timedelta(days=4 - number)).timestamp() * 1000)
        run = ask("/runs/create", experiment_id="0", start_time=started)
        name = run["run"]["info"]["run_id"]
        end = started + 3_600_000
        ask("/runs/update", run_id=name, status="FINISHED", end_time=end)
        ask(
            "/model-versions/create",
            name="ranker",
            source=f"runs:/{name}/model",
            run_id=name,
        )
        ask(
            "/registered-models/alias",
            name="ranker",
            alias="champion",
            version=str(number),
        )


if __name__ == "__main__":
    main()
