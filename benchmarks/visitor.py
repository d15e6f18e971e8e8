"""A browser session without the browser: it opens the page over its websocket, plays, and counts what arrives."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect


class Visitor:
    """One session at `address`, such as http://127.0.0.1:8765. `steps` holds the time at which each period arrived."""

    def __init__(self, address: str):
        self.address = address
        self.kernel, self.page = str(uuid4()), str(uuid4())
        self.models: dict[str, dict[str, Any]] = {}
        self.steps: list[float] = []
        self._ready = asyncio.Event()
        self._clock = ""

    async def visit(self, seconds: float, play: asyncio.Event, ready: asyncio.Semaphore) -> None:
        """Open the page, wait for `play`, play for so long, and leave as a closed tab does."""
        host = self.address.removeprefix("http://")
        where = f"ws://{host}/jupyter/api/kernels/{self.kernel}/channels?session_id={self.page}"
        async with connect(where, max_size=None, origin=self.address) as socket:  # type: ignore[arg-type]
            control = str(uuid4())
            await self._send(socket, "comm_open", control, {}, target_name="solara.control")
            await self._send(socket, "comm_msg", control, {"method": "run", "args": {"path": "/"}})
            listening = asyncio.create_task(self._listen(socket))
            await self._ready.wait()
            ready.release()
            await play.wait()
            button = next(name for name, state in self.models.items() if state.get("children") == ["▶"])
            click = {"method": "custom", "content": {"event": "click", "data": {}}}
            await self._send(socket, "comm_msg", button, click)
            await asyncio.sleep(seconds)
            listening.cancel()
        await asyncio.to_thread(urlopen, f"{self.address}/_solara/api/close/{self.kernel}?session_id={self.page}", b"")

    async def _send(
        self, socket: ClientConnection, kind: str, comm: str, data: dict[str, Any], target_name: str = ""
    ) -> None:
        content: dict[str, Any] = {"comm_id": comm, "data": data}
        if target_name:
            content |= {"target_name": target_name}
        header = {"msg_id": str(uuid4()), "msg_type": kind, "username": "", "session": self.page, "version": "5.2"}
        message: dict[str, Any] = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        message |= {"channel": "shell", "buffers": []}
        await socket.send(json.dumps(message))

    async def _listen(self, socket: ClientConnection) -> None:
        async for received in socket:
            message = _text(received)
            if message is None:
                continue
            content = message.get("content", {})
            data = content.get("data", {})
            match message["header"]["msg_type"]:
                case "comm_open":
                    self.models[content["comm_id"]] = data.get("state", {})
                case "comm_msg" if data.get("method") == "finished":
                    self._ready.set()
                case "comm_msg" if data.get("method") == "update":
                    self._see(content["comm_id"], data["state"])

    def _see(self, model: str, state: dict[str, Any]) -> None:
        self.models.setdefault(model, {}).update(state)
        # Every period sends the actors' statuses anew.
        if "codes" in state:
            self.steps.append(time.perf_counter())


def _text(received: str | bytes) -> dict[str, Any] | None:
    """A message; of one with buffers, its first part."""
    if isinstance(received, str):
        loaded: dict[str, Any] = json.loads(received)
        return loaded
    many = int.from_bytes(received[:4], "big")
    start, end = (
        (int.from_bytes(received[4 * (1 + i) : 4 * (2 + i)], "big") for i in range(2)) if many > 1 else (8, None)
    )
    loaded = json.loads(received[start:end])
    return loaded
