"""`manage.py certificate_key [--rotate]`: the installation's signing key, made where there is none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Region
from office.audit.commands import record
from office.signatures.keys import known_certificates, make_key


class Command(BaseCommand):
    """Makes the key once; asked for again it says which one signs."""

    help = "生成学时证明的电子签章密钥（已有时只显示）；--rotate换用新密钥，旧私钥销毁，已签发的证明仍可验证。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to change the key."""
        parser.add_argument("--rotate", action="store_true", help="换用新密钥")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make or show."""
        city = Region.objects.filter(is_city=True).first()
        holder = city.office_name if city else "学时登记平台"
        name, made = make_key(holder=holder, rotate=options["rotate"])
        if made:
            record(actor=None, action="signing_key.make", key=name)
        self.stdout.write(f"{'已生成' if made else '正在使用'}电子签章密钥 {name}")
        for each in known_certificates():
            self.stdout.write(f"{'签章' if each.signs else '验证'}  {each.name}  SHA-256 {each.fingerprint}")
