"""What the benchmarks of cold readings share: a sandbox and each way of reading in a process of its own, and one table of both."""

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

_LONGEST = 600  # seconds

Way = Callable[[str, str], tuple[int, int]]
"""Reads a place of the sandbox at an address; how many issues and facts (comments, lines of history) it saw."""


class Measured(NamedTuple):
    """What one process took for its issues; `facts` are the comments and the lines of history that it saw."""

    issues: int
    facts: int
    requests: int
    wall: float
    cpu: float
    peak: float


class Benchmark(NamedTuple):
    """Our reader beside a plain loop, each over a place of its own: `many` issues and `few`, since a loop may send requests for each.

    `row` makes the number-th issue of a place, `option` the sandbox's option that loads a place's file; `facts` is how many an issue has.
    """

    script: str
    doc: str
    ways: Mapping[str, Way]
    many: str
    few: str
    row: Callable[[str, int], Any]
    option: Callable[[str, Path], list[str]]
    facts: int
    loop_issues: int

    def main(self) -> None:
        """Measure both and compare."""
        options = argparse.ArgumentParser(description=self.doc, formatter_class=argparse.RawDescriptionHelpFormatter)
        options.add_argument("--issues", type=int, default=10_000)
        options.add_argument("--loop-issues", type=int, default=self.loop_issues)
        options.add_argument("--measure", nargs=3, metavar=("WAY", "BASE", "PLACE"), help=argparse.SUPPRESS)
        given = options.parse_args()
        if given.measure:
            print(json.dumps(self._measured(*given.measure)))
            return
        ours, loop = self.ways
        sizes = {self.many: given.issues, self.few: given.loop_issues}
        with self._sandbox(sizes) as base:
            pairs = ((ours, self.many), (ours, self.few), (loop, self.few))
            rows = [(way, self._measure(way, base, place)) for way, place in pairs]
        for (_, place), (_, one) in zip(pairs, rows, strict=True):
            assert one.issues == sizes[place], "they do not read all issues"
            assert one.facts == one.issues * self.facts, "they do not read the same facts"
        _tell(rows)

    def _measure(self, way: str, base: str, place: str) -> Measured:
        """One way in a process of its own."""
        command = [sys.executable, self.script, "--measure", way, base, place]
        out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST).stdout  # noqa: S603 - our own command
        return Measured(*json.loads(out))

    def _measured(self, way: str, base: str, place: str) -> Measured:
        """The same in this process."""
        _served(base, "DELETE")
        wall, cpu = time.perf_counter(), time.process_time()
        counted = self.ways[way](base, place)
        took = (time.perf_counter() - wall, time.process_time() - cpu)
        return Measured(*counted, _served(base), *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    @contextmanager
    def _sandbox(self, sizes: dict[str, int]) -> Iterator[str]:
        """The sandbox with so many issues in each place, in a process of its own; yields its address."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            port = folder / "port"
            command = [
                str(Path(sys.executable).with_name("hypercare-sync")),
                *("sandbox", "--port", "0", "--port-file", str(port)),
            ]
            for place, size in sizes.items():
                path = folder / f"{place.replace('/', '-')}.jsonl.gz"
                with gzip.open(path, "wt", compresslevel=1) as sink:
                    sink.writelines(f"{json.dumps(self.row(place, number))}\n" for number in range(1, size + 1))
                command += self.option(place, path)
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
            try:
                started = time.monotonic()
                while not (port.exists() and port.read_text().strip()):
                    if server.poll() is not None or time.monotonic() - started > _LONGEST:
                        raise SystemExit("the sandbox did not start")
                    time.sleep(0.1)
                yield f"http://127.0.0.1:{port.read_text().strip()}"
            finally:
                server.terminate()
                server.wait(10)


def _served(base: str, method: str = "GET") -> int:
    """How many requests the sandbox served; with DELETE it counts anew."""
    request = urllib.request.Request(f"{base}/_sandbox/requests", method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        body = answer.read()
    return len(json.loads(body)["requests"]) if method == "GET" else 0


def _tell(rows: list[tuple[str, Measured]]) -> None:
    print(f"{'':15}{'issues':>8}{'requests':>10}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}   per 1,000 issues")
    for way, one in rows:
        share = 1000 / one.issues
        print(
            f"{way:15}{one.issues:>8,}{one.requests:>10,}{one.wall:>8.2f}{one.cpu:>8.2f}{one.peak:>9.0f}"
            f"   {one.wall * share:.2f} s wall, {one.cpu * share:.2f} s CPU, {one.requests * share:.0f} requests"
        )
    (_, many), _, (_, loop) = rows
    wall, cpu = (loop.issues * one / many.issues for one in (many.wall, many.cpu))
    print(f"the loop takes {loop.wall / wall:.1f} times the time and {loop.cpu / cpu:.1f} times the CPU for an issue")
