"""The server behind `oversight serve`: Solara's, offline, for this machine only unless asked otherwise."""

from __future__ import annotations

import logging
import socket
import warnings
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import plotly
import solara.server.settings as settings
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from oversight.app import serving
from oversight.app.guard import LOOPBACK, Guard
from oversight.app.memory import give_back_what_is_collected
from oversight.app.serving import Served
from oversight.errors import InputError, Problem

# Set before Solara's server is imported below: it reads them then.
settings.main.mode = "production"
settings.telemetry.mixpanel_enable = False
settings.assets.fontawesome_enabled = False
settings.theme.title = "oversight"
settings.theme.loader = "plain"
# A reader whose connection drops has a minute to come back; after that the session's memory is freed.
settings.kernel.cull_timeout = "60s"
# `--sessions` is the limit, whoever they are.
settings.kernel.max_per_session = 0
settings.session.http_only = True

# Said of another environment that happens to be activated: the one that runs this is the right one.
warnings.filterwarnings("ignore", message="Attempting to work in a virtualenv", category=UserWarning)

import solara.server.app  # noqa: E402
import solara.server.starlette as solara_server  # noqa: E402
from solara.server import kernel_context  # noqa: E402

from oversight.app.threads import Threads  # noqa: E402

kernel_context.current_context = Threads(kernel_context.current_context)

# Solara says on every start that it falls back to what is right here.
warnings.filterwarnings("ignore", message="Cookies with samesite=none", category=UserWarning)

# A page that closes while something is sent to it is no error to show whoever serves it.
_CLOSED = ("Error sending message", "Error closing websocket")
logging.getLogger("solara.server.kernel").addFilter(lambda record: not str(record.msg).startswith(_CLOSED))

SESSIONS = 100
"""How many have the page open at once, unless asked otherwise."""
_KERNELS = "/jupyter/api/kernels/"
ASSETS = Path(str(files("oversight.app") / "assets"))
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_HEAD = """\
    <link rel="stylesheet" href="/oversight/page.css">
    <script src="/oversight/plotly.min.js"></script>
    <script src="/oversight/page.js"></script>
</head>"""


def serve(
    served: Served,
    host: str,
    port: int,
    ready: Callable[[str], None] = print,
    allowed: Sequence[str] = (),
    sessions: int = SESSIONS,
) -> None:
    """Serve the page until interrupted. `ready` is given its address; port 0 takes any free one.

    Args:
        served: the files on offer, and the scenario that a session begins with.
        host: the address to listen on.
        port: the port to listen on.
        ready: called once, with the address of the page.
        allowed: names by which readers may reach the page beside `host`.
        sessions: how many may have the page open at once.

    Raises:
        InputError: the port is taken.
    """
    serving.served = served
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        application(host, allowed, sessions), log_level="error", timeout_graceful_shutdown=2, server_header=False
    )
    server = uvicorn.Server(config)
    give_back_what_is_collected()
    ready(address)
    server.run(sockets=[listener])


def is_public(host: str) -> bool:
    """Whether other machines reach what listens on `host`."""
    return host not in LOOPBACK


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        remedy = "Give another, or 0 for any that is free."
        raise InputError(Problem(f"{host}:{port} cannot be used: {error.strerror}", "--port", remedy=remedy)) from None


def application(host: str, allowed: Sequence[str] = (), sessions: int = SESSIONS) -> ASGIApp:
    """The page as an ASGI application, for requests to `host` and the names that are `allowed`."""
    solara.server.app.apps["__default__"] = solara.server.app.AppScript("oversight.app.page")
    # Solara's page answers to any path; ours has one.
    rest = [route for route in solara_server.routes if getattr(route, "endpoint", None) is not solara_server.root]
    routes = [
        Route("/", _page),
        Route("/oversight/plotly.min.js", _plotly),
        Mount("/oversight", StaticFiles(directory=ASSETS)),
        # Solara's own route to these files would look for a missing one on another host.
        Mount("/_solara/cdn", StaticFiles(directory=settings.assets.proxy_cache_dir)),
        *rest,
    ]
    app = Starlette(routes=routes, lifespan=solara_server.lifespan, middleware=solara_server.middleware)

    def full(path: str) -> bool:
        opens = path == "/" or path.startswith(_KERNELS)
        known = path.removeprefix(_KERNELS).partition("/")[0] in kernel_context.contexts
        return opens and not known and len(kernel_context.contexts) >= sessions

    return Guard(app, host, allowed, full)


async def _page(request: Request) -> Response:
    """Solara's page, with a language, zooming allowed, and our style and figures' script before it starts."""
    response = await solara_server.root(request)
    html = bytes(response.body).decode("utf-8")
    html = html.replace("<html>", '<html lang="en">', 1).replace("</head>", _HEAD, 1)
    html = html.replace(", maximum-scale=1, user-scalable=no, minimal-ui", "", 1)
    # Light or dark as the reader's system has it. Solara's own "auto" leaves out the element that it then looks for.
    html = html.replace('"variant": "light"', '"variant": "auto"', 1)
    html = html.replace("<script", f'<script nonce="{request.state.nonce}"')
    headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
    return HTMLResponse(html, response.status_code, headers)


async def _plotly(request: Request) -> Response:
    return FileResponse(_PLOTLY, headers={"cache-control": "max-age=86400"})
