"""Certificates for a development broker and its clients: an authority, and what it signs, as PEM files."""

from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

__all__ = ["KEY_PASSWORD", "Certificates", "make_certificates"]

KEY_PASSWORD = "a key's password"  # noqa: S105 - of a key made for one run on one machine


@dataclass(frozen=True, slots=True)
class Certificates:
    """Paths of PEM files. The client's key is encrypted with `KEY_PASSWORD`; the broker's stands before its chain in one file."""

    authority: Path
    stranger: Path
    broker: Path
    client: Path
    client_key: Path


def make_certificates(folder: Path) -> Certificates:
    """Make an authority, one that signs nothing here, and certificates for a broker on 127.0.0.1 and for a client."""
    authority, stranger = trustme.CA(), trustme.CA()
    broker = authority.issue_cert("127.0.0.1", "localhost")
    client = authority.issue_cert("copydesk@example.org", common_name="copydesk")
    made = Certificates(*(folder / f"{name}.pem" for name in ("authority", "stranger", "broker", "client", "client_key")))
    authority.cert_pem.write_to_path(made.authority)
    stranger.cert_pem.write_to_path(made.stranger)
    # Kafka reads keys in PKCS 8 only.
    key = load_pem_private_key(broker.private_key_pem.bytes(), None)
    chain = b"".join(blob.bytes() for blob in broker.cert_chain_pems)
    made.broker.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    made.client.write_bytes(b"".join(blob.bytes() for blob in client.cert_chain_pems))
    key = load_pem_private_key(client.private_key_pem.bytes(), None)
    secret = BestAvailableEncryption(KEY_PASSWORD.encode())
    made.client_key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret))
    return made
