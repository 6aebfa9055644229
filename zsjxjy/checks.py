"""System checks of an installation: what `manage.py check`, and every start, says of settings that cannot work."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from zsjxjy.storage import LOCAL, S3

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@register()
def files_storage(**_: Any) -> list[CheckMessage]:
    """FILES_STORAGE and, for a bucket, what it takes to reach it; `manage.py storage_check` tries it."""
    kind = settings.FILES_STORAGE
    if kind not in (LOCAL, S3):
        return [Error(f"FILES_STORAGE是“{kind}”，只能是{LOCAL}或{S3}。", id="portal.E001")]
    if kind == LOCAL:
        return []
    options = settings.STORAGES["default"].get("OPTIONS", {})
    wrong: list[CheckMessage] = []
    if not options.get("bucket_name"):
        wrong.append(Error("FILES_STORAGE是s3，但没有设置S3_BUCKET。", id="portal.E002"))
    if bool(options.get("access_key")) != bool(options.get("secret_key")):
        text = "S3_ACCESS_KEY_ID和S3_SECRET_ACCESS_KEY要么都设置，要么都不设置（由运行环境提供身份）。"
        wrong.append(Error(text, id="portal.E003"))
    address = options.get("endpoint_url")
    if address and not _is_safe(address):
        text = "S3_ENDPOINT_URL须是https地址；只有本机地址才可用http。"
        wrong.append(Error(text, id="portal.E004"))
    if not address and not options.get("region_name"):
        wrong.append(Error("没有设置S3_ENDPOINT_URL时，须设置S3_REGION。", id="portal.E005"))
    return wrong


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
