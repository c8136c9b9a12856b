"""The command line: options in, results to stdout, warnings and progress to stderr, an exit code out."""

from hypercare_sync.cli.group import cli


def main() -> None:
    """The entry point `hypercare-sync`."""
    cli(prog_name="hypercare-sync")


__all__ = ["cli", "main"]
