"""The private keys that GitHub Apps sign with: whether a text holds one, before anything is sent with it."""

import pathlib

from pydantic_core import PydanticCustomError

from hypercare_sync.errors import ConfigError
from hypercare_sync.yaml_file import wrong

_LONGEST = 64 * 1024
_REMEDY = "write the whole PEM file that GitHub gave for the App, from BEGIN to END"


def usable_key(text: str) -> str:
    """The key in a text, without blanks around it. Raises PydanticCustomError where there is none; the text is in no message."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = f"{text.strip()}\n"
    if "PUBLIC KEY-----" in key:
        raise wrong("a public key", _REMEDY.replace("the whole", "the private key, the whole"), quoted=False)
    try:
        found = load_pem_private_key(key.encode(), password=None)
    except TypeError:
        raise wrong("a key behind a password", "write it without one", quoted=False) from None
    except (ValueError, UnsupportedAlgorithm):
        raise wrong("no private key in PEM form", _REMEDY, quoted=False) from None
    if not isinstance(found, RSAPrivateKey):
        raise wrong("not an RSA key, as GitHub's Apps have", _REMEDY, quoted=False)
    return key


def read_key(path: pathlib.Path) -> str:
    """The key in a file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST).decode("ascii")
    except UnicodeDecodeError:
        raise ConfigError(f"no private key in PEM form; {_REMEDY.replace('write', 'name')}") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        why = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot be read: {why}; write the path of the App's PEM file") from None
    try:
        return usable_key(text)
    except PydanticCustomError as error:
        raise ConfigError(error.message()) from None
