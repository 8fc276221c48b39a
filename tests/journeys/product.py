"""The whole product as a user has it: web, worker and scheduler as real processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
STAFF = "grace"
PASSWORD = "correct-horse-battery"
# A busy machine takes its time to prepare a database.
_PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A running product."""

    address: str
    folder: Path
    environment: Mapping[str, str]

    def manage(self, *words: str, patience: float = _PATIENCE_SECONDS) -> str:
        """Run a management command beside it; return what it printed."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=patience,
        )
        if ran.returncode:
            raise AssertionError(f"{words}: {ran.stdout}{ran.stderr}")
        return ran.stdout


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


@contextlib.contextmanager
def running(folder: Path, **settings: str) -> Iterator[Product]:
    """Run the product with its data in `folder`; bring it down at the end."""
    port = free_port()
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    }
    environment = kept | {
        "EMBEDDED": "1",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-journeys-" + "x" * 50,
        "CREDENTIAL_KEYS": "Y29tcGVsLXRlc3RzLWNvbXBlbC10ZXN0cy1jb21wZWw=",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "PORT": str(port),
        **settings,
    }
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--no-demo"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            product = Product(
                address=f"http://127.0.0.1:{port}",
                folder=folder,
                environment=environment,
            )
            _wait_until_up(product, process)
            product.manage(
                "createsuperuser",
                "--noinput",
                f"--username={STAFF}",
                f"--email={STAFF}@example.org",
            )
            yield product
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=_PATIENCE_SECONDS)


def _wait_until_up(product: Product, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{product.address}/healthz", timeout=5).close()
            return
        time.sleep(0.2)
    said = (product.folder / "serve.log").read_text(errors="replace")
    raise AssertionError(f"The product did not come up:\n{said}")
