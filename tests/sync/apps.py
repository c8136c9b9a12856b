"""Keys and Apps for tests: an App that the sandbox knows, and what it signs with."""

import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from hypercare_sync.sandbox.github.apps import App
from hypercare_sync.sandbox.grants import read_grant
from hypercare_sync.sandbox.world import Sandbox

ID = 4711
SLUG = "intensive-care"


def private_key(number: int = 0) -> str:
    """A private key in PEM form; another one for each number."""
    return _made(number)


@cache
def _made(number: int) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def add_app(sandbox: Sandbox, rights: str = "issues=write", number: int = ID) -> App:
    """An App that signs with `private_key()`, made known to the sandbox."""
    key = load_pem_private_key(private_key().encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    app = App(number, key.public_key(), read_grant(f"{SLUG}[bot]:{rights}"))
    sandbox.github.apps.known.append(app)
    return app


def signed(app: str = str(ID), *, key: int = 0, begun: int = -60, ends: int = 300, **claims: Any) -> str:
    """What an App signs with a key, valid from and until so many seconds from now."""
    now = int(time.time())
    return jwt.encode({"iss": app, "iat": now + begun, "exp": now + ends, **claims}, private_key(key), "RS256")
