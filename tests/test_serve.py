"""`oversight serve` without a browser: what it refuses, and whom it answers."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from conftest import Command
from oversight.app.same_origin import SameOrigin

OWN = "127.0.0.1:8765"


def test_a_port_in_use_is_told(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = command("serve", "--port", str(port))
    assert answer.code == 2
    assert f"127.0.0.1:{port} cannot be used" in answer.err
    assert "Give another" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["--folder", "nowhere"], "`nowhere` is not a folder"),
        (["--actors", "nowhere.py"], "nowhere.py"),
    ],
)
def test_a_wrong_word_is_told(command: Command, words: list[str], said: str) -> None:
    answer = command("serve", *words)
    assert answer.code == 2
    assert said in answer.err


async def _answer(kind: str, headers: dict[str, str], host: str = "127.0.0.1") -> str:
    """What the guard makes of a request: "passed", or what it sends instead."""
    sent: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        sent.append("passed")

    async def send(message: Any) -> None:
        sent.append(message.get("status", message.get("code", "body")))

    async def receive() -> Any:
        return {}

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await SameOrigin(page, host)({"type": kind, "headers": raw}, receive, send)
    return str(sent[0])


@pytest.mark.parametrize(
    ("kind", "headers", "answer"),
    [
        ("http", {"host": OWN}, "passed"),
        ("http", {"host": "localhost:8765"}, "passed"),
        ("http", {"host": "[::1]:8765"}, "passed"),
        ("websocket", {"host": OWN, "origin": f"http://{OWN}"}, "passed"),
        # Another site's name that was made to lead here.
        ("http", {"host": "elsewhere.example:8765"}, "403"),
        ("http", {}, "403"),
        # Another site's page in the reader's browser.
        ("websocket", {"host": OWN, "origin": "http://elsewhere.example"}, "1008"),
        ("websocket", {"host": OWN, "origin": "http://127.0.0.1:9999"}, "1008"),
        ("http", {"host": OWN, "origin": "null"}, "403"),
    ],
)
def test_only_its_own_page_is_answered(kind: str, headers: dict[str, str], answer: str) -> None:
    assert asyncio.run(_answer(kind, headers)) == answer


def test_an_address_that_was_asked_for_may_have_any_name() -> None:
    assert asyncio.run(_answer("http", {"host": "lab.example:8765"}, "0.0.0.0")) == "passed"
