"""The kinds of text that a config holds, each checked and brought into one form."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr

from hypercare_rules.durations import Duration
from hypercare_sync.config.keys import usable_key
from hypercare_sync.yaml_file import suggest, wrong

_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+")
_SQLITE = "sqlite:///"
_POSTGRESQL = "postgresql+psycopg://"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise wrong("empty", "write some text", quoted=False)
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise wrong("more than one line, or with a control character", "write it on one line")
    return text


def _url(text: str) -> str:
    # Quoted in no message: what cannot be taken apart may hold a password too.
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an odd port or IPv6 address
        usable = False
    if not usable or not text.isprintable() or " " in text:
        raise wrong("not a web address", "write https://HOST", quoted=False)
    if parts.username is not None:
        raise wrong("holds a user name or a password", "write https://HOST, and the secret in token:", quoted=False)
    if parts.query or parts.fragment:
        raise wrong("more than an address", "write https://HOST/PATH, without ? and #", quoted=False)
    return text.rstrip("/")


def _token(secret: SecretStr) -> SecretStr:
    token = secret.get_secret_value().strip()
    if not token:
        raise wrong("empty", 'write "${VARIABLE}" and set the variable', quoted=False)
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise wrong(
            "no token: it holds blanks or other characters that no header can carry", "copy it again", quoted=False
        )
    return SecretStr(token)


def _github_url(url: str) -> str:
    if urlsplit(url).hostname in ("github.com", "www.github.com"):
        raise wrong("the website, not the API", "write https://api.github.com, or leave it out", quoted=False)
    return url


def _app_id(number: int | str) -> str:
    text = str(number).strip()
    if not re.fullmatch(r"[1-9][0-9]*|Iv[A-Za-z0-9.]+", text):
        raise wrong("not an App's id", "write the App ID or the client ID of its settings page", quoted=False)
    return text


def _private_key(secret: SecretStr) -> SecretStr:
    # Where an environment takes no lines, \n stands for their ends.
    return SecretStr(usable_key(secret.get_secret_value().replace("\\n", "\n")))


def _repo(text: str) -> str:
    if _REPO.fullmatch(text):
        return text
    pasted = re.fullmatch(rf"(?:https?://|git@)[^/:@]+[/:]({_REPO.pattern}?)(?:\.git)?/?", text)
    raise wrong("not a repository", f"write {pasted[1] if pasted else 'OWNER/NAME'}")


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):  # OSError: a folder of zones, such as Europe
        known = sorted(zoneinfo.available_timezones())
        raise wrong(
            "not a time zone", suggest(name, known, otherwise="write one such as Europe/Berlin or UTC")
        ) from None
    return name


def _store(url: str) -> str:
    # Only the scheme is told: the address of a database may hold a password.
    scheme = re.match(r"[A-Za-z0-9+.-]{1,40}:/*", url)
    if url.startswith(_POSTGRESQL):
        return _server(url)
    file = url.removeprefix(_SQLITE)
    if file == url or not file or file.startswith(":") or file.endswith("/") or "?" in file or not file.isprintable():
        what = f"not supported here: {scheme[0]}..." if scheme else "not a store"
        raise wrong(what, f"write {_SQLITE}hypercare.db or {_POSTGRESQL}USER@HOST/DATABASE", quoted=False)
    return url


def _server(url: str) -> str:
    """The address of a database on a PostgreSQL server; without a host it is on this machine."""
    form = f"{_POSTGRESQL}USER:${{PASSWORD}}@HOST/DATABASE"
    try:
        parts = urlsplit(url)
        usable = bool(parts.path.strip("/")) and not parts.fragment and parts.port != 0
    except ValueError:  # an odd port or IPv6 address
        usable = False
    if not usable or not url.isprintable():
        remedy = f"write {form}, with % and two hex digits for characters such as @ / : in a password"
        raise wrong("not the address of a database", remedy, quoted=False)
    if "password" in parse_qs(parts.query):
        raise wrong("holds a password after the ?", f"write {form}", quoted=False)
    return url


def password_in(url: str) -> str | None:
    """The password as it is written in a store's address; None where it holds none."""
    found = re.match(rf"{re.escape(_POSTGRESQL)}[^/]*?:([^/]*)@", url)
    return found[1] if found else None


def _length(length: timedelta) -> timedelta:
    if not length:
        raise wrong("no time at all", "write 30m, 4h, 2h30m or 14d")
    return length


def _in_this_century(moment: datetime) -> datetime:
    # Within these years no sum with a length leaves the calendar, and a number taken for a date stands out.
    if not 2000 <= moment.year < 2100:
        raise wrong("not in this century", "write 2026-11-23T08:00+00:00")
    return moment.astimezone(UTC)


Query = Annotated[str, AfterValidator(_not_blank)]
"""Text of any number of lines, not empty."""
Text = Annotated[Query, AfterValidator(_one_line)]
"""One line of text, not empty."""
Url = Annotated[str, AfterValidator(_url), Field(examples=["https://shop.atlassian.net"])]
"""An http or https address without credentials, query and trailing slash."""
GithubUrl = Annotated[Url, AfterValidator(_github_url)]
"""The address of GitHub's REST API, or of an Enterprise Server's."""
AppId = Annotated[int | str, AfterValidator(_app_id), Field(examples=[123456])]
"""The id of a GitHub App, kept as text."""
PrivateKey = Annotated[SecretStr, AfterValidator(_private_key), Field(examples=["${APP_KEY}"])]
"""An App's private key, as the PEM file that GitHub gives holds it."""
Token = Annotated[SecretStr, AfterValidator(_token), Field(examples=["${TOKEN}"])]
"""A secret that fits into a header, without blanks around it."""
Repo = Annotated[str, AfterValidator(_repo), Field(examples=["acme/web"])]
"""A GitHub repository as OWNER/NAME."""
Zone = Annotated[str, AfterValidator(_zone), Field(examples=["Europe/Berlin"])]
"""The name of a zone that the IANA database knows."""
StoreUrl = Annotated[str, AfterValidator(_store), Field(examples=["sqlite:///hypercare.db"])]
"""`sqlite:///FILE`, a relative FILE starting at the config's folder, or `postgresql+psycopg://USER:PASSWORD@HOST/DATABASE`."""
Length = Annotated[Duration, AfterValidator(_length), Field(examples=["14d"])]
"""A length of time that is not zero."""
MomentOfUse = Annotated[AwareDatetime, AfterValidator(_in_this_century), Field(examples=["2026-11-20T08:00+01:00"])]
"""A point in time in this century, kept in UTC."""


def store_file(url: str) -> str | None:
    """The FILE of a store's address; None where it is a server's."""
    return url.removeprefix(_SQLITE) if url.startswith(_SQLITE) else None
