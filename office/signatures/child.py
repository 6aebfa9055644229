"""The child that signs PDFs and checks signatures with pyHanko: `office.limited.child` runs it.

pyHanko and what it loads take a second and tens of megabytes that no web worker need pay, and a PDF to be checked may
be anybody's. It is offline: no time stamp is asked for, no certificate fetched.
"""

from __future__ import annotations

import io
import json
from base64 import b64decode
from datetime import datetime
from typing import Any

from asn1crypto import cms, keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from office.limited.refused import Refused

FIELD = "Signature"
_DIGEST = "sha256"


def answer(task: dict[str, Any], data: bytes) -> bytes:
    """The signed PDF (`do` = sign), or a JSON object on who signed it when (`check`). Refused `signature_…` says no."""
    return _signed(task, data) if task["do"] == "sign" else json.dumps(_checked(task, data)).encode()


def _signed(task: dict[str, Any], data: bytes) -> bytes:
    certificate = x509.Certificate.load(b64decode(task["certificate"]))
    signer = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(b64decode(task["key"])),
        cert_registry=SimpleCertificateStore(),
        embed_roots=True,
    )
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=_DIGEST,
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=task["reason"],
        name=task["name"],
        location=task["place"],
    )
    out = io.BytesIO()
    signers.PdfSigner(meta, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), output=out)
    return out.getvalue()


def _checked(task: dict[str, Any], data: bytes) -> dict[str, Any]:
    known = [x509.Certificate.load(b64decode(each)) for each in task["certificates"]]
    try:
        found = PdfFileReader(io.BytesIO(data)).embedded_signatures
    except (PdfError, ValueError, KeyError, TypeError, AttributeError):
        raise Refused("signature_unreadable") from None
    if not found:
        raise Refused("signature_absent")
    if len(found) > 1:
        raise Refused("signature_changed")
    try:
        signer = _signer(found[0], known)
        _check_bytes(found[0], signer, data)
        status = _validated(found[0], signer)
    except (PdfError, SigningError, ValueError, KeyError, TypeError, AttributeError):
        raise Refused("signature_changed") from None
    if not (status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE):
        raise Refused("signature_changed")
    return {"fingerprint": signer.sha256.hex(), "at": _moment(found[0]).isoformat()}


def _signer(signature: Any, known: list[x509.Certificate]) -> x509.Certificate:
    """The known certificate that the signature was made with; a stranger's says what it calls itself."""
    given = signature.signer_cert
    for each in known:
        if each.dump() == given.dump():
            return each
    raise Refused("signature_stranger", name=given.subject.human_friendly)


def _check_bytes(signature: Any, signer: x509.Certificate, data: bytes) -> None:
    """Refused unless the one gap of the signed bytes holds nothing but the signature, written as we write it.

    A signature cannot cover its own place: there the letter-case of a digit, the filling behind it and the parts of the
    CMS that nothing signs could be changed unnoticed. They are built anew from what is signed, and compared.
    """
    start, before, after, behind = (int(number) for number in signature.byte_range)
    if start != 0 or after + behind != len(data):
        raise Refused("signature_changed")
    gap = data[before:after]
    expected = _canonical(signature, signer).hex().upper().encode()
    if gap != b"<" + expected.ljust(len(gap) - 2, b"0") + b">":
        raise Refused("signature_changed")


def _canonical(signature: Any, signer: x509.Certificate) -> bytes:
    info = signature.signer_info
    digest = cms.DigestAlgorithm({"algorithm": _DIGEST})
    rebuilt = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": signer.issuer, "serial_number": signer.serial_number}
                    )
                }
            ),
            "digest_algorithm": digest,
            "signed_attrs": info["signed_attrs"],
            "signature_algorithm": cms.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signature": info["signature"],
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((digest,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [signer],
            "signer_infos": [rebuilt],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump(force=True))


def _validated(signature: Any, signer: x509.Certificate) -> PdfSignatureStatus:
    """Judged by the moment of signing: a certificate that has run out since, or was replaced, keeps its word."""
    context = ValidationContext(trust_roots=[signer], allow_fetching=False, moment=_moment(signature))
    return validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)


def _moment(signature: Any) -> datetime:
    """When the signature says it was made: part of what is signed."""
    moment: datetime | None = signature.self_reported_timestamp
    if moment is None:
        raise Refused("signature_changed")
    return moment
