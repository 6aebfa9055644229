"""`manage.py certificate_key [--rotate]`: the installation's signing key, made where there is none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.commands.signing_keys import signing_key_make
from office.signatures.keys import known_certificates


class Command(BaseCommand):
    """Makes the key once; asked for again it says which one signs."""

    help = "生成学时证明的电子签章密钥（已有时只显示）；--rotate换用新密钥，旧私钥销毁，已签发的证明仍可验证。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to change the key."""
        parser.add_argument("--rotate", action="store_true", help="换用新密钥")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make or show."""
        name, made = signing_key_make(rotate=options["rotate"])
        self.stdout.write(f"{'已生成' if made else '正在使用'}电子签章密钥 {name}")
        for each in known_certificates():
            self.stdout.write(f"{'签章' if each.signs else '验证'}  {each.name}  SHA-256 {each.fingerprint}")
