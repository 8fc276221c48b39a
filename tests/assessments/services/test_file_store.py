"""Files go wherever the environment says, through the Storage API alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import json
from django.core.files.storage import storages
store = storages["evidence"]
names = ("bucket_name", "endpoint_url", "region_name", "access_key", "secret_key",
    "file_overwrite", "default_acl", "base_location", "location")
print(json.dumps({"class": type(store).__name__} | {
    name: str(getattr(store, name, "")) for name in names
}))
"""


def _storage(tmp_path: Path, **environment: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SCRIPT],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "compel.settings", "EMBEDDED": "1"}
        | {"DATA_DIR": str(tmp_path)}
        | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_files_lie_in_the_data_folder_by_default(tmp_path: Path) -> None:
    found = _storage(tmp_path)
    assert found["class"] == "FileSystemStorage"
    assert found["location"] == str(tmp_path / "files")


def test_a_bucket_is_used_as_the_environment_says(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("very-secret\n")
    found = _storage(
        tmp_path,
        EVIDENCE_STORAGE="s3",
        EVIDENCE_S3_BUCKET="evidence",
        EVIDENCE_S3_ENDPOINT="https://storage.example.org",
        EVIDENCE_S3_REGION="eu-1",
        EVIDENCE_S3_ACCESS_KEY="compel",
        EVIDENCE_S3_SECRET_KEY_FILE=str(secret),
    )
    assert found["class"] == "S3Storage"
    assert found["bucket_name"] == "evidence"
    assert found["endpoint_url"] == "https://storage.example.org"
    assert found["region_name"] == "eu-1"
    assert (found["access_key"], found["secret_key"]) == ("compel", "very-secret")
    # Two uploads at once must not write over each other, and nothing is public.
    assert (found["file_overwrite"], found["default_acl"]) == ("False", "None")
