"""`oversight serve` without a browser: what it refuses, and whom it answers."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from solara.server import kernel_context

from helpers import Command
from oversight.app.draft import drafted
from oversight.app.guard import Guard
from oversight.app.opened import opened
from oversight.app.server import application

OWN = "127.0.0.1:8765"
APP = application("127.0.0.1", sessions=2)
# Solara says so of a page that is not for frames.
pytestmark = pytest.mark.filterwarnings("ignore:Cookies with samesite=none")


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


async def _answer(
    kind: str, headers: dict[str, str], host: str = "127.0.0.1", allowed: tuple[str, ...] = (), path: str = "/"
) -> str:
    """What the guard makes of a request: "passed", or what it sends instead."""
    sent: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        sent.append("passed")

    async def send(message: Any) -> None:
        sent.append(message.get("status", message.get("code", "body")))

    async def receive() -> Any:
        return {}

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await Guard(page, host, allowed)({"type": kind, "headers": raw, "path": path}, receive, send)
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


@pytest.mark.parametrize(
    ("host", "allowed", "asked", "answer"),
    [
        # Reached by a number of this machine's: no other site can make one of its own lead here.
        ("0.0.0.0", (), "192.0.2.7:8765", "passed"),
        ("::", (), "[2001:db8::7]:8765", "passed"),
        ("0.0.0.0", (), "localhost:8765", "passed"),
        ("0.0.0.0", (), "elsewhere.example:8765", "403"),
        ("0.0.0.0", ("lab.example",), "Lab.example:8765", "passed"),
        ("127.0.0.1", ("lab.example",), "lab.example", "passed"),
        ("127.0.0.1", (), "192.0.2.7:8765", "403"),
        ("192.0.2.7", (), "192.0.2.7:8765", "passed"),
        ("192.0.2.7", (), "elsewhere.example:8765", "403"),
    ],
)
def test_a_name_must_be_allowed(host: str, allowed: tuple[str, ...], asked: str, answer: str) -> None:
    assert asyncio.run(_answer("http", {"host": asked}, host, allowed)) == answer


async def _get(app: Any, path: str, headers: dict[str, str] | None = None) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body of an answer of the whole application."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    raw = [(name.encode(), value.encode()) for name, value in {"host": OWN, **(headers or {})}.items()]
    name, port = OWN.split(":")
    scope = {
        "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1", "headers": raw, "root_path": "",
        "path": path, "raw_path": quote(path).encode(), "query_string": b"", "server": (name, int(port)),
        "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await app(scope, receive, send)
    found = [(name.decode().lower(), value.decode()) for name, value in sent[0]["headers"]]
    return (
        sent[0]["status"],
        found,
        b"".join(message.get("body", b"") for message in sent[1:]).decode("utf-8", "replace"),
    )


@pytest.mark.parametrize("host", [OWN, "localhost:8765"])
def test_no_other_site_frames_it_and_no_script_reads_its_cookie(host: str) -> None:
    status, headers, body = asyncio.run(_get(APP, "/", {"host": host}))
    assert status == 200
    policy = dict(headers)["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert body.count("<script") == body.count(f'<script nonce="{nonce}"') > 0
    cookies = [value for name, value in headers if name == "set-cookie"]
    assert cookies
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_two_answers_have_marks_of_their_own() -> None:
    answers = [asyncio.run(_get(APP, "/"))[1] for _ in range(2)]
    first, second = (dict(headers)["content-security-policy"] for headers in answers)
    assert first != second


_MOUNTS = ("/", "/oversight/", "/static/", "/static/public/", "/jupyter/nbextensions/")


@pytest.mark.parametrize("mount", _MOUNTS)
@pytest.mark.parametrize("name", ["\0", "a\0b.css", "\n", "\x1b[2J", "\udcff/x", "\x85", "a" * 5_000, "../../x", "nix"])
def test_a_path_that_no_file_has_is_not_found(mount: str, name: str) -> None:
    assert asyncio.run(_get_path(mount + name)) == 404


async def _get_path(path: str) -> int:
    return (await _get(APP, path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")))[0]


def test_beyond_the_most_sessions_a_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_context, "contexts", {"one": object()})
    assert asyncio.run(_get(APP, "/"))[0] == 200
    monkeypatch.setattr(kernel_context, "contexts", {"one": object(), "two": object()})
    status, headers, body = asyncio.run(_get(APP, "/"))
    assert status == 503
    assert "All places are taken" in body
    assert "frame-ancestors 'none'" in dict(headers)["content-security-policy"]
    # Who has it open goes on.
    assert asyncio.run(_get(APP, "/oversight/page.css"))[0] == 200
    assert asyncio.run(_get(APP, "/jupyter/api/kernels/two/channels"))[0] != 503
    assert asyncio.run(_get(APP, "/jupyter/api/kernels/three/channels"))[0] == 503


@pytest.mark.slow
@pytest.mark.parametrize("key", ["turnover", "my_turnover", "wealth", "x.wealth"])
@pytest.mark.parametrize("where", ["", "sanction", "monitoring", "detector"])
def test_an_unknown_key_that_reads_like_a_trait_is_a_mistake_of_the_file(tmp_path: Path, key: str, where: str) -> None:
    policy: dict[str, Any] = {
        "monitoring": {"kind": "random_audit", "rate": 0.2},
        "detector": {"sensitivity": 0.9, "false_positive_rate": 0.05},
        "sanction": {"kind": "fixed", "amount": 3.0},
    }
    (policy[where] if where else policy)[key] = 2
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "wrong.yaml").write_text(json.dumps(policy))
    library = opened(None, tmp_path).library
    assert key in library.policies[0].problem
    draft = drafted(json.dumps(policy), library)
    assert draft.scenario is None
    assert key in draft.problems[0].path


@pytest.mark.slow
def test_another_environment_that_is_activated_is_no_news() -> None:
    """A library says so on standard error, before the address."""
    words = [sys.executable, "-c", "import oversight.app.server"]
    elsewhere = {**os.environ, "VIRTUAL_ENV": os.path.join(os.sep, "elsewhere")}
    said = subprocess.run(words, env=elsewhere, capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("", "")
