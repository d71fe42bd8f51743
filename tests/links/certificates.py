"""A private certificate authority, and a certificate of it for a server on this machine."""

import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


def write_certificates(
    folder: Path, host: str = HOST, begins: datetime.timedelta = -datetime.timedelta(hours=1)
) -> None:
    """`ca.pem`, `server.pem` and `server.key` in `folder`; good for `host` and for a day, which `begins` from now."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _name("todo tests' authority"), _name(host)
    ours = authority.public_key()
    root = _certificate(issuer, issuer, ours, begins).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    usage = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "encipher_only", "decipher_only"),
        ),
        False,
    )
    root = root.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
    root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(ours), critical=False)
    leaf = _certificate(issuer, subject, key.public_key(), begins)
    leaf = leaf.add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
    leaf = leaf.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ours), critical=False)
    for name, builder in (("ca.pem", root), ("server.pem", leaf)):
        signed = builder.sign(authority, hashes.SHA256())
        (folder / name).write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret = folder / "server.key"
    secret.touch(0o600)
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _certificate(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime.timedelta
) -> x509.CertificateBuilder:
    first = datetime.datetime.now(datetime.UTC) + begins
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    return builder.not_valid_before(first).not_valid_after(first + datetime.timedelta(days=1))
