"""Output that cannot be written: whoever read it has gone, or there is no room for it."""

import contextlib
import errno
import os
import signal
import sys

import click

from hypercare_sync.errors import HypercareError

_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO))
_NO_READER = 128 + signal.SIGPIPE
"""What a shell says of a program that ended because nobody reads it."""


def exit_code_where_lost(error: Exception) -> int | None:
    """The code to end with where the error is that standard output takes no more, which is told unless nobody reads it; None where it is another.

    Errors with a file's name are no errors of it, and those of the store and the trackers have names of ours.
    """
    if not isinstance(error, OSError) or error.filename is not None:
        return None
    if isinstance(error, BrokenPipeError):
        _discard()
        return _NO_READER
    if error.errno not in _NO_ROOM:
        return None
    _discard()
    click.echo(
        f"Error: the output could not be written: {os.strerror(error.errno)}; what was done before stands", err=True
    )
    return HypercareError.exit_code


def _discard() -> None:
    """Let what is still in the buffer go nowhere: written when Python ends, it would fail once more."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
