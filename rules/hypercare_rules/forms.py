"""Short texts of a fixed form: ids, logins, addresses. What does not fit is told with what to write instead."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema


def _of_form(pattern: str, what: str, remedy: str, example: str) -> Any:
    """Text that fits the whole pattern; `what` it is and the remedy are for those who wrote another."""
    fits = re.compile(pattern)

    def check(text: str) -> str:
        if not fits.fullmatch(text):
            raise ValueError(f"not {what}: {text!r}; {remedy}")
        return text

    schema = {"type": "string", "pattern": f"^{pattern}$", "examples": [example]}
    return Annotated[str, AfterValidator(check), WithJsonSchema(schema)]


Id = _of_form(
    r"[a-z0-9][a-z0-9-]*", "an id", "write small letters, digits and hyphens, such as no-open-p1", "no-open-p1"
)
"""The name of a rule, an exit criterion or a review in what people read and in policies that extend."""
LabelPrefix = _of_form(
    r"[A-Za-z0-9][A-Za-z0-9._/-]{0,30}:",
    "a prefix of labels",
    "write up to 31 letters, digits, dots, hyphens or slashes and a colon, such as hypercare:",
    "hypercare:",
)
"""What managed labels begin with."""
Login = _of_form(r"[A-Za-z0-9_-]{1,50}", "a login on GitHub", "write it without @ and address, such as ana-k", "ana-k")
"""An account of GitHub."""
AccountId = _of_form(
    r"[A-Za-z0-9:_.@+-]{1,128}",
    "an account id or user name of Jira",
    "write the id from the address of their profile on Cloud, such as 5b10a2844c20165700ede21g, or the user name on Data Center",
    "5b10a2844c20165700ede21g",
)
"""An account of Jira: by its id on Cloud, by its user name on Data Center."""
PriorityName = _of_form(
    r"\S(?:.{0,58}\S)?", "the name of a priority", "write it as Jira shows it, such as Highest", "Highest"
)
"""A native priority of Jira."""
Email = _of_form(r"[^@\s]+@[^@\s]+", "an e-mail address", "write one such as ana@shop.example", "ana@shop.example")
"""An e-mail address."""
WebAddress = _of_form(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?",
    "the address of a web page",
    "write it from http:// or https:// on, without a user name and without blanks, such as https://wiki.example/runbooks",
    "https://wiki.example/runbooks",
)
"""The address of a page that people open."""
