"""Configs and policies that nobody should write: a corpus by name, and ways to break good ones anywhere."""

import copy
import json
from typing import Any

from hypothesis import strategies as st
from tests.faults.spoiling import places

CONFIG = """\
version: 1
store: sqlite:///hypercare.db
max_duration: 4m
trackers:
  shop-jira:  {kind: jira, url: "http://127.0.0.1:9/jira", email: bot@shop.example, token: sandbox, pace: off}
  web-github: {kind: github, url: "http://127.0.0.1:9/api/v3", token: sandbox}
releases:
  - name: Shop 5.2
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    zone: Europe/Berlin
    untagged: ignore
    sources:
      - {tracker: shop-jira, project: SHOP, version: "5.2", audience: internal}
      - {tracker: web-github, repo: acme/web, milestone: "5.2", labels: [bug], scope: all}
    summary: {tracker: web-github, repo: acme/ops}
    policy: ./policy.yaml
"""
POLICY = """\
extends: standard
label_prefix: "care:"
calendars:
  emea: {zone: Europe/Berlin, hours: {mon-fri: ["08:00-18:00"]}, holidays: {country: DE, subdiv: BY}, special: {2026-12-24: ["08:00-12:00"]}}
  always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}
targets:
  acknowledge: {P1: 30m on always, P2: 2h on emea, P3: 8h on emea, P4: 2d on emea}
people:
  ana: {name: Ana K, github: ana-k, jira: "5b10a2844c20165700ede21g", email: ana@shop.example, zone: Europe/Berlin}
roster: {shifts: [{who: [ana], calendar: always}]}
assign: {priorities: [P1]}
escalation:
  p1: {for: [P1], calendar: always, tiers: [{after: 0m, notify: [on_call]}, {after: 30m, notify: [ana]}]}
rules:
  - id: enterprise-outage
    when: {any: [{labels: {has: outage}}, {title: {contains: outage}}, {not: {reactions: {gte: 3}}}]}
    then: {set: {priority: P1}, add_labels: [outage]}
"""
GOOD: dict[str, Any] = {
    "version": 1,
    "store": "sqlite:///hypercare.db",
    "max_duration": "4m",
    "trackers": {
        "shop-jira": {"kind": "jira", "url": "http://127.0.0.1:9/jira", "email": "bot@shop.example", "token": "sandbox", "pace": "off"},
        "web-github": {"kind": "github", "url": "http://127.0.0.1:9/api/v3", "token": "sandbox"},
    },
    "releases": [
        {
            "name": "Shop 5.2",
            "go_live": "2026-11-20T08:00+01:00",
            "hypercare": "14d",
            "zone": "Europe/Berlin",
            "untagged": "ignore",
            "sources": [
                {"tracker": "shop-jira", "project": "SHOP", "version": "5.2", "audience": "internal"},
                {"tracker": "web-github", "repo": "acme/web", "milestone": "5.2", "labels": ["bug"], "scope": "all"},
            ],
            "summary": {"tracker": "web-github", "repo": "acme/ops"},
            "policy": "./policy.yaml",
        }
    ],
}  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 10**30, 1e308, float("inf"), "", " ", "odd", "\u0000", "\u202eevil", "\u001b[2J\u0007", "\ud800"[:0] + "\ufffd", "9" * 5_000,
    "99999999999999d", "-1m", "0m", "1e9h", "2026-02-30T25:00Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "${HOME}", "${", "${NO_SUCH}",
    "../../../../etc/passwd", "/dev/zero", "/dev/null", "~", "Mars/Olympus", "Europe/Berlin", "P1", "P9", "24:00-00:00", "00:00-24:00", "mon-sun", "30m on always",
    "http://[::1", "http://user:secret@127.0.0.1:9/", "file:///etc/passwd", "sqlite:////proc/x", "postgresql://", "(" * 2_000, "[" * 2_000, "a{1000}{1000}{1000}",
    "(a+)+$", "{{ title }}", "{% for x in y %}", "* * *", [], {}, [[]], [None], {"": None}, {"any": []}, {"not": {"not": {}}}, {"labels": {"has": 7}}, ["P1", "P1"],
]  # fmt: skip
_DEEP = 3_000


def _nested(depth: int, opening: str, closing: str) -> str:
    return opening * depth + closing * depth


def _with(key: str, value: str) -> bytes:
    """The good config with one line's value replaced."""
    lines = [
        f"{line.partition(':')[0]}: {value}" if line.strip().startswith(f"{key}:") else line
        for line in CONFIG.splitlines()
    ]
    assert lines != CONFIG.splitlines(), key
    return "\n".join(lines).encode()


