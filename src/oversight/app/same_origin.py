"""A guard in front of the page."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class SameOrigin:
    """Refuses pages of other sites that reach for this server from the reader's own browser.

    A request must name the host that is listened on and, where a browser says which page it comes from, come from it.
    """

    def __init__(self, app: ASGIApp, host: str):
        self.app = app
        self.local = host in ("127.0.0.1", "localhost", "::1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] in ("http", "websocket") and not self._expected(dict(scope["headers"])):
            await self._refuse(scope, send)
        else:
            await self.app(scope, receive, send)

    def _expected(self, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        origin = headers.get(b"origin", b"").decode("latin-1")
        own = not self.local or name in ("127.0.0.1", "localhost", "[::1]")
        return own and (not origin or origin.partition("://")[2] == host)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"This page only answers its own address."})
