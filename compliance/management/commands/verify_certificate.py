"""`manage.py verify_certificate FILE [--json]`: whether a certificate is, byte for byte, what this installation signed.

Works without a network and without the database: it needs the file and the certificates in SIGNING_KEYS. Whether the
certificate was superseded or revoked since is known to the portal alone: its check page says so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from compliance.printed.certificate import figures_words
from compliance.printed.genuine import certified_inside
from office.signatures.signing import NotGenuine


class Command(BaseCommand):
    """Checks the signature over every byte, then prints what is certified."""

    help = "离线验证学时证明文件：电子签章、每个字节是否被改动、由谁签章，并列出所证明的内容。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the form of the answer."""
        parser.add_argument("file", type=Path, metavar="FILE", help="学时证明PDF文件")
        parser.add_argument("--json", action="store_true", dest="as_json", help="结果以一行JSON输出")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the values, or say what is wrong (exit status 1)."""
        try:
            pdf = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"文件无法读取：{error.strerror}") from error
        try:
            signed, data = certified_inside(pdf)
        except NotGenuine as error:
            raise CommandError(f"验证不通过：{error.message}") from error
        at = timezone.localtime(signed.at)
        if options["as_json"]:
            who = {"signer": signed.by.subject, "key": signed.by.name, "fingerprint": signed.by.fingerprint}
            answer = {"genuine": True, **who, "signed_at": at.isoformat(), "certificate": data}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write("验证通过：签章有效，文件自签章后一个字节都没有改动。")
        self.stdout.write(f"签章单位：{signed.by.subject}（密钥{signed.by.name}，SHA-256 {signed.by.fingerprint}）")
        self.stdout.write(f"签章时间：{at:%Y-%m-%d %H:%M:%S}")
        for line in figures_words(data):
            self.stdout.write(line)
        self.stdout.write(f"是否已被替代或撤销，请在线核验：{data['check']}")