_LAUGHS = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
CORPUS: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\n\t\n",
    "a comment alone": b"# nothing\n",
    "null": b"null\n",
    "a number": b"42\n",
    "text": b"hello\n",
    "a list": b"- 1\n- 2\n",
    "an end mark": b"...\n",
    "two documents": CONFIG.encode() + b"---\n" + CONFIG.encode(),
    "zeros": bytes(1_000),
    "one zero inside": CONFIG.replace("SHOP", "SH\0OP").encode(),
    "half a character": b"version: 1\nstore: \xff\xfe\n",
    "surrogates": b"version: \xed\xa0\x80\n",
    "UTF-16": CONFIG.encode("utf-16"),
    "UTF-16 without a mark": CONFIG.encode("utf-16-le"),
    "UTF-32": CONFIG.encode("utf-32"),
    "latin-1": CONFIG.replace("Shop", "Shöp").encode("latin-1"),
    "tabs": CONFIG.replace("  ", "\t").encode(),
    "a tab before a key": CONFIG.replace("    name", "\tname").replace("    zone", "\tzone").encode(),
    "control characters": CONFIG.replace("Shop", "Sh\x07\x1b[31mop").encode(),
    "bidi in a key": CONFIG.replace("zone", "zo\u202ene").encode(),
    "bidi in a value": _with("zone", '"Europe/\u202eBerlin"'),
    "anchors": CONFIG.replace("sources:", "sources: &s").encode(),
    "an alias of nothing": CONFIG.replace("policy: ./policy.yaml", "policy: *nothing").encode(),
    "a merge key": b"base: &b {version: 1}\n<<: *b\n",
    "a tag": _with("zone", "!!python/object/apply:os.system ['true']"),
    "a billion laughs": _LAUGHS.encode(),
    "duplicate keys": CONFIG.replace("version: 1", "version: 1\nversion: 1").encode(),
    "duplicate trackers": CONFIG.replace("  web-github:", "  shop-jira:").encode(),
    "deep lists": ("version: " + _nested(_DEEP, "[", "]")).encode(),
    "deep mappings": ("version: " + "{a: " * _DEEP + "1" + "}" * _DEEP).encode(),
    "deep blocks": "".join(f"{' ' * n}a:\n" for n in range(1_000)).encode(),
    "unclosed": ("version: " + "[" * _DEEP).encode(),
    "an unclosed quote": CONFIG.replace('"5.2", audience', '"5.2, audience').encode(),
    "a key of a mapping": b"? {a: 1}\n: 2\n",
    "a key of a list": b"? [a]\n: 2\n",
    "a null key": b"~: 1\nversion: 1\n",
    "a huge number": _with("version", "9" * 10_000),
    "a negative number": _with("version", "-1"),
    "infinity": _with("version", ".inf"),
    "no number": _with("version", ".nan"),
    "octal": _with("version", "0o" + "7" * 500),
    "a date out of range": _with("go_live", "9999-12-31T23:59-14:00"),
    "a date before all": _with("go_live", "0001-01-01T00:00+14:00"),
    "a 30 February": _with("go_live", "2026-02-30T08:00Z"),
    "a date without an offset": _with("go_live", "2026-11-20T08:00"),
    "a leap second": _with("go_live", "2026-06-30T23:59:60Z"),
    "Arabic digits": _with("go_live", "٢٠٢٦-11-20T08:00Z"),
    "a length out of range": _with("hypercare", "9999999999999999d"),
    "a negative length": _with("hypercare", "-14d"),
    "no length": _with("hypercare", "0d"),
    "a length in Arabic digits": _with("hypercare", "\u0661\u0664d"),
    "a zone that is a path": _with("zone", "../../etc/passwd"),
    "a zone that is a folder": _with("zone", "Europe"),
    "a zone with a zero": _with("zone", '"Europe\\0Berlin"'),
    "a policy that is a folder": _with("policy", "./"),
    "a policy that is a device": _with("policy", "/dev/zero"),
    "a policy that is the config": _with("policy", "./hypercare.yaml"),
    "a policy with a zero": _with("policy", '"./pol\\0icy.yaml"'),
    "a policy of a long name": _with("policy", "./" + "x" * 5_000 + ".yaml"),
    "a store that is no store": _with("store", "mysql://x"),
    "a store with a zero": _with("store", '"sqlite:///a\\0b"'),
    "a list for a mapping": _with("trackers", "[]").replace(b"  shop-jira", b"# ").replace(b"  web-github", b"# "),
    "text for a list": CONFIG.replace("labels: [bug]", "labels: bug").encode(),
    "a number for text": CONFIG.replace("name: Shop 5.2", "name: 5.2").encode(),
    "an unknown variable": CONFIG.replace("token: sandbox}", 'token: "${NOT_THERE}"}').encode(),
    "a variable that ends nowhere": CONFIG.replace("token: sandbox}", 'token: "${"}').encode(),
    "an address that is none": CONFIG.replace("http://127.0.0.1:9/jira", "http://[::1").encode(),
    "an address with a port out of range": CONFIG.replace(":9/jira", ":99999999/jira").encode(),
    "a very long line": ("version: 1 #" + "x" * 900_000).encode(),
    "very many keys": "".join(f"key{n}: {n}\n" for n in range(20_000)).encode(),
    "50 MB": b"x" * 50_000_000,
    "50 MB of lines": b"a: 1\n" * 10_000_000,
}  # fmt: skip

