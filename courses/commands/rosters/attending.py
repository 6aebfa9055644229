"""A roster's workbook made from attendance on the spot, in the place of one that the unit uploads."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.models import User
from courses.commands.attendance import attendance_exported
from courses.commands.rosters.moves import locked
from courses.commands.rosters.uploads import roster_upload
from courses.models import Roster
from courses.queries.deadlines import deadline_of


@transaction.atomic
def roster_fill(*, actor: User, roster: Roster, upload: UploadedFile[bytes], people: int) -> Roster:
    """Take the workbook of the `people` who were there in as the roster's, and have it checked like any other.

    It takes the place of a file uploaded before, but not of rows mended in the browser: those would be lost.
    Raises Forbidden, Conflict `rows_mended`, InputError `nobody_attended`, `class_not_over`; what `roster_upload` does.
    """
    roster = locked(actor, "courses.roster_write", roster)
    if roster.training_class is None or not people:
        raise InputError("nobody_attended", "还没有人签到，不能用签到生成汇总表。")
    opens = timezone.localtime(deadline_of(roster.training_class).opens_at)
    if timezone.now() < opens:
        raise InputError("class_not_over", f"培训班{opens:%Y年%-m月%-d日 %H:%M}结束，结束后方可用签到生成汇总表。")
    if roster.rows.filter(revision=roster.revision, mended=True).exists():
        raise Conflict("rows_mended", "已有在线更正的行，重新生成会丢失更正。请逐行更正、增删，或上传更正后的文件。")
    attendance_exported(actor=actor, training_class=roster.training_class, rows=people, form="xlsx")
    return roster_upload(actor=actor, roster=roster, upload=upload)
