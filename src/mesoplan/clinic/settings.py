"""Django's settings of a clinic, read from its folder; nothing here is secret."""

import os
from pathlib import Path

from mesoplan.catalogue.user_folder import user_folder
from mesoplan.clinic.database import database
from mesoplan.clinic.folder import FOLDER_VARIABLE, ClinicFolder

HERE = Path(__file__).resolve().parent
CLINIC_FOLDER = ClinicFolder(Path(os.environ.get(FOLDER_VARIABLE) or user_folder() / "clinic"))
CLINIC_FOLDER.prepare()
_clinic = CLINIC_FOLDER.settings()

CLINIC_NAME = str(_clinic.get("clinic_name", "Clinic"))
CLINIC_COUNTRY = str(_clinic.get("country", ""))
IDLE_MINUTES = int(_clinic.get("idle_minutes", 10))
REQUIRE_SECOND_FACTOR = bool(_clinic.get("require_second_factor", False))
CLINIC_DEMO = os.environ.get("MESOPLAN_CLINIC_DEMO") == "1"
CLINIC_TLS = os.environ.get("MESOPLAN_CLINIC_TLS") == "1"

SECRET_KEY = CLINIC_FOLDER.key("django").hex()
DEBUG = False
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *os.environ.get("MESOPLAN_CLINIC_HOSTS", "").split(),
]
ROOT_URLCONF = "mesoplan.clinic.urls"
WSGI_APPLICATION = "mesoplan.clinic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "mesoplan.clinic.apps.ClinicConfig",
]
MIDDLEWARE = [
    "mesoplan.clinic.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mesoplan.clinic.middleware.faults",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mesoplan.clinic.middleware.idle_lock",
    "mesoplan.clinic.people.second_factor.require_second_factor",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mesoplan.clinic.context.clinic",
            ],
            "builtins": ["django.templatetags.i18n", "mesoplan.clinic.templatetags.clinic"],
        },
    }
]
DATABASES = {"default": database(CLINIC_FOLDER, str(_clinic.get("database_url", "")) or None)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
    }
}

AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "mesoplan.clinic.people.adapter.ClosedClinic"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,30/5m/ip", "reauthenticate": "5/m/user"}
MFA_ADAPTER = "mesoplan.clinic.people.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = f"mesoplan {CLINIC_NAME}"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CLINIC_TLS

SESSION_COOKIE_NAME = "__Host-mesoplan" if CLINIC_TLS else "mesoplan-session"
SESSION_COOKIE_SECURE = CLINIC_TLS
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = CLINIC_TLS
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_USE_SESSIONS = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("MESOPLAN_CLINIC_TIME_ZONE", "UTC")
STATIC_URL = "/static/"
STATIC_ROOT = None
STATICFILES_DIRS = [
    ("clinic/fonts", HERE.parent / "report" / "fonts"),
    ("web", HERE.parent / "web" / "static"),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
