"""The installation's own signing keys: files of DATA_DIR/signing-keys, made by `manage.py certificate_key`.

The newest one signs. `<name>.key` is the private key, sealed by the master keys (FIELD_KEYS) and readable by its owner
alone; `<name>.crt` its self-signed certificate. A rotation destroys the private key before it; every certificate stays,
so that what was signed with it can be checked for ever.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

from accounts.crypto import new_data_key, seal_bytes, unseal_bytes

BITS = 3072  # RSA: what every PDF reader in an office knows; RSASSA-PKCS1-v1_5 writes one signature in one way
YEARS_VALID = 10
_AAD = "office.signatures.key"


class KeyMissing(RuntimeError):
    """No signing key is there: `manage.py certificate_key` makes one."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs now: its name, the certificate (DER) and the private key (PKCS #8, DER)."""

    name: str
    certificate: bytes
    private: bytes


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate of this installation: key name, DER, SHA-256 of it, whose, and whether its key still signs."""

    name: str
    certificate: bytes
    fingerprint: str
    subject: str
    signs: bool


def make_key(*, holder: str, rotate: bool = False) -> tuple[str, bool]:
    """Name of the signing key, and whether it was made now: only where there is none, or to `rotate`.

    `holder` is whom the certificate names. Of two made at once both stand, and everybody signs with the same one.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = _private_keys()
    if before and not rotate:
        return before[-1].stem, False
    number = len(list(folder.glob("*.crt"))) + 1
    name = f"{number:04d}-{timezone.now():%Y%m%d}-{secrets.token_hex(3)}"
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    encoding, form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    pkcs8 = private.private_bytes(encoding, form, serialization.NoEncryption())
    data_key = new_data_key()
    certificate = _certificate(private, holder).public_bytes(serialization.Encoding.PEM)
    _write(folder / f"{name}.crt", certificate)
    _write(folder / f"{name}.key", bytes([len(data_key)]) + data_key + seal_bytes(data_key, pkcs8, _AAD))
    for old in before:
        old.unlink(missing_ok=True)
    return name, True


def signing_key() -> SigningKey:
    """The key that signs. KeyMissing when there is none; InvalidTag when the master keys are other ones."""
    keys = _private_keys()
    if not keys:
        raise KeyMissing(f"no signing key in {_folder()}; make one: manage.py certificate_key")
    path = keys[-1]
    blob = path.read_bytes()
    data_key, sealed = blob[1 : 1 + blob[0]], blob[1 + blob[0] :]
    return SigningKey(path.stem, _der(path.with_suffix(".crt")), unseal_bytes(data_key, sealed, _AAD))


def known_certificates() -> list[Certified]:
    """Every certificate of this installation, the oldest first."""
    private = _private_keys()
    active = private[-1].stem if private else ""
    found = []
    for path in sorted(_folder().glob("*.crt")):
        read = x509.load_pem_x509_certificate(path.read_bytes())
        found.append(
            Certified(
                path.stem,
                read.public_bytes(serialization.Encoding.DER),
                read.fingerprint(hashes.SHA256()).hex(),
                _called(read),
                path.stem == active,
            )
        )
    return found


def _folder() -> Path:
    return Path(settings.SIGNING_KEYS)


def _private_keys() -> list[Path]:
    """Those whose certificate is there too; by name, which begins with a number that goes up."""
    return sorted(path for path in _folder().glob("*.key") if path.with_suffix(".crt").exists())


def _certificate(private: rsa.RSAPrivateKey, holder: str) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, holder[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "学时证明电子签章"),
        ]
    )
    now = timezone.now()
    usage = {"digital_signature": True, "content_commitment": True}
    others = "key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # clocks of several machines
        .not_valid_after(now + timedelta(days=YEARS_VALID * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(others.split(), False)), critical=True)
        .sign(private, hashes.SHA256())
    )


def _called(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(serialization.Encoding.DER)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and from the first byte on for nobody else to read."""
    half = path.with_suffix(".part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
