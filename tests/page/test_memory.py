"""What sessions leave behind goes back to the system."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
import uvicorn
from solara.server import kernel_context
from solara.server.kernel import Kernel

from oversight.app import memory, server, serving
from oversight.app.opened import opened


@pytest.fixture(autouse=True)
def _callbacks() -> Iterator[None]:
    before = list(gc.callbacks)
    yield
    gc.callbacks[:] = before


def test_served_pages_give_back_what_a_full_collection_frees(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    counts: list[int] = []
    monkeypatch.setattr(memory, "_trim", given.append)
    monkeypatch.setattr(serving, "served", None)

    def run(_: uvicorn.Server, sockets: list[socket.socket]) -> None:
        sockets[0].close()
        gc.disable()
        try:
            for generation in (0, 1, 2):
                gc.collect(generation)
                counts.append(len(given))
        finally:
            gc.enable()

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setattr(server, "application", lambda *_: None)
    for _ in range(2):
        server.serve(opened(None), "127.0.0.1", 0, lambda _: None)
    assert counts == [0, 0, 1, 1, 1, 2]


def test_without_glibc_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_trim", None)
    before = list(gc.callbacks)
    memory.give_back_what_is_collected()
    assert gc.callbacks == before
    gc.collect()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_not_asked_for_it(platform: str) -> None:
    """Where `ctypes.CDLL(None)` fails, as on Windows, the page starts all the same."""
    code = (
        "import ctypes, sys; sys.platform = sys.argv[1]; ctypes.CDLL = None; "
        "from oversight.app.memory import _trim; assert _trim is None"
    )
    subprocess.run([sys.executable, "-c", code, platform], check=True)


def test_a_session_is_closed_whole_where_one_of_its_threads_ends_meanwhile() -> None:
    async def opened() -> kernel_context.VirtualKernelContext:
        return kernel_context.VirtualKernelContext("session", Kernel(), "reader")

    session = asyncio.run(opened())  # which wants the loop of a server

    class Ending(type(kernel_context.current_context)):  # type: ignore[misc]
        """A thread ends as soon as Solara has listed it."""

        def copy(self) -> dict[str, object]:
            listed = dict(self)
            del self["ending"]
            return listed

    threads = Ending({"ending": session, "another": session})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_context, "current_context", threads)
        session.close()
    assert session.closed_event.is_set()
    assert session not in threads.values()
