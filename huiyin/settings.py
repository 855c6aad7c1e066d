"""The one settings file. Every value comes from the environment or stands here once.

`docs/reference/settings.md` lists each variable; a test compares the two.
"""

import re
import zoneinfo
from pathlib import Path

from huiyin.notices.mail import mail_server
from huiyin.office import keys
from huiyin.office.database import database_settings, home_folder
from huiyin.office.environment import (
    BadSetting,
    env_choice,
    env_flag,
    env_list,
    env_number,
    env_secret,
    env_text,
)

PACKAGE = Path(__file__).resolve().parent
# All state of one city lies in one folder, so that two cities can stand side by side.
HUIYIN_HOME = home_folder()
# "production" refuses to start without its secrets; "trial" makes them in HUIYIN_HOME/keys.
HUIYIN_MODE = env_choice("HUIYIN_MODE", "trial", ("trial", "production"))
IN_PRODUCTION = HUIYIN_MODE == "production"

SECRET_KEY = keys.sign_in_key(HUIYIN_HOME, env_secret("HUIYIN_SECRET_KEY"), made=not IN_PRODUCTION)
DATA_KEYS = keys.data_keys(HUIYIN_HOME, env_secret("HUIYIN_DATA_KEYS"), made=not IN_PRODUCTION)
DEBUG = False
ALLOWED_HOSTS = env_list(
    "HUIYIN_HOSTS", () if IN_PRODUCTION else ("127.0.0.1", "localhost", "[::1]")
)
if not ALLOWED_HOSTS:
    raise BadSetting(
        "HUIYIN_HOSTS is empty; write the host names people use, such as 12345.he-an.cn."
    )
