"""The clinic's own certificate authority, for tablets on its network."""

import datetime as dt
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_AUTHORITY_FOR = dt.timedelta(days=3650)
_SERVER_FOR = dt.timedelta(days=397)
_RENEW_BEFORE = dt.timedelta(days=30)


@dataclass(frozen=True)
class Certificates:
    """Files of the authority's certificate, the server's chain and its key."""

    authority: Path
    chain: Path
    key: Path


def addresses() -> list[str]:
    """Names and addresses under which this computer is reached on its network."""
    name = socket.gethostname()
    found = [name, f"{name.split('.')[0]}.local", "localhost", "127.0.0.1"]
    # Connecting a datagram socket sends nothing; it only shows which address would be used.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    return list(dict.fromkeys(found))


def certificates(folder: Path, names: list[str], now: dt.datetime) -> Certificates:
    """The authority and a server certificate for these names; made, or renewed, where due."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Certificates(folder / "authority.pem", folder / "chain.pem", folder / "server.key")
    authority_key = folder / "authority.key"
    if not (made.authority.exists() and authority_key.exists()):
        _make_authority(made.authority, authority_key, now)
    if not _holds(made, names, now):
        _make_server(made, authority_key, names, now)
    return made


def _new_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return key


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _make_authority(path: Path, key_path: Path, now: dt.datetime) -> None:
    key, name = _new_key(key_path), _named(f"mesoplan clinic {socket.gethostname()}"[:60])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + _AUTHORITY_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _alternatives(names: list[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _make_server(
    made: Certificates, authority_key: Path, names: list[str], now: dt.datetime
) -> None:
    issuer = x509.load_pem_x509_certificate(made.authority.read_bytes())
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is of another kind")
    key = _new_key(made.key)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_named(names[0][:60]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(min(now + _SERVER_FOR, issuer.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    chain = certificate.public_bytes(serialization.Encoding.PEM) + made.authority.read_bytes()
    made.chain.write_bytes(chain)


def _holds(made: Certificates, names: list[str], now: dt.datetime) -> bool:
    if not (made.chain.exists() and made.key.exists()):
        return False
    certificate = x509.load_pem_x509_certificates(made.chain.read_bytes())[0]
    own = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    wanted = set(_alternatives(names))
    return wanted <= set(own) and certificate.not_valid_after_utc - now > _RENEW_BEFORE
