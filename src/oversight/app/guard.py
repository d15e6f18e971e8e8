"""A guard in front of the page: whom it answers, how many, and what a browser may do with the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from http.cookies import SimpleCookie
from ipaddress import ip_address
from secrets import token_urlsafe
from string import Template
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")
"""Hosts to listen on that stand for every address of this machine."""

# Vue compiles its templates in the browser, for which it needs `eval`; scripts come from here or bear the page's mark.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
}
_REFUSAL = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title · oversight</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem; }
small { font-weight: 700; color: #0072b2; }
h1 { font-size: 1.25rem; }
</style>
</head>
<body>
<small>oversight</small>
<h1>$title</h1>
<p>$words</p>
</body>
</html>
""")


class Guard:
    """Refuses requests of other sites, for other hosts, with names that no file can have, and beyond the most sessions.

    A request must name a host that this server answers for and, where a browser says which page it comes from, come
    from it. Every answer says that no other site may show it in a frame, and what scripts it may run.
    """

    def __init__(self, app: ASGIApp, host: str, allowed: Sequence[str] = (), full: Callable[[str], bool] | None = None):
        """For requests to `host`, or to a name that is `allowed`.

        `full` tells whether there is no room for the session that a path belongs to.
        """
        self.app = app
        self.numbers = host in ANY
        names = LOOPBACK if host in (*LOOPBACK, *ANY) else (host,)
        self.names = {name.lower().strip("[]") for name in (*names, *allowed)}
        self.full = full or (lambda path: False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope["state"] = {**scope.get("state", {}), "nonce": token_urlsafe(16)}
        send = _protected(send, scope["state"]["nonce"])
        path = scope.get("path", "/")
        if not self._expected(dict(scope["headers"])):
            await _refuse(
                scope, send, 403, "Not this address",
                "This page only answers its own address. `oversight serve --allow-host NAME` has it answer to a name.",
            )  # fmt: skip
        elif not path.isprintable() or len(path) > 1_000:
            await _refuse(scope, send, 404, "There is nothing here", "The page is at the address without a path.")
        elif self.full(path):
            await _refuse(
                scope, send, 503, "All places are taken",
                "As many people as this page takes have it open already. A place is free a minute after one of them "
                "leaves; try again then. Whoever runs it can allow more: `oversight serve --sessions`.",
            )  # fmt: skip
        else:
            await self.app(scope, receive, send)

    def _expected(self, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        return self._answers_for(_name(host)) and (not origin or origin.partition("://")[2] == host)

    def _answers_for(self, name: str) -> bool:
        # Another site can make a name of its own lead here, but not a number.
        return name in self.names or (self.numbers and _is_number(name))


def _name(host: str) -> str:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return name.lower().strip("[]")


def _is_number(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _protected(send: Send, nonce: str) -> Send:
    """`send` with the headers that a browser protects the reader by, and cookies that no script or other site reads."""
    policy = _POLICY.format(nonce=nonce).encode()

    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, _closed(value) if name == b"set-cookie" else value) for name, value in message["headers"]]
            message = {**message, "headers": [*kept, (b"content-security-policy", policy), *_HEADERS.items()]}
        await send(message)

    return protected


def _closed(cookie: bytes) -> bytes:
    jar = SimpleCookie(cookie.decode("latin-1"))
    for held in jar.values():
        held["httponly"], held["samesite"], held["secure"] = True, "Lax", ""
    return jar.output(header="").strip().encode("latin-1")


async def _refuse(scope: Scope, send: Send, status: int, title: str, words: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1013 if status == 503 else 1008})
        return
    body = _REFUSAL.substitute(title=title, words=escape(words)).encode()
    headers: list[Any] = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
