"""Settings as a server has them: Django's own check for deployment finds nothing, and it would find something."""

from __future__ import annotations

import os
import subprocess

import pytest

from launcher.places import PYTHON, ROOT

SERVER = {"INSECURE_HTTP": "0", "DEMO": "0", "DEBUG": "0", "ALLOWED_HOSTS": "portal.example", "BEHIND_TLS_PROXY": "1"}


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` under the settings of a server, with these changed."""
    argv = [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = {**os.environ, **SERVER, **changes}
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def settings_of(*names: str) -> list[str]:
    """Settings as a server's process reads them."""
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names!r}), sep='|')"
    env = {**os.environ, **SERVER}
    done = subprocess.run([PYTHON, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip().split("|")


def test_the_check_for_deployment_finds_nothing() -> None:
    done = check()
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"INSECURE_HTTP": "1"}, "security.W016"),
        ({"DEBUG": "1"}, "security.W018"),
        ({"ALLOWED_HOSTS": ""}, "security.W020"),
        ({"SECRET_KEY": "short"}, "security.W009"),
    ],
)
def test_the_check_would_find_what_is_wrong(changes: dict[str, str], code: str) -> None:
    done = check(**changes)
    assert done.returncode != 0
    assert code in done.stderr


def test_cookies_travel_over_tls_alone_and_staff_need_two_steps() -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "STAFF_TWO_STEP")
    assert settings_of(*names) == ["True"] * 4
    assert int(settings_of("SECURE_HSTS_SECONDS")[0]) >= 31_536_000
