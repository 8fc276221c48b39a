"""Every setting, driven by the environment.

Each variable may also be given as `NAME_FILE`: the path of a file with the value.
The embedded default needs none of them: SQLite and a filesystem broker.
"""

from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF

from assessments.censor import censor

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()
VERSION = "0.1.0"

# ── where things are kept ──────────────────────────────────────────────────────────

# One folder holds everything that the product writes on the embedded default.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".var")))
MEDIA_ROOT = DATA_DIR / "files"
REPORTS_DIR = DATA_DIR / "reports"
CLONES_DIR = DATA_DIR / "clones"
EXPORTS_DIR = DATA_DIR / "exports"

# ── security ───────────────────────────────────────────────────────────────────────

DEBUG = env.bool("DEBUG", default=False)
# Set by `make run` and the tests: the embedded product on one's own machine.
EMBEDDED = env.bool("EMBEDDED", default=False)
# Empty values are refused at start by the checks in `assessments.checks`.
SECRET_KEY = env.str("SECRET_KEY", default="").strip()
# Fernet keys for connector credentials, newest first; older ones still open.
CREDENTIAL_KEYS = [key.strip() for key in env.list("CREDENTIAL_KEYS", default=[])]
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where people reach this server: documents made without a request link back to it.
PUBLIC_URL = env.str(
    "PUBLIC_URL", default=f"http://localhost:{env.str('PORT', default='8000')}"
).rstrip("/")
# Sources at loopback or private addresses, and repositories by local path, are for the
# embedded product; a server on a network has to allow them.
ALLOW_LOCAL_SOURCES = env.bool("ALLOW_LOCAL_SOURCES", default=EMBEDDED)
# Hosts that sources may ask, by name or pattern (*.example.org); none: any.
OUTGOING_HOSTS = [
    host.strip().lower() for host in env.list("OUTGOING_HOSTS", default=[])
]

SESSION_COOKIE_SECURE = not EMBEDDED
CSRF_COOKIE_SECURE = not EMBEDDED
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not EMBEDDED)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int(
    "SECURE_HSTS_SECONDS", default=0 if EMBEDDED else 31536000
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not EMBEDDED
SECURE_HSTS_PRELOAD = not EMBEDDED
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # Plotly writes style attributes on the elements that it draws.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ── application ────────────────────────────────────────────────────────────────────

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_celery_beat",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "assessments",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before anything reads what is sent: forged or not, it may be too much.
    "assessments.views.sizes.RequestSize",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "assessments.views.reading.middleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "compel.urls"
WSGI_APPLICATION = "compel.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "assessments.views.frame.frame",
            ],
        },
    },
]

# ── database ───────────────────────────────────────────────────────────────────────

DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{DATA_DIR}/compel.sqlite3"
    )
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at BEGIN instead of failing in the middle of a transaction.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── sign-in ────────────────────────────────────────────────────────────────────────

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_ADAPTER = "assessments.views.accounts.NoSelfSignUp"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_TOTP_ISSUER = "Compel"
ACCOUNT_FORMS = {"login": "assessments.forms.accounts.SignIn"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_VERBOSE = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "assessments.views.accounts.locked_out"
# axes counts failures in the database, for all workers together; one count is enough.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]

# ── jobs ───────────────────────────────────────────────────────────────────────────

REDIS_URL = env.str("REDIS_URL", default="").strip()
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
else:
    BROKER_DIR = DATA_DIR / "broker"
    # Kombu lists these folders before it makes them.
    for _folder in ("messages", "control"):
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# A knock that nobody heard in time is dropped: the next one asks for the same.
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": f"assessments.tasks.{name}",
        "schedule": seconds,
        "options": {"expires": seconds},
    }
    for name, seconds in (
        ("heartbeat.beat", 30),
        ("telemetry.synchronize_due", 60),
        ("telemetry.reap", 300),
        ("telemetry.drop_raw_records", 3600),
        ("cycles.rescore_due", 600),
        ("service_levels.refresh_due", 300),
        ("schedules.wake", 60),
        ("alerts.watch", 300),
        ("reports.reap", 300),
        ("transfer.reap", 300),
        ("upkeep.refresh_statistics", 3600),
        ("plan.conditions_due", 3600),
        ("notices.send", 60),
        ("notices.remind_due", 3600),
    )
}

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "compel",
        }
    }

# ── language, time, files ──────────────────────────────────────────────────────────

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "assessments" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
# The embedded product serves its files where they lie; a server collects them first.
STATIC_ROOT = None if EMBEDDED else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Forms larger than this are refused unread; pages that take more say so themselves.
FORM_MAX_BYTES = 12 * 1024 * 1024

# ── evidence ───────────────────────────────────────────────────────────────────────

# How long answers of platforms are kept verbatim; 0 keeps them for good.
RAW_RECORD_DAYS = env.int("RAW_RECORD_DAYS", default=730)
# How far the clock of a platform may be ahead of ours before an event is of the future.
CLOCK_SKEW_MINUTES = env.int("CLOCK_SKEW_MINUTES", default=15)
# The last days of each source are read again every day; 0 reads nothing again.
REREAD_DAYS = env.int("REREAD_DAYS", default=14)
EVIDENCE_MAX_MB = env.int("EVIDENCE_MAX_MB", default=25)
EVIDENCE_STORAGE = env.str("EVIDENCE_STORAGE", default="local")
EVIDENCE_S3 = {
    "bucket_name": env.str("EVIDENCE_S3_BUCKET", default=""),
    "access_key": env.str("EVIDENCE_S3_ACCESS_KEY", default="").strip() or None,
    "secret_key": env.str("EVIDENCE_S3_SECRET_KEY", default="").strip() or None,
    # Empty: Amazon's own, and the region that the machine is set up for.
    "endpoint_url": env.str("EVIDENCE_S3_ENDPOINT", default="") or None,
    "region_name": env.str("EVIDENCE_S3_REGION", default="") or None,
}
# What a file may be, by its content, and the endings that may claim it.
EVIDENCE_TYPES = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "docx",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "pptx",
    ),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "text/plain": ("txt", "log"),
    "text/csv": ("csv",),
    "text/markdown": ("md",),
    "application/json": ("json", "jsonl"),
    "application/yaml": ("yaml", "yml"),
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "evidence": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {**EVIDENCE_S3, "file_overwrite": False, "default_acl": None},
    }
    if EVIDENCE_STORAGE == "s3"
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Its own folder, and nobody else's to read; no address leads to it.
        "OPTIONS": {
            "location": str(MEDIA_ROOT),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A mail server that does not answer must not hold a worker up.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="compel@localhost")

# ── API ────────────────────────────────────────────────────────────────────────────

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "rest_framework.views.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Compel",
    "DESCRIPTION": "Maturity assessment: declared, measured, agreed.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Its links stand inside of buttons, which no screen reader can tell apart.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False},
}

# ── logs: one JSON object a line, or plain lines on a terminal ─────────────────────

_shared_processors: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    censor,
]
_renderer: structlog.typing.Processor = (
    structlog.dev.ConsoleRenderer()
    if env.str("LOG_FORMAT", default="json") == "console"
    else structlog.processors.JSONRenderer()
)
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": _renderer,
            "foreign_pre_chain": _shared_processors,
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "structured"}
    },
    # They tell every step of every page that they set.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("axes", "fontTools", "httpx", "weasyprint")
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
