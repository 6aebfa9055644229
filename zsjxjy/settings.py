"""Settings of the portal, all read from the environment; `bin/portal` fills it for a machine without services.

Production differs from the demo by environment alone: DEMO unset, DATABASE_URL and REDIS_URL pointing at real servers,
SECRET_KEY, FIELD_KEYS and HASH_KEY kept apart from the database.
"""

from datetime import date
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF

from zsjxjy.logs import hide_secrets
from zsjxjy.storage import LOCAL, files_storage

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY")
# Field encryption: "k1:base64,k2:base64" (32 bytes each), the last one seals. HASH_KEY feeds the blind indexes.
FIELD_KEYS = env.str("FIELD_KEYS")
HASH_KEY = env.str("HASH_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Plain http on a loopback address cannot carry Secure cookies; anything else is served over TLS.
INSECURE_HTTP = env.bool("INSECURE_HTTP", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))
# The demo's calendar: when set, the made-up data is dated around this day instead of the real one.
PORTAL_TODAY = date.fromisoformat(value) if (value := env.str("PORTAL_TODAY", default="")) else None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "pgtrigger",
    "pghistory",
    "django_structlog",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "rules",
    "health_check",
    "zsjxjy.apps.PortalConfig",
    "hours_rules",
    "accounts",
    "office.audit",
    "office.jobs",
    "office.messages",
    "office.calendars",
    "office.documents",
    "registry",
    "units",
    "courses",
    "compliance",
]

MIDDLEWARE = [
    "accounts.addresses.AddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "zsjxjy.headers.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zsjxjy.logs.RequestLogMiddleware",
    "zsjxjy.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.WholePageMiddleware",
    "accounts.middleware.IdleLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.MustChangePasswordMiddleware",
    "accounts.middleware.TwoStepMiddleware",
    "accounts.middleware.NoStoreMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "registry.middleware.NoticesMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "zsjxjy.urls"
WSGI_APPLICATION = "zsjxjy.wsgi.application"

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
                "zsjxjy.nav.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- services -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Tests copy a database that `bin/portal test` brought up to date, instead of bringing each of theirs up to date.
DATABASES["default"]["TEST"] = {"TEMPLATE": env.str("TEST_DATABASE_TEMPLATE", default="") or None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# Sessions live in PostgreSQL: Redis may be flushed or away for a while and nobody is signed out by it.
SESSION_ENGINE = "accounts.sessions"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Celery has its own words for a Redis behind a Unix socket, and for which of its databases.
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
    # Who hands something in while Redis is away waits for one more try, and not two seconds for it.
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1740
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A broken connection to Redis must not cost a job one of its attempts: leases, not messages, say who works on what.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
JOB_HEARTBEAT_SECONDS = env.int("JOB_HEARTBEAT_SECONDS", default=10)
# How many other workers a job that is split into ranges wakes up to share them.
ANNUAL_CHECK_HELPERS = env.int("ANNUAL_CHECK_HELPERS", default=15)
# How long a trial of a draft notice is kept.
WHAT_IF_DAYS = env.int("WHAT_IF_DAYS", default=90)
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", default=60)
# How often the audit trail is sealed, and how long a sealing waits for commands under way.
AUDIT_SEAL_SECONDS = env.int("AUDIT_SEAL_SECONDS", default=60)
AUDIT_SEAL_PATIENCE = env.float("AUDIT_SEAL_PATIENCE", default=10.0)
# A worker that sends is given up after the lease; e-mail servers and SMS gateways must answer well before.
MESSAGE_LEASE_SECONDS = env.int("MESSAGE_LEASE_SECONDS", default=120)
MESSAGE_SWEEP_SECONDS = env.int("MESSAGE_SWEEP_SECONDS", default=60)
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "office.jobs.tasks.sweep", "schedule": float(JOB_SWEEP_SECONDS)},
    "sweep-messages": {"task": "office.messages.tasks.sweep", "schedule": float(MESSAGE_SWEEP_SECONDS)},
    "seal-audit": {"task": "office.audit.tasks.seal_events", "schedule": float(AUDIT_SEAL_SECONDS)},
    # Asked for every ten minutes and run once per night: an absent beat is caught up as soon as it is back.
    "nightly-audit-verification": {"task": "zsjxjy.tasks.nightly_audit_verification", "schedule": 600.0},
    "nightly-annual-check": {"task": "compliance.tasks.nightly_annual_check", "schedule": 600.0},
    "daily-roster-reminders": {"task": "courses.tasks.daily_roster_reminders", "schedule": 600.0},
    "expire-certificate-bundles": {"task": "compliance.tasks.expire_bundles", "schedule": 3600.0},
    "expire-trials": {"task": "compliance.tasks.expire_trials", "schedule": 3600.0},
    "daily-reminders": {"task": "compliance.tasks.daily_reminders", "schedule": 600.0},
    "morning-review-digest": {"task": "compliance.tasks.morning_review_digest", "schedule": 600.0},
}

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PhoneOrUsernameBackend",
    "rules.permissions.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
