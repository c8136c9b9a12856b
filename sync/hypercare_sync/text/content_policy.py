"""What a page of ours lets in: a content security policy for its own style and script, and for nothing else."""

from base64 import b64encode
from hashlib import sha256


def content_policy(style: str, script: str = "") -> str:
    """The policy of a page that holds just this `style` and this `script`, if any: it fetches nothing, and nothing else in it runs."""
    allowed = (("style-src", style), ("script-src", script))
    return "; ".join(
        (
            "default-src 'none'",
            *(f"{name} '{_digest(text)}'" for name, text in allowed if text),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
