"""Links between actors that stand in a file of their own."""

from __future__ import annotations

import re
from typing import Any

from oversight.documents.beside import text_beside
from oversight.documents.yaml_file import Document
from oversight.errors import InputError, short

_WHERE = ("network", "file")
_BETWEEN = re.compile(r"[,;\s]+")


def with_links(data: dict[str, Any], document: Document) -> dict[str, Any]:
    """The data of an experiment with the pairs of the file in place of `network: {kind: file, file: ...}`.

    A line holds the numbers of two actors, with a comma or a blank between them; the first may be a heading, and lines
    that begin with # are left out.

    Raises:
        InputError: the file is missing, or holds a line of anything else.
    """
    network = data.get("network")
    if not isinstance(network, dict) or network.get("kind") != "file" or "file" not in network:
        return data
    file = str(network["file"])
    links = []
    for number, line in enumerate(text_beside(document, file, _WHERE).splitlines(), start=1):
        cells = _BETWEEN.split(line.strip())
        if cells == [""] or line.lstrip().startswith("#"):
            continue
        if len(cells) == 2 and all(cell.isdecimal() for cell in cells):
            links.append([int(cell) for cell in cells])
        elif number > 1 or len(cells) != 2:
            remedy = "Write the numbers of two actors a line, from 0 in the order of the population."
            message = f"{short(file)}:{number}: {short(repr(line))} is no link"
            raise InputError(document.problem(_WHERE, message, remedy))
    return {**data, "network": {**{key: value for key, value in network.items() if key != "file"}, "links": links}}
