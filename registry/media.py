"""What a handed-in file is by its content, never by its name: PDF, JPEG or PNG that really opens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

import filetype
import pikepdf
from django.conf import settings
from PIL import Image, UnidentifiedImageError

from accounts.errors import InputError

ACCEPTED = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
IMAGE_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
MAX_PIXELS = 100_000_000  # a phone's largest camera picture, with room; a bomb of a few KB claims far more

_END_WITHIN = 2048  # bytes from the end in which a whole PDF says that it ends
# A PDF of a few KB may unfold to gigabytes: qpdf gives up above these (bytes, items), once for the whole process.
_UNFOLDED = 64 * 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_UNFOLDED,
    run_length_max_memory=_UNFOLDED,
    png_max_memory=_UNFOLDED,
    tiff_max_memory=_UNFOLDED,
    dct_max_memory=_UNFOLDED,
    max_stream_filters=4,
    parser_max_container_size=200_000,
    doc_max_warnings=200,
)


@dataclass(frozen=True, slots=True)
class Media:
    """A checked file: its media type, the ending that belongs to it, its size in bytes and its SHA-256."""

    media_type: str
    suffix: str
    size: int
    sha256: bytes


def inspect(upload: BinaryIO, *, size: int) -> Media:
    """Check a file by content. InputError (field `file`): empty, too large, of another kind, damaged or encrypted."""
    limit = settings.EVIDENCE_MAX_BYTES
    if size == 0:
        raise InputError("file_empty", "文件是空的，请重新选择。", field="file")
    if size > limit:
        raise InputError("file_too_large", f"文件超过{limit // 1024 // 1024}MB，请压缩后再上传。", field="file")
    upload.seek(0)
    kind = filetype.guess(upload.read(4096))
    media_type = kind.mime if kind else ""
    if media_type not in ACCEPTED:
        raise InputError("file_type", "只接受PDF、JPG或PNG文件（按文件内容判断，改扩展名无效）。", field="file")
    if media_type == "application/pdf":
        _check_pdf(upload, size)
    else:
        _check_image(upload, IMAGE_FORMATS[media_type])
    return Media(media_type, ACCEPTED[media_type], size, _digest(upload))


def _check_pdf(upload: BinaryIO, size: int) -> None:
    upload.seek(max(size - _END_WITHIN, 0))
    if b"%%EOF" not in upload.read():  # cut off on its way: qpdf would show the pages that came through
        raise InputError("file_damaged", "PDF文件不完整，请重新生成后上传。", field="file")
    upload.seek(0)
    try:
        with pikepdf.open(upload) as pdf:
            pages = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise InputError("file_encrypted", "PDF文件设有密码，请取消密码后再上传。", field="file") from error
    except pikepdf.PikepdfError as error:
        raise InputError("file_damaged", "PDF文件已损坏，无法打开，请重新生成后上传。", field="file") from error
    if pages == 0:
        raise InputError("file_damaged", "PDF文件没有页面，请重新生成后上传。", field="file")


def _check_image(upload: BinaryIO, kind: str) -> None:
    upload.seek(0)
    try:
        with Image.open(upload, formats=[kind]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise InputError("image_too_large", "图片像素过大，请缩小后再上传。", field="file")
            image.load()
    except Image.DecompressionBombError as error:
        raise InputError("image_too_large", "图片像素过大，请缩小后再上传。", field="file") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise InputError("file_damaged", "图片已损坏，无法打开，请重新拍摄或保存后上传。", field="file") from error


def _digest(upload: BinaryIO) -> bytes:
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").digest()  # type: ignore[arg-type]  # Django's files hand readinto on
    upload.seek(0)
    return digest
