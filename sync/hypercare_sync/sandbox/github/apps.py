"""GitHub Apps: how one shows who it is, where it is installed, and the tokens that it is given for an hour.

A token lives in the sandbox's time. What an App signs carries the time of the App's own machine, so it is held against this one's.
"""

import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.grants import Grant, read_grant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

LIFETIME = timedelta(hours=1)
_LONGEST_SIGNED = 600  # seconds
_SLACK = 60  # seconds that clocks may differ


class UnsignedError(Exception):
    """No App signed this, or not lately; in GitHub's words."""


@dataclass(frozen=True)
class App:
    """An App: `key` verifies what it signs; `grant` has its permissions, and where it is installed."""

    id: int
    key: "RSAPublicKey" = field(repr=False)
    grant: Grant

    @property
    def login(self) -> str:
        """The login of its bot, as REST writes it."""
        return self.grant.login

    @property
    def slug(self) -> str:
        """The App's name in addresses, which is its bot's login in GraphQL."""
        return self.login.removesuffix("[bot]")

    @property
    def client_id(self) -> str:
        """The other id that it may sign with."""
        return f"Iv23li{self.id:014d}"


@dataclass
class Apps:
    """The Apps that there are, and the tokens that they hold."""

    clock: Clock
    known: list[App] = field(default_factory=list)
    suspended: set[str] = field(default_factory=set)
    """Slugs of Apps whose owners stopped them for now."""
    _tokens: dict[str, tuple[Grant, datetime]] = field(default_factory=dict, repr=False)

    def signed(self, token: str) -> App:
        """The App that signed a JSON web token with its key. Raises UnsignedError."""
        import jwt

        undecoded = "A JSON web token could not be decoded"
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
            app = next(app for app in self.known if issuer in {str(app.id), app.client_id})
            claims = jwt.decode(
                token, app.key, algorithms=["RS256"], options={"require": ["iat", "exp"]}, leeway=_SLACK
            )
        except StopIteration:
            raise UnsignedError("Integration not found") from None
        except jwt.ExpiredSignatureError:
            message = "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
            raise UnsignedError(message) from None
        except jwt.InvalidTokenError:
            raise UnsignedError(undecoded) from None
        if claims["exp"] > time.time() + _LONGEST_SIGNED + _SLACK:
            raise UnsignedError("'Expiration time' claim ('exp') is too far in the future")
        return app

    def by_login(self, login: str) -> App | None:
        """The App whose bot has that login."""
        return next((app for app in self.known if app.login == login), None)

    def installed(self, login: str, repository: str) -> bool:
        """Whether the App with that login is installed on a repository."""
        app = self.by_login(login)
        return app is not None and app.grant.covers(repository)

    def mint(self, grant: Grant) -> tuple[str, datetime]:
        """A new token with these rights, and when it ends."""
        token = f"ghs_{secrets.token_hex(18)}"
        ends = self.clock.now().replace(microsecond=0) + LIFETIME
        self._tokens[token] = grant, ends
        return token, ends

    def grant(self, token: str) -> Grant | None:
        """What a token opens that an App was given; None where it was given to none, or its hour is over."""
        grant, ends = self._tokens.get(token, (None, self.clock.now()))
        return grant if ends > self.clock.now() else None


def read_app(slug: str, told: str) -> App:
    """The App `slug` that `ID:KEYFILE[:RIGHTS]` describes; the file holds its private or its public key. Raises ConfigError."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

    match = re.fullmatch(r"(\d{1,9}):([^:]+)(?::(.+))?", told)
    if match is None:
        raise ConfigError(f"--app: {told!r} is no App; write SLUG=ID:KEYFILE or SLUG=ID:KEYFILE:issues=write")
    number, file, rights = match.groups()
    grant = read_grant(f"{slug}[bot]:{rights or 'issues=write'}")
    try:
        text = Path(file).read_bytes()
        key = load_pem_public_key(text) if b"PUBLIC KEY" in text else load_pem_private_key(text, None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"--app: {file}: no key can be read from it ({type(error).__name__})") from error
    if isinstance(key, RSAPrivateKey):
        key = key.public_key()
    if not isinstance(key, RSAPublicKey):
        raise ConfigError(f"--app: {file}: not an RSA key, as Apps have")
    return App(int(number), key, grant)
