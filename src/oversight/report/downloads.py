"""What the page carries for download: the summary, the experiment, the manifest."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

_MOST_BYTES = 8_000_000


@dataclass
class Download:
    """A file as a link; without `address`, a file that stays in the results folder."""

    name: str
    about: str
    address: str = ""


def downloads(folder: Path) -> list[Download]:
    """The files of a results folder, embedded where they are small enough."""
    return [
        embedded(
            folder / "summary.csv", "text/csv", "every measure with its confidence interval, and theory beside them"
        ),
        embedded(folder / "manifest.json", "application/json", "the experiment as it was run, with versions and seed"),
        Download("runs.parquet", "every single run, in the results folder beside this page"),
    ]


def embedded(file: Path, kind: str, about: str) -> Download:
    """A file as a link that holds it, where it is small enough."""
    if not file.is_file() or file.stat().st_size > _MOST_BYTES:
        return Download(file.name, f"{about}, in the results folder beside this page")
    return Download(file.name, about, address(file.read_bytes(), kind))


def address(data: bytes, kind: str) -> str:
    """The address of a link that holds the data itself."""
    return f"data:{kind};base64,{b64encode(data).decode()}"


def script_json(value: object) -> str:
    """JSON that may stand in a script element: nothing in it can end the element."""
    return json.dumps(value).replace("<", "\\u003c")
