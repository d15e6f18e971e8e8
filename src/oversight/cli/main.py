"""What every command does with errors, interrupts, and output that cannot take every character."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from oversight.caller import command_line
from oversight.endings import exits_raise, interrupted_once

UNFINISHED = 1
WRONG_INPUT = 2
INTERRUPTED = 130
LIMIT = 1.5
"""Seconds from an interrupt to the end, whatever is going on."""
KEPT = "Finished runs are kept: give the same command again to go on."


def main() -> None:
    """Entry point.

    Exit codes: 0 done, 1 runs failed, a promise broken, no room to write or nobody to read, 2 the input is wrong, 130
    interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # redirected output may have a narrow encoding
    with interrupted_once(LIMIT, f"Interrupted. {KEPT}"):
        try:
            with exits_raise(), command_line():
                sys.exit(_run())
        except KeyboardInterrupt as error:
            _say(f"Interrupted. {error}".strip())
            sys.exit(INTERRUPTED)
        except Exception as error:
            # An interrupt while pydantic makes a schema of a class comes out of it as an error of its own.
            if type(error).__name__ != "SchemaError" or "KeyboardInterrupt" not in str(error):
                raise
            _say("Interrupted.")
            sys.exit(INTERRUPTED)


def _run() -> int:
    """Run the command that was given; its exit code."""
    import click

    from oversight.cli.app import app
    from oversight.errors import OversightError, UnfinishedError

    output = sys.stdout
    try:
        return app.main(prog_name="oversight", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
    except OversightError as error:
        for line in str(error).splitlines():
            _say(f"error: {line}" if not line.startswith(" ") else line)
        if isinstance(error, UnfinishedError):
            return UNFINISHED
    except SystemExit as error:
        # Where whoever reads has enough, as `head` has, rich ends so, and click, which first replaces the stream.
        if isinstance(error.__context__, BrokenPipeError) or sys.stdout is not output:
            return UNFINISHED
        _say(f"error: a class ended the process by sys.exit({error})")
    except click.Abort as error:
        raise KeyboardInterrupt(*getattr(error.__cause__, "args", ())) from None
    return WRONG_INPUT


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