BEHIND_TLS = env_flag("HUIYIN_BEHIND_TLS", default=IN_PRODUCTION)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if BEHIND_TLS else []
SITE_URL = env_text("HUIYIN_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
if not re.fullmatch(r"https?://[^\s/?#]+", SITE_URL):
    raise BadSetting(
        f"HUIYIN_SITE_URL is “{SITE_URL}”; write an address such as https://12345.he-an.cn."
    )

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "procrastinate.contrib.django",
    "huiyin",
    "huiyin.office",
    "huiyin.places",
    "huiyin.departments",
    "huiyin.logbook",
    "huiyin.notices",
    "huiyin.deadlines",
    "huiyin.cases",
    "huiyin.intake",
    "huiyin.dispatch",
    "huiyin.replies",
    "huiyin.followup",
    "huiyin.counting",
    "huiyin.reports",
    "huiyin.neighbourhood",
    "huiyin.inspection",
    "huiyin.counter",
    "huiyin.desk",
    "huiyin.exchange",
    "huiyin.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "huiyin.office.middleware.RequestNumberMiddleware",
    "huiyin.office.middleware.DatabaseAwayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "huiyin.office.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "huiyin.urls"
WSGI_APPLICATION = "huiyin.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huiyin.office.context.city",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {
    "default": database_settings(
        HUIYIN_HOME,
        pool_size=env_number("HUIYIN_DATABASE_POOL", 10, least=1, most=200),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env_number("HUIYIN_SESSION_HOURS", 10, least=1, most=72) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "huiyin_session", "huiyin_csrf"
CSRF_FAILURE_VIEW = "huiyin.counter.refusals.form_of_unknown_origin"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

AUTH_USER_MODEL = "departments.Official"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "huiyin.departments.seating.DeskBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "huiyin.departments.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "huiyin.departments.passwords.NotCommon"},
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "desk:sign_in", "desk:queue", "counter:home"
AXES_FAILURE_LIMIT = env_number("HUIYIN_SIGN_IN_TRIES", 8, least=3, most=100)
# The field of our form; by default axes would look for the name of the column.
AXES_USERNAME_FORM_FIELD = "username"
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "huiyin.desk.sign_in.locked_out"

LANGUAGE_CODE = env_choice("HUIYIN_LANGUAGE", "zh-hans", ("zh-hans", "en"))
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "huiyin_language"
USE_I18N = USE_TZ = True
TIME_ZONE = env_text("HUIYIN_TIME_ZONE", "Asia/Shanghai")
if TIME_ZONE not in zoneinfo.available_timezones():
    raise BadSetting(f"HUIYIN_TIME_ZONE is “{TIME_ZONE}”; write a name such as Asia/Shanghai.")

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
# WhiteNoise serves the files where they lie; nothing is collected.
STATIC_ROOT = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = HUIYIN_HOME / "attachments"
ATTACHMENT_MEGABYTES = env_number("HUIYIN_ATTACHMENT_MEGABYTES", 20, least=1, most=200)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["auth.E003"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

CITY_NAME = env_text("HUIYIN_CITY_NAME", "和安市")
# Numbers of cases begin with these letters: a city's own.
NUMBER_PREFIX = env_text("HUIYIN_NUMBER_PREFIX", "HY")
if not re.fullmatch("[A-Z]{1,6}", NUMBER_PREFIX):
    raise BadSetting(
        f"HUIYIN_NUMBER_PREFIX is “{NUMBER_PREFIX}”; write 1 to 6 letters from A to Z."
    )
# Hours that a case may wait for its dispatch, and for its call-back, before it counts as forgotten.
DISPATCH_HOURS = env_number("HUIYIN_DISPATCH_HOURS", 2, least=1, most=240)
CALL_BACK_DAYS = env_number("HUIYIN_CALL_BACK_DAYS", 7, least=1, most=60)
REOPEN_DAYS = env_number("HUIYIN_REOPEN_DAYS", 30, least=1, most=365)
# How long a draft waits for its official to come back to it.
DRAFT_DAYS = env_number("HUIYIN_DRAFT_DAYS", 14, least=1, most=180)
# How long a ruling on an application may take, and how often a lead may be contested.
RULING_HOURS = env_number("HUIYIN_RULING_HOURS", 4, least=1, most=240)
OBJECTION_LIMIT = env_number("HUIYIN_OBJECTION_LIMIT", 3, least=1, most=10)
# From which round on a case is a problem case that somebody higher looks at.
PROBLEM_ROUNDS = env_number("HUIYIN_PROBLEM_ROUNDS", 3, least=2, most=10)
# How often a parked matter is looked at, and how long after its closing it is looked at again.
LEDGER_REVIEW_DAYS = env_number("HUIYIN_LEDGER_REVIEW_DAYS", 30, least=1, most=365)
RECHECK_DAYS = env_number("HUIYIN_RECHECK_DAYS", 30, least=1, most=730)
GUARD_REPEAT_DAYS = env_number("HUIYIN_GUARD_REPEAT_DAYS", 30, least=1, most=365)
GUARD_LAST_HOURS = env_number("HUIYIN_GUARD_LAST_HOURS", 2, least=1, most=48)
GUARD_FALSE_PER_THOUSAND = env_number("HUIYIN_GUARD_FALSE_PER_THOUSAND", 10, least=1, most=200)
# A unit asks within so many days that a call-back be left out of the count, or appeals against
# it; what nobody ruled on in so many hours has lapsed; this share is looked at again, in so many
# days; and the city's own list of grounds, where it has one.
EXCLUSION_ASK_DAYS = env_number("HUIYIN_EXCLUSION_ASK_DAYS", 5, least=1, most=90)
EXCLUSION_RULING_HOURS = env_number("HUIYIN_EXCLUSION_RULING_HOURS", 72, least=1, most=720)
EXCLUSION_RECHECK_PERCENT = env_number("HUIYIN_EXCLUSION_RECHECK_PERCENT", 10, least=0, most=100)
EXCLUSION_RECHECK_DAYS = env_number("HUIYIN_EXCLUSION_RECHECK_DAYS", 10, least=1, most=90)
EXCLUSION_GROUNDS = env_text("HUIYIN_EXCLUSION_GROUNDS")
if EXCLUSION_GROUNDS and not Path(EXCLUSION_GROUNDS).is_file():
    raise BadSetting(f"HUIYIN_EXCLUSION_GROUNDS is “{EXCLUSION_GROUNDS}”, which is no file.")
# For how many minutes a dispatcher may take back what was sent wrongly.
RECALL_MINUTES = env_number("HUIYIN_RECALL_MINUTES", 10, least=1, most=120)
# For how many days at most a number whose calls were abusive stays marked.
MARK_DAYS = env_number("HUIYIN_MARK_DAYS", 90, least=1, most=365)
# Whether the hotline may let everybody follow a case, and whether search engines may list it.
PUBLIC_MATTERS = env_flag("HUIYIN_PUBLIC_MATTERS", default=False)
PUBLIC_INDEXED = env_flag("HUIYIN_PUBLIC_INDEXED", default=False)
# Wrong secrets in an hour that one network address may try at one request; and at all of them
# before each request has only three.
FOLLOW_TRIES = env_number("HUIYIN_FOLLOW_TRIES", 20, least=3, most=10_000)
FOLLOW_TRIES_WIDE = env_number("HUIYIN_FOLLOW_TRIES_WIDE", 200, least=20, most=1_000_000)

# How many units must have marked a unit before it is told what they think of it, and after how
# many days the city reads their words.
ASSESSMENT_RATERS = env_number("HUIYIN_ASSESSMENT_RATERS", 5, least=3, most=100)
ASSESSMENT_WORDS_DAYS = env_number("HUIYIN_ASSESSMENT_WORDS_DAYS", 30, least=1, most=365)

# For how many days it is kept where a patroller walked; the patrol itself stays.
TRACK_DAYS = env_number("HUIYIN_TRACK_DAYS", 90, least=1, most=3650)

# Text messages go out only where the city names its gateway.
SMS_GATEWAY_URL = env_text("HUIYIN_SMS_GATEWAY_URL")
SMS_GATEWAY_SECRET = env_secret("HUIYIN_SMS_GATEWAY_SECRET")
# How a mobile number of this country looks, without signs and without the country's code.
MOBILE_NUMBERS = env_text("HUIYIN_MOBILE_NUMBERS", "1[3-9][0-9]{9}")
try:
    re.compile(MOBILE_NUMBERS)
except re.error:
    raise BadSetting(
        f"HUIYIN_MOBILE_NUMBERS is “{MOBILE_NUMBERS}”; write a regular expression."
    ) from None
if SMS_GATEWAY_URL and not (
    re.fullmatch(r"https?://[^\s?#]+", SMS_GATEWAY_URL) and SMS_GATEWAY_SECRET
):
    raise BadSetting(
        "HUIYIN_SMS_GATEWAY_URL must be an address such as https://sms.example.cn/send, and "
        "HUIYIN_SMS_GATEWAY_SECRET must hold the secret it asks for."
    )

# Issued reports go out by mail only where the city names its mail server.
MAIL_SERVER = mail_server(env_secret("HUIYIN_MAIL_SERVER"))
DEFAULT_FROM_EMAIL = env_text("HUIYIN_MAIL_FROM", "huiyin@localhost")
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = MAIL_SERVER.host, MAIL_SERVER.port, 20
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.uses_starttls, MAIL_SERVER.uses_tls

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"database_away": {"()": "huiyin.office.lines.DatabaseAwayFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["database_away"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "huiyin": {"level": env_choice("HUIYIN_LOG", "INFO", ("DEBUG", "INFO", "WARNING"))},
    },
}
