"""Django settings. Everything that differs between installations comes from the environment."""

import os
from pathlib import Path
from urllib.parse import unquote, urlparse

from peel.site import runtime
from peel.site.middleware import static_headers

ROOT = runtime.ROOT
VAR = runtime.VAR

DEBUG = False
SECRET_KEY = runtime.secret("django")
ALLOWED_HOSTS = os.environ.get("PEEL_HOSTS", "localhost 127.0.0.1 [::1] testserver").split()
SECURE_SITE = os.environ.get("PEEL_HTTPS") == "1"

INSTALLED_APPS = [
    "peel.kernel.base",
    "peel.kernel.access",
    "peel.kernel.places",
    "peel.kernel.files",
    "peel.kernel.audit",
    "peel.kernel.records",
    "peel.machine",
    "peel.machine.ui",
    "peel.pole",
    "peel.pole.maps",
    "peel.pole.identity",
    "peel.pole.charts",
    "peel.pole.objects",
    "peel.services.attachments",
    "peel.services.exchange",
    "peel.services.resolution",
    "peel.services.lists",
    "peel.services.oversight",
    "peel.services.quality",
    "peel.services.staff",
    "peel.services.programs",
    "peel.services.notify",
    "peel.services.search",
    "peel.modules.investigation",
    "peel.migration.police_uk",
    "peel.migration.pole_example",
    "peel.site",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "peel.site.middleware.ContentSecurityMiddleware",
    "peel.kernel.access.middleware.IdentityMiddleware",
    "peel.kernel.audit.middleware.LookMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "peel.site.urls"
ASGI_APPLICATION = "peel.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peel.site.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "peel.machine.ui.rendering.GovukRenderer"


def connection_of(url: str, *, pool: bool = False) -> dict[str, object]:
    """One entry of DATABASES from a URL such as postgres://role:password@host:port/name."""
    parts = urlparse(url)
    host = unquote(parts.hostname or "")
    # Values apart from statements: sessions of one role see each other's statements in
    # pg_stat_activity, and would else read each other's tokens and search words there.
    # Under row-level security to plan a statement costs more than to run it: one that a connection
    # has asked three times is planned once.
    options: dict[str, object] = {"server_side_binding": True, "prepare_threshold": 3}
    if pool:
        options["pool"] = {"min_size": 1, "max_size": 16, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        # A pool may hold connections that a restart of the server has ended: each is tried first.
        "CONN_HEALTH_CHECKS": pool,
        "OPTIONS": options,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }


def _databases() -> dict[str, dict[str, object]]:
    """The web role under `default` and (on a connection of its own) `audit`; others by name.

    An alias whose variable is not set leads nowhere (port 1), so that using it fails at once.
    """
    pool = os.environ.get("PEEL_POOL") == "1"
    web = os.environ.get("PEEL_DATABASE_URL", "postgres://peel_web@127.0.0.1:1/peel")
    found = {"default": connection_of(web, pool=pool), "audit": connection_of(web, pool=pool)}
    for alias in ("owner", "door", "relay", "worker", "loader", "sealer", "live"):
        nowhere = f"postgres://peel_{alias}@127.0.0.1:1/peel"
        url = os.environ.get(f"PEEL_DATABASE_{alias.upper()}_URL", nowhere)
        found[alias] = connection_of(url, pool=pool and alias == "door")
    return found


DATABASES = _databases()
DATABASE_ROUTERS = ["peel.kernel.access.routing.DoorRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES = {"pghistory": "pghistory.migrations"}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "collar_number")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "peel.kernel.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_SESSION_REMEMBER = False
# Only behind these proxies is X-Forwarded-For believed.
PEEL_TRUSTED_PROXIES = os.environ.get("PEEL_TRUSTED_PROXIES", "").split()
# Where passkeys may be used: names only, for browsers refuse them at a bare address.
PEEL_PASSKEY_HOSTS = os.environ.get("PEEL_PASSKEY_HOSTS", " ".join(ALLOWED_HOSTS)).split()
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Asking for the options and answering them both count.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_ADAPTER = "peel.kernel.access.adapter.MFAAdapter"
MFA_TOTP_ISSUER = "Peel"
# Second factors are asked of every role that needs one; a demo may do without.
PEEL_REQUIRE_TOTP = os.environ.get("PEEL_REQUIRE_TOTP", "1") == "1"
PEEL_SECOND_FACTOR_KEY = runtime.secret("second_factor")
if os.environ.get("PEEL_FAST_HASH") == "1":  # for tests, which sign in often
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cache",
        # Room for the counts of failed tries: whoever floods it must not push others' out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

SESSION_COOKIE_NAME = f"peel_session_{runtime.CHECKOUT}"
CSRF_COOKIE_NAME = f"peel_csrf_{runtime.CHECKOUT}"
PEEL_IDENTITY_COOKIE = f"peel_identity_{runtime.CHECKOUT}"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SITE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "peel.site.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = os.environ.get("PEEL_ORIGINS", "").split()
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SECURE_SITE
SECURE_HSTS_SECONDS = 31536000 if SECURE_SITE else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
# Files go into the encrypted store as they arrive; where none is asked for, they are passed over.
FILE_UPLOAD_HANDLERS = ["peel.kernel.files.uploads.StoreHandler"]
# "file:///folder" or "s3://bucket/prefix"; the first key is in use, those behind it still open.
PEEL_FILES = os.environ.get("PEEL_FILES", f"file://{VAR / 'files'}")
PEEL_FILES_KEYS = [runtime.secret("files"), *os.environ.get("PEEL_SECRET_FILES_OLD", "").split()]
PEEL_FILES_MOST_BYTES = int(os.environ.get("PEEL_FILES_MOST_BYTES", "2147483648"))
# The virus scanner ("tcp://host:3310"), and what is done with a file that it could not look at:
# "hold" it unseen until it has, or "refuse" it.
PEEL_FILES_SCANNER = os.environ.get("PEEL_FILES_SCANNER", "")
PEEL_FILES_UNSCANNED = os.environ.get("PEEL_FILES_UNSCANNED", "hold")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["peel.site.formats"]
DATE_FORMAT, TIME_FORMAT, DATETIME_FORMAT = "j F Y", "H:i", "j F Y, H:i"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = os.environ.get("PEEL_STATIC_FROM_SOURCE") == "1"
# Parts of these are asked for, which a compressed copy could not answer.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "xz", "woff", "woff2", "pmtiles"),
)
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
if WHITENOISE_USE_FINDERS:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# The Spark on which resolution compares records ("local[2]", "spark://host:7077"); else DuckDB.
PEEL_RESOLUTION_SPARK = os.environ.get("PEEL_RESOLUTION_SPARK", "")
# Where `resolution run --new` keeps what it has read of people, readable by us only.
PEEL_RESOLUTION_KEPT = os.environ.get("PEEL_RESOLUTION_KEPT", VAR / "resolution")

# Calls of the API a minute by one token or appointment, of which a quarter may come at once.
PEEL_API_READS = int(os.environ.get("PEEL_API_READS", "600"))
PEEL_API_WRITES = int(os.environ.get("PEEL_API_WRITES", "120"))

# The folder of a force's own base map: a `style.json` and the files that it names.
PEEL_MAP = os.environ.get("PEEL_MAP", "")

PEEL_NAME = os.environ.get("PEEL_NAME", "Peel")
PEEL_AUDIT_KEY = Path(os.environ.get("PEEL_AUDIT_KEY", VAR / "keys" / "audit-signing.pem"))
PEEL_AUDIT_HEADS = Path(os.environ.get("PEEL_AUDIT_HEADS", VAR / "heads" / "heads.jsonl"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("PEEL_LOG", "WARNING")},
}
