"""`demo`: a release's first week on the embedded trackers."""

import click

_HELP = """Play a release's first week on the embedded trackers, and deal with it.

People report, answer, reopen and complain on an embedded Jira and GitHub; a tick every few hours decides and writes, and
says what and why. It ends with the summary issue. Nothing is kept, and nothing outside of this machine is asked.

\b
Examples:
  hypercare-sync demo
  hypercare-sync demo --serve --port 8080
"""


@click.command("demo", help=_HELP, epilog="Exit codes: see hypercare-sync --help.")
@click.option("--serve", is_flag=True, help="Keep the trackers up afterwards, to look around, until Ctrl-C.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Where the trackers listen [default: a free port].",
)
def demo(*, serve: bool, port: int) -> None:
    """Play the story, show it, and keep the trackers up where that is asked for."""
    import signal
    from contextlib import suppress
    from datetime import timedelta
    from threading import Event

    from hypercare_sync.demo.screen import Screen
    from hypercare_sync.demo.script import load
    from hypercare_sync.demo.show import prepared

    story = load()
    screen = Screen(story)
    with prepared(story, port) as show:
        screen.beginning()
        results = []
        with screen.bar() as advance:
            for turn in show.turns():
                results.append(turn.result)
                screen.turn(turn)
                advance()
        (release,) = results[-1].releases
        assert release.state is not None
        assert release.summary_url is not None
        screen.summary(release.state)
        screen.proofs(show.proofs())
        screen.costs(results)
        if not serve:
            screen.next_steps(release.summary_url)
            return
        screen.served(show.base, release.summary_url, show.config, story.week.ticks[-1] + timedelta(hours=1))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a kill cleans up as Ctrl-C does
        with suppress(KeyboardInterrupt):
            Event().wait()
