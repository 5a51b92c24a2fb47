"""A Django site whose users log in with django-allauth and with mozilla-django-oidc: `site.py DIRECTORY`.

Its configuration stands in the environment: ISSUER, HOME_URL, CLIENT_ID and CLIENT_SECRET.
"""

import os
import sys
from urllib.parse import urlencode, urlsplit

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse

[issuer, home, client_id, client_secret] = [
    os.environ[name] for name in ("ISSUER", "HOME_URL", "CLIENT_ID", "CLIENT_SECRET")
]
BEFORE = "django.contrib"

settings.configure(
    SECRET_KEY="a secret of this site alone, which signs its cookies and nothing else",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{sys.argv[1]}/site.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        f"{BEFORE}.auth", f"{BEFORE}.contenttypes", f"{BEFORE}.sessions", f"{BEFORE}.messages", "allauth",
        "allauth.account", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect",
        "mozilla_django_oidc",
    ],
    MIDDLEWARE=[
        f"{BEFORE}.sessions.middleware.SessionMiddleware", f"{BEFORE}.auth.middleware.AuthenticationMiddleware",
        f"{BEFORE}.messages.middleware.MessageMiddleware", "allauth.account.middleware.AccountMiddleware",
        "mozilla_django_oidc.middleware.SessionRefresh",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    AUTHENTICATION_BACKENDS=[
        "allauth.account.auth_backends.AuthenticationBackend", "mozilla_django_oidc.auth.OIDCAuthenticationBackend",
    ],
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
    # django-allauth: this is all that an operator configures, but that a link does for a button. The issuer says no
    # `email_verified`: without the first line each new user is written to.
    ACCOUNT_EMAIL_VERIFICATION="none",
    SOCIALACCOUNT_PROVIDERS={
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "id", "name": "Sign in", "client_id": client_id, "secret": client_secret,
                    "settings": {"server_url": issuer},
                }
            ],
        }
    },
    SOCIALACCOUNT_LOGIN_ON_GET=True,
    # mozilla-django-oidc: these, with minutes in place of the second, and a form in place of a link to sign out.
    OIDC_RP_CLIENT_ID=client_id,
    OIDC_RP_CLIENT_SECRET=client_secret,
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_RP_SCOPES="openid profile email",
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{issuer}/authorize",
    OIDC_OP_TOKEN_ENDPOINT=f"{issuer}/token",
    OIDC_OP_USER_ENDPOINT=f"{issuer}/userinfo",
    OIDC_OP_JWKS_ENDPOINT=f"{issuer}/.well-known/jwks.json",
    OIDC_OP_LOGOUT_URL_METHOD=f"{__name__}.signed_out_at",
    OIDC_USE_PKCE=True,
    OIDC_STORE_ID_TOKEN=True,
    OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS=1,
    ALLOW_LOGOUT_GET_METHOD=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402


def signed_out_at(request: HttpRequest) -> str:
    hint = {"id_token_hint": request.session["oidc_id_token"], "post_logout_redirect_uri": f"{home}/"}
    return f"{issuer}/logout?{urlencode(hint)}"


def who(request: HttpRequest) -> HttpResponse:
    user = request.user
    return HttpResponse(f"{user.username} {user.email}" if user.is_authenticated else "nobody")


urlpatterns = [
    path("", who), path("accounts/", include("allauth.urls")), path("oidc/", include("mozilla_django_oidc.urls")),
]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("runserver", urlsplit(home).netloc, use_reloader=False, stdout=sys.stderr)
