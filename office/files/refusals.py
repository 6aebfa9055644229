"""Every way to say no to a file: a stable code and the sentence whoever handed it in reads."""

from __future__ import annotations

from office.files.kinds import OFD, PDF
from office.limited.refused import Refused

_AGAIN = {
    PDF: "PDF文件已损坏，无法打开，请重新生成后上传。",
    OFD: "OFD文件已损坏或不完整，无法打开，请重新下载或生成后上传。",
    "": "图片已损坏，无法打开，请重新拍摄或保存后上传。",
}
MESSAGES = {
    "file_type": "只接受PDF、OFD、JPG或PNG文件（按文件内容判断，改扩展名无效）。",
    "file_heic": "这是苹果手机的HEIC照片，无法接受。"
    "请在手机“设置—相机—格式”中选“兼容性最佳”后重新拍摄，或另存为JPG后上传。",
    "file_memory": "打开这个文件需要的内存过多，已停止。请重新生成或扫描为普通的PDF、JPG后上传。",
    "file_time": "打开这个文件用时过长，已停止。请重新生成或扫描为普通的PDF、JPG后上传。",
    "image_too_large": "图片像素过大，请缩小后再上传。",
    "pdf_cut_off": "PDF文件不完整，请重新生成后上传。",
    "pdf_without_pages": "PDF文件没有页面，请重新生成后上传。",
    "pdf_encrypted": "PDF文件设有密码，请取消密码后再上传。",
    "ofd_encrypted": "OFD文件已加密，请取消加密后再上传。",
    "ofd_without_document": "OFD文件缺少所指的文档，请重新下载或生成后上传。",
    "ofd_without_pages": "OFD文件没有页面，请重新下载或生成后上传。",
    "ofd_hostile": "OFD文件内含不允许的XML声明（DTD、实体或特殊编码），不予接受。请重新下载或转换为PDF后上传。",
    "ofd_names": "OFD文件内部的部件名称不合规范（如绝对路径、“..”或重名），不予接受。请重新下载或转换为PDF后上传。",
    "ofd_entries": "OFD文件内部含{count}个部件，超过{limit}个的上限。请转换为PDF后上传。",
    "ofd_unpacked": "OFD文件解压后有{size}MB，超过{limit}MB的上限。请转换为PDF后上传。",
    "ofd_ratio": "OFD文件的压缩比异常（超过{limit}倍），不予接受。请重新下载或转换为PDF后上传。",
    "page_absent": "没有这一页。",
}
# What a program, an API or a test tells apart; several sentences share one.
_CODES = {
    **dict.fromkeys(("pdf_cut_off", "pdf_without_pages", "ofd_without_document", "ofd_without_pages"), "file_damaged"),
    **dict.fromkeys(("pdf_encrypted", "ofd_encrypted"), "file_encrypted"),
    **dict.fromkeys(("ofd_hostile", "ofd_names"), "file_hostile"),
    **dict.fromkeys(("ofd_entries", "ofd_unpacked", "ofd_ratio"), "file_bomb"),
}


def sentence(refused: Refused, kind: str) -> tuple[str, str]:
    """Stable code and Chinese sentence of a refusal, of a file that looked like one of `kind`."""
    if refused.code == "file_damaged":
        return refused.code, _AGAIN.get(kind, _AGAIN[""])
    return _CODES.get(refused.code, refused.code), MESSAGES[refused.code].format(**refused.details)