POLICY_CORPUS: dict[str, bytes] = {
    **{f"as a config: {name}": body for name, body in CORPUS.items() if "MB" not in name},
    "extends itself": b"extends: ./policy.yaml\n",
    "extends a device": b"extends: /dev/zero\n",
    "extends a list": b"extends: [standard]\n",
    "a deep condition": ("extends: standard\nrules:\n  - {id: a, when: " + "{not: " * 500 + "{open: true}" + "}" * 501 + "\n").encode(),
    "a wide condition": ("extends: standard\nrules:\n  - {id: a, when: {any: [" + "{title: {contains: a}}, " * 5_000 + "]}, then: {stop: true}}\n").encode(),
    "an expression without end": POLICY.replace("contains: outage", 'matches: "(a+)+$"').encode(),
    "an expression too big": POLICY.replace("contains: outage", 'matches: "((a{1000}){1000}){1000}"').encode(),
    "an expression that is none": POLICY.replace("contains: outage", 'matches: "("').encode(),
    "hours that end before they begin": POLICY.replace("08:00-18:00", "18:00-08:00-04:00").encode(),
    "hours beyond the day": POLICY.replace("00:00-24:00", "00:00-99:99").encode(),
    "a holiday of nowhere": POLICY.replace("country: DE", "country: ../..").encode(),
    "a target out of range": POLICY.replace("30m on always", "99999999999999999999d on always").encode(),
    "a target on nothing": POLICY.replace("30m on always", "30m on").encode(),
    "a prefix of nothing": POLICY.replace('"care:"', '""').encode(),
    "a prefix of a control character": POLICY.replace('"care:"', '"\\e[2J:"').encode(),
}  # fmt: skip

_number = st.integers(0, 100_000)


@st.composite
def structures(draw: st.DrawFn, good: Any) -> bytes:
    """A good value with up to four parts left out, replaced, doubled or moved, as JSON, which is YAML."""
    value = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 4))):
        found = list(places(value))
        if not found:
            break
        path = found[draw(_number) % len(found)]
        holder = value
        for name in path[:-1]:
            holder = holder[name]
        match draw(st.sampled_from(["replace", "replace", "drop", "double", "move", "rename"])):
            case "replace":
                holder[path[-1]] = copy.deepcopy(draw(st.sampled_from(ODD)))
            case "drop":
                del holder[path[-1]]
            case "double" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[path[-1]]))
            case "rename" if isinstance(holder, dict):
                holder[draw(st.sampled_from(["odd", "", "\u202e", "name", "kind", "x" * 300]))] = holder.pop(path[-1])
            case _:
                other = found[draw(_number) % len(found)]
                moved = value
                for name in other:
                    moved = moved[name]
                holder[path[-1]] = copy.deepcopy(moved)
    return json.dumps(value, allow_nan=False, default=str).encode() if not _not_json(value) else repr(value).encode()


def _not_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return True
    return False


_BYTES = [
    b"\0",
    b"\xff",
    b"\t",
    b"\r",
    b"\n",
    b"&a ",
    b"*a ",
    b"!x ",
    b"- ",
    b"? ",
    b": ",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"'",
    b"#",
    b"%",
    b"|\n",
    b"\xe2\x80\xae",
    b"\xef\xbb\xbf",
    b"---\n",
    b"0",
    b"~",
]


@st.composite
def spoilt_text(draw: st.DrawFn, good: bytes) -> bytes:
    """A good file with up to six bytes or stretches left out, put in, doubled or swapped."""
    body = bytearray(good)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(_number) % (len(body) + 1)
        length = draw(st.integers(0, 40))
        match draw(st.sampled_from(["insert", "insert", "delete", "double", "flip", "cut"])):
            case "insert":
                body[place:place] = draw(st.sampled_from(_BYTES))
            case "delete":
                del body[place : place + length]
            case "double":
                body[place:place] = body[place : place + length]
            case "flip" if place < len(body):
                body[place] ^= 1 << draw(st.integers(0, 7))
            case _:
                if length == 40:
                    del body[place:]
    return bytes(body)
