"""Lists of imports that leave the portal: each leaves an audit row."""

from __future__ import annotations

from django.db import transaction

from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.models import PlatformImport


@transaction.atomic
def imports_exported(*, actor: User, rows: int) -> None:
    """Record that the list of imports was taken away."""
    require(actor, "registry.platform_import")
    record(actor=actor, action="platform_import.export", rows=rows)


@transaction.atomic
def import_exported(*, actor: User, row: PlatformImport, rows: int) -> None:
    """Record that rows of an import were taken away."""
    require(actor, "registry.platform_import")
    record(actor=actor, action="platform_import.export", obj=row, rows=rows)