# Staff pass a second step (TOTP); the demo alone lets its printed accounts in without.
STAFF_TWO_STEP = not DEMO
OTP_TOTP_ISSUER = "学时登记平台"
OTP_TOTP_THROTTLE_FACTOR = 1
OTP_STATIC_THROTTLE_FACTOR = 1
IDLE_MINUTES_STAFF = env.int("IDLE_MINUTES_STAFF", default=30)
IDLE_MINUTES_PEOPLE = env.int("IDLE_MINUTES_PEOPLE", default=120)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "portal_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "zsjxjy.problems.csrf_failure"

EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")
# Where people reach the portal, for links in e-mails; without it they say only to sign in.
PORTAL_URL = env.str("PORTAL_URL", default=next(iter(CSRF_TRUSTED_ORIGINS), "")).rstrip("/")
# The class that hands texts to an SMS gateway (office.messages.sms); empty: no SMS. The demo writes them to a file.
SMS_BACKEND = env.str("SMS_BACKEND", default="office.messages.sms.FileBackend" if DEMO else "")
# Codes that may be asked for from one address in an hour; a whole unit may stand behind one.
CODES_PER_ADDRESS = env.int("CODES_PER_ADDRESS", default=30)
SMS_FILE = DATA_DIR / "sms.jsonl"

