"""A worker process: it is sent calls on standard input, and says what became of each."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
from queue import SimpleQueue
from traceback import format_exception_only
from typing import IO

from oversight.endings import end_process, exits_raise


def main() -> None:
    """Run calls until standard input ends. A first reply, None, says that it is ready; then come answers to calls."""
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


def _answer(packed: bytes) -> bytes:
    """What came of a call, and whether it was raised, as it travels. Whatever cannot travel is raised too."""
    try:
        call, given, named = pickle.loads(packed)
        return pickle.dumps((call(*given, **named), False))
    except BaseException as error:
        return _raised(error)


def _raised(error: BaseException) -> bytes:
    try:
        packed = pickle.dumps((error, True))
        pickle.loads(packed)  # one whose class asks for other arguments can be written, and not be read
    except Exception:
        packed = pickle.dumps((RuntimeError("".join(format_exception_only(error)).strip()), True))
    return packed


def _listen(orders: IO[bytes], calls: SimpleQueue[bytes]) -> None:
    """Pass calls on; end with the parent, however that ends."""
    try:
        while True:
            calls.put(pickle.load(orders))
    except Exception:  # the end of all orders, or half of one
        end_process(1)


def _reply(replies: IO[bytes], reply: bytes | None) -> None:
    pickle.dump(reply, replies)
    replies.flush()
