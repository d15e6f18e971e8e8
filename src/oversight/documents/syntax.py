"""YAML text as a graph of nodes, what is wrong with it and in which line, and how much it comes to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node
from ruamel.yaml.reader import ReaderError

MAX_DEPTH = 50
"""Values within values; no policy or experiment comes near."""
TOO_DEEP = ("is nested too deeply", "No value of a policy or experiment lies that deep.")
_CHECK = "Check indentation, colons and quotes."


@dataclass(frozen=True)
class BadSyntaxError(Exception):
    """What is wrong with a text, what to do, and the line, from 1."""

    message: str
    remedy: str
    line: int | None


def decoded(content: bytes) -> str:
    """The text of a file.

    Raises:
        BadSyntaxError: it is not in UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        if b"\0" in content:
            raise BadSyntaxError("is not a text file", "Name one in UTF-8.", line) from None
        message = f"holds the byte 0x{content[error.start]:02X}, which is not UTF-8"
        raise BadSyntaxError(message, "Save it as UTF-8.", line) from None


def composed(text: str) -> Node | None:
    """The root of a text's node graph, in which aliases are shared nodes; None for an empty text.

    Raises:
        BadSyntaxError: it is no YAML, or nested too deeply.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False  # the later one counts, as YAML has it
    try:
        return yaml.compose(text)  # type: ignore[no-any-return]
    except MaxDepthExceededError as error:
        raise BadSyntaxError(*TOO_DEEP, error.problem_mark.line + 1) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise BadSyntaxError(f"is not valid YAML: {error.problem or error.context}", _CHECK, line) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"holds the character U+{ord(text[error.position]):04X}, which YAML does not allow"
        raise BadSyntaxError(message, "Remove it.", line) from None
    except (YAMLError, ValueError, OverflowError) as error:
        message = f"is not valid YAML: {str(error).splitlines()[0]}"
        raise BadSyntaxError(message, _CHECK, _last_line_read(text)) from None


def _last_line_read(text: str) -> int:
    """The line of the last part of a text that can be read."""
    line = 1
    with suppress(YAMLError, ValueError, OverflowError):
        for event in YAML(typ="safe", pure=True).parse(text):
            line = event.end_mark.line + 1
    return line


def sizes(root: Node) -> dict[int, int]:
    """By the identity of each node, the values that it comes to once aliases are written out; and 0 in a circle.

    The work is that of the nodes as they are written, whatever they come to.
    """
    found: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        children = children_of(node)
        if found.setdefault(id(node), 0) == 0 and (new := [each for each in children if id(each) not in found]):
            waiting += new
            continue
        found[id(node)] = 1 + sum(found[id(each)] for each in children)
        waiting.pop()
    return found


def children_of(node: Node) -> list[Node]:
    """The values that a node holds."""
    if isinstance(node, MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, CollectionNode) else []