# --- browsers -------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(DATA_DIR / "static"))
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", NODE_MODULES / "bootstrap" / "dist"),
    ("vendor/bootstrap-icons", NODE_MODULES / "bootstrap-icons" / "font"),
    ("vendor/htmx", NODE_MODULES / "htmx.org" / "dist"),
]
# Loaded on the pages of reports alone: line and bar charts drawn on a canvas (decision 35).
STATICFILES_ONES = {"vendor/echarts/echarts.common.min.js": NODE_MODULES / "echarts" / "dist" / "echarts.common.min.js"}
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "zsjxjy.static_files.OneFileFinder",
]
# The font of printed documents: two weights of one family, out of npm's folder or where an image keeps them.
DOCUMENT_FONTS = Path(
    env.str("DOCUMENT_FONTS", default=str(NODE_MODULES / "@expo-google-fonts" / "noto-serif-sc")),
)
MEDIA_ROOT = DATA_DIR / "media"
# How often certificates may be looked up from one address in an hour, and names compared; how long a zip is kept.
CERTIFICATE_CHECKS_PER_ADDRESS = env.int("CERTIFICATE_CHECKS_PER_ADDRESS", default=120)
CERTIFICATE_NAMES_PER_ADDRESS = env.int("CERTIFICATE_NAMES_PER_ADDRESS", default=20)
CERTIFICATE_BUNDLE_DAYS = env.int("CERTIFICATE_BUNDLE_DAYS", default=7)
# The keys that certificates are signed with (manage.py certificate_key): for every process, and in every backup.
SIGNING_KEYS = Path(env.str("SIGNING_KEYS", default=str(DATA_DIR / "signing-keys")))
FILES_STORAGE = env.str("FILES_STORAGE", default=LOCAL)
STORAGES = {
    "default": files_storage(env),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "registry.uploads.FullDiskUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Of a hundred accepted claims so many are looked at once more, where the city office sets nothing else for a region.
SECOND_LOOK_PERCENT = env.str("SECOND_LOOK_PERCENT", default="5")
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=20 * 1024 * 1024)
EVIDENCE_MAX_FILES = env.int("EVIDENCE_MAX_FILES", default=20)
# Proofs that come in (office.files): what opening one may cost the child process.
FILES_LIMITS = {
    "memory_bytes": env.int("FILES_CHILD_MEMORY_BYTES", default=640 * 1024 * 1024),
    "cpu_seconds": env.int("FILES_CHILD_CPU_SECONDS", default=20),
    "wall_seconds": env.int("FILES_CHILD_WALL_SECONDS", default=40),
}
# Workbooks that come in (office.sheets): what is read of them, and what reading may cost the child process.
SHEETS_LIMITS = {
    "file_bytes": env.int("SHEETS_MAX_BYTES", default=10 * 1024 * 1024),
    "entries": env.int("SHEETS_MAX_ENTRIES", default=200),
    "unpacked_bytes": env.int("SHEETS_MAX_UNPACKED_BYTES", default=100 * 1024 * 1024),
    "ratio": env.int("SHEETS_MAX_RATIO", default=100),
    "rows": env.int("SHEETS_MAX_ROWS", default=5_000),
    "columns": env.int("SHEETS_MAX_COLUMNS", default=50),
    "memory_bytes": env.int("SHEETS_CHILD_MEMORY_BYTES", default=768 * 1024 * 1024),
    "cpu_seconds": env.int("SHEETS_CHILD_CPU_SECONDS", default=20),
    "wall_seconds": env.int("SHEETS_CHILD_WALL_SECONDS", default=60),
}
# An export of a learning platform is larger than what an office types: its own bounds above those of every workbook.
PLATFORM_LIMITS = {
    **SHEETS_LIMITS,
    "file_bytes": env.int("PLATFORM_MAX_BYTES", default=30 * 1024 * 1024),
    "unpacked_bytes": env.int("PLATFORM_MAX_UNPACKED_BYTES", default=300 * 1024 * 1024),
    "rows": env.int("PLATFORM_MAX_ROWS", default=60_000),
    "cpu_seconds": env.int("PLATFORM_CHILD_CPU_SECONDS", default=60),
    "wall_seconds": env.int("PLATFORM_CHILD_WALL_SECONDS", default=120),
}
# How many rows one transaction of an import credits.
# How long one code of a check-in stays on the screen (现场签到).
CHECK_IN_SECONDS = env.int("CHECK_IN_SECONDS", default=30)
PLATFORM_CHUNK = env.int("PLATFORM_CHUNK", default=2_000)
# How many people are reminded in one transaction.
REMINDERS_AT_ONCE = env.int("REMINDERS_AT_ONCE", default=1_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- time and language ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- logs: one JSON line each, no form data, no query strings ---------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
SHARED_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    structlog.processors.UnicodeDecoder(),
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED_PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_secrets,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "pikepdf": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "pghistory": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "s3transfer": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
    },
}

# --- lock-out (django-axes): 5 failures in 15 minutes, by account and by address -------------------------------------
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
# A reset by address would let somebody clear a victim's failures by signing in to their own account in between.
AXES_RESET_ON_SUCCESS = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_HANDLER = "accounts.lockout.Handler"
AXES_USERNAME_CALLABLE = "accounts.names.lockout_name"
# Rosters (附件2): 5,000 people with title, header and notes around them.
ROSTER_LIMITS = {**SHEETS_LIMITS, "rows": env.int("ROSTER_MAX_ROWS", default=5_100)}
