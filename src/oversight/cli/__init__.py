"""The command line: a thin shell over the package."""

from oversight.cli.main import main

__all__ = ["main"]
