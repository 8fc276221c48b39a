"""The product's settings under test: embedded, nothing kept, nothing sent.

`DATABASE_URL` and `REDIS_URL` in the environment choose the servers to test on.
"""

import os
import tempfile

os.environ["EMBEDDED"] = "1"
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 50
os.environ["CREDENTIAL_KEYS"] = "Y29tcGVsLXRlc3RzLWNvbXBlbC10ZXN0cy1jb21wZWw="
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="compel-tests-")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from compel.settings import *  # noqa: F403  # after the environment is set

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Hashing a password well takes time that tests need not spend.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = os.environ.get("REDIS_URL", "memory://")
