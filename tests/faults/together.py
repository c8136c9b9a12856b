"""Start two ticks at one moment, again and again, each time in the same world.

    python -m tests.faults.together FOLDER DATABASE TIMES

It prints one line of JSON for each time with what is wrong then, and before those one on a tick that is alone.
"""

import sys
from functools import partial
from pathlib import Path

from tests.faults.forks import Call, forked
from tests.faults.kill_stories import STORIES
from tests.faults.killing import REQUEST, End, Killing, Stores, differences, figures, loaded, tell
from tests.faults.trap import Trap, until

from hypercare_sync.errors import LeaseHeld


def together(killing: Killing, calm: End, folder: Path, store: str) -> list[str]:
    """Two ticks; the first that has the lease waits for the other to end before it writes. What is not as it should be."""
    team = killing.team_in(folder, store)
    calls: list[Call] = []
    team.sandbox.log.served = Trap(1, lambda: until(lambda: any(call.ended() for call in calls)))
    calls += [Call(folder, killing.story.arguments, kept=folder / name) for name in ("one", "other")]
    killing.serve_on()
    until(lambda: all(call.ended() for call in calls))
    one, other = sorted(calls, key=Call.code)
    found = (
        [] if (one.code(), other.code()) == (0, LeaseHeld.exit_code) else [f"they said {one.output} and {other.output}"]
    )
    found += [] if other.output.startswith("Error: another tick is ") else [f"the second said {other.output}"]
    found += [f"the second sent a request: {point}" for point in other.points if REQUEST.match(point)]
    return found + differences(killing.end(team, one.code()), calm)


def main(folder: Path, database: str, times: int) -> None:
    """So many times."""
    stores = Stores(database)
    killing = loaded(folder, STORIES["summary on GitHub"], stores)
    with stores.copy() as copy:
        calm = forked(partial(killing.told, folder / "calm", copy, "kill", None))
    tell(figures(calm))
    for number in range(times):
        with stores.copy() as copy:
            tell({"k": number, "wrong": forked(partial(together, killing, calm.end, folder / str(number), copy))})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
