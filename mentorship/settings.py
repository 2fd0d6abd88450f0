"""Every setting, from the environment, with a safe default for the embedded mode. See docs/settings.md."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from mentorship import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# Where it runs -------------------------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.redis("REDIS_URL")
EMBEDDED = not DATABASE_URL and not REDIS_URL
VAR_DIR = env.writable_folder("VAR_DIR", BASE_DIR / "var", private=EMBEDDED)
DEBUG = env.flag("DEBUG")
DEMO_MODE = env.flag("DEMO_MODE")
ALLOW_TEST_CLOCK = env.flag("ALLOW_TEST_CLOCK")
HTTPS = env.flag("HTTPS", default=not EMBEDDED)
SITE_TITLE = env.text("SITE_TITLE", "Handrail")
if EMBEDDED:
    SITE_URL = env.origin("SITE_URL", env.text("SITE_URL", "http://127.0.0.1:8000"))
    ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
else:
    SITE_URL = env.origin("SITE_URL", env.needed("SITE_URL", "the address people type, such as https://handrail.example"))
    env.needed("ALLOWED_HOSTS", "the host names people type, with commas between them, such as handrail.example")
    ALLOWED_HOSTS = env.names("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [env.origin("CSRF_TRUSTED_ORIGINS", item) for item in env.names("CSRF_TRUSTED_ORIGINS")]
TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXY_COUNT", default=0, least=0)

_secrets = env.read_secrets(embedded=EMBEDDED, var_dir=VAR_DIR)
SECRET_KEY = _secrets["SECRET_KEY"]
FIELD_KEYS = _secrets["FIELD_KEYS"].split(",")
AUDIT_KEY = _secrets["AUDIT_KEY"]

# Applications --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "core",
    "privacy",
    "accounts",
    "notifications",
    "people",
    "training",
    "relationships",
    "intake",
    "matching",
    "checkins",
    "supervision",
    "demo",
]

MIDDLEWARE = [
    "core.middleware.NoStoreMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # After those above, so that its refusals carry their headers and speak the browser's language.
    "core.middleware.BadInputMiddleware",
    "core.middleware.MangledLinkMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.ClockMiddleware",
    "accounts.middleware.LeftMiddleware",
    "accounts.middleware.ActingMembershipMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.sign_in.devices.KnownDeviceMiddleware",
    "core.middleware.TypedMiddleware",
    "core.middleware.PolicyMiddleware",
]

ROOT_URLCONF = "mentorship.urls"
WSGI_APPLICATION = "mentorship.wsgi.application"
ASGI_APPLICATION = "mentorship.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "csp.context_processors.nonce",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "accounts.context_processors.site",
            ],
            "builtins": ["core.templatetags.dates", "core.templatetags.whose"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5"]
CRISPY_TEMPLATE_PACK = "bootstrap5"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Data ----------------------------------------------------------------------------------------------------------------
if DATABASE_URL:
    DATABASES = {"default": env.database("DATABASE_URL")}
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "handrail.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
            },
            "TEST": {"NAME": str(VAR_DIR / "test.sqlite3")},  # a file, so that tests lock as the product does
        }
    }
# What allauth counts, and that a code was used, is true for every process and outlives a Redis that is emptied or away.
CACHES = {"default": {"BACKEND": "core.cache.LastingCache", "LOCATION": "cache", "OPTIONS": {"MAX_ENTRIES": 1000}}}

# Work in the background ----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ROUTES = ["core.tasks.route"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "core.beat.ScanScheduler"

# Mail ----------------------------------------------------------------------------------------------------------------
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if env.text("EMAIL_URL"):
    vars().update(env.mail("EMAIL_URL"))
EMAIL_TIMEOUT = 20
DELIVERY_CHANNELS = env.names("DELIVERY_CHANNELS") or ["notifications.channels.mail.Mail"]
_host = "localhost" if EMBEDDED else urlsplit(SITE_URL).hostname
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_TITLE} <notices@{_host}>")

# People and sign-in --------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is unique among accounts; Django would have it unique in the table
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "notifications.account_mail.OutboxAdapter"
ACCOUNT_FORMS = {
    "add_email": "accounts.forms.NewAddressForm",
    "change_password": "accounts.forms.NewPasswordForm",
    "login": "accounts.forms.SignInForm",
    "reauthenticate": "accounts.forms.PasswordAgainForm",
    "request_login_code": "accounts.forms.AskForCodeForm",
    "confirm_login_code": "accounts.forms.TypeCodeForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.PasswordByLinkForm",
    "set_password": "accounts.forms.FirstPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation link, sent to the address, is the proof
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # the subject of a message names no address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # at first; see SessionLimitMiddleware
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}  # 1234-5678
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds: mail may be slow
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SIGNUP_ENABLED = False  # people join by invitation
ACCOUNT_EMAIL_NOTIFICATIONS = True  # word of each change, to the address before it
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]
# What strangers may try is counted by accounts.sign_in.limits. allauth's own counts would let one of them keep out an account's
# owner, or everybody who shares a network; what stays concerns a person who is signed in, or has typed the right password.
ACCOUNT_RATE_LIMITS = {
    **dict.fromkeys(("login", "signup", "reset_password", "reset_password_from_key", "request_login_code")),
    "login_failed": "5/5m/key",  # codes of a second factor
}
MFA_RATE_LIMITS = {"webauthn_login": None}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "accounts.sign_in.adapters.MFAAdapter"
MFA_FORMS = {
    "login_webauthn": "accounts.forms.KeyAloneForm",
    "activate_totp": "accounts.forms.TurnOnAppForm",
    "add_webauthn": "accounts.forms.AddKeyForm",
    "authenticate_webauthn": "accounts.forms.AnswerOfKeyForm",
    "edit_webauthn": "accounts.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_TITLE
MFA_ALLOW_UNVERIFIED_EMAIL = True  # else a person with a second factor could never change their address
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
STAY_SIGNED_IN_DAYS = env.whole_number("STAY_SIGNED_IN_DAYS", default=90, least=1)
STAFF_IDLE_MINUTES = env.whole_number("STAFF_IDLE_MINUTES", default=15, least=1)
STAFF_SESSION_HOURS = env.whole_number("STAFF_SESSION_HOURS", default=8, least=1)

# Words, times, files -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["mentorship.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # the whole body: two files of UPLOAD_LIMIT_BYTES and what surrounds them
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
UPLOAD_LIMIT_BYTES = 1024 * 1024

# Headers and cookies -------------------------------------------------------------------------------------------------
WAY_OUT = "https://www.weather.gov/"  # where Exit this page leads: a page that anybody may have open
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, WAY_OUT],  # Exit is a form, and its answer leads there
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # other sites learn nothing; "no-referrer" makes browsers post with `Origin: null`
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "core.refusals.open_too_long"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # of the row, where the cookie ends with the browser
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LEFT_COOKIE_NAME = "left"  # with which the page's own script marks the browser of a person who pressed Exit
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LEFT_COOKIE_NAME = "__Host-left"
    LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.logs.QuietFormatter", "format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # Django's own handlers would mail whole requests
        "django.server": {"handlers": [], "propagate": True},  # runserver; Django's own handler would name every link
        "celery.worker.strategy": {"level": "WARNING"},  # a line per ring
        "celery.app.trace": {"level": "WARNING"},  # a line per ring
        "celery.beat": {"level": "WARNING"},  # a line per ring
        "waitress": {"level": "WARNING"},  # names the page that somebody left before it came
        "waitress.queue": {"level": "ERROR"},  # a line per request that waits for a thread
    },
}
