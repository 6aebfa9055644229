"""The session store (SESSION_ENGINE): Django's in the database, each row with its owner and device.

In PostgreSQL, not in Redis: nobody is signed out when Redis is flushed (ADR 5).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.models.sessions import Session

DEVICE, SIGNED_IN, LAST_SEEN = "device", "signed_in", "last_seen"
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("OPR", "Opera"),
    ("QQBrowser", "QQ浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """A browser and its system in words, such as `Chrome（Windows）`; what is unknown is said to be.

    >>> device_of("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0")
    'Edge（Windows）'
    """
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}\b", user_agent)), "其他浏览器")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "其他系统")
    return f"{browser}（{system}）"


class SessionStore(DatabaseStore):
    """Keeps the owner beside the sealed data."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row, with what a list of sign-ins shows."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        owner = data.get(SESSION_KEY)
        row.user_id = int(owner) if owner else None
        row.device = str(data.get(DEVICE, ""))[:60]
        row.signed_in_at, row.seen_at = _moment(data.get(SIGNED_IN)), _moment(data.get(LAST_SEEN))
        return row


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if isinstance(seconds, int) else None
