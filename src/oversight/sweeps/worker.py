"""A worker process: it is sent calls on standard input, and says what became of each."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
from queue import SimpleQueue
from typing import IO, Any

from oversight.endings import end_process, exits_raise


def main() -> None:
    """Run calls until standard input ends. Replies are None once it is ready, then (result, whether it was raised)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    logging.getLogger("oversight").setLevel(logging.ERROR)  # the parent has said it
    orders, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a class prints is no reply
    calls: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders, calls), daemon=True).start()
    _reply(replies, None)
    with exits_raise():
        while True:
            _reply(replies, _answer(calls.get()))


def _answer(packed: Any) -> tuple[Any, bool]:
    call, given, named = packed
    try:
        return call(*given, **named), False
    except BaseException as error:
        return error, True


def _listen(orders: IO[bytes], calls: SimpleQueue[Any]) -> None:
    """Pass calls on; end with the parent, however that ends."""
    try:
        while True:
            calls.put(pickle.load(orders))
    except Exception:  # the end of all orders, or one that cannot be read here
        end_process(1)


def _reply(replies: IO[bytes], reply: Any) -> None:
    pickle.dump(reply, replies)
    replies.flush()
