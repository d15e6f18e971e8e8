"""A worker process: it is told the numbers of shards on standard input, and says what became of each."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from oversight.arrays import Indices
from oversight.endings import end_process, exits_raise
from oversight.sweeps.design import Design
from oversight.sweeps.packed import Packed
from oversight.sweeps.plan import Plan
from oversight.sweeps.shard import Shards
from oversight.sweeps.store import Store


@dataclass(frozen=True)
class Task:
    """All that a worker needs to run the shards of a sweep."""

    source: Packed
    added: Indices
    """Where its grid has grown."""
    plan: Plan
    folder: Path
    code: str

    def shards(self) -> Shards:
        """What runs them in this process."""
        return Shards(Design(self.source.opened(), self.added), self.plan, Store(self.folder, self.code))


def main() -> None:
    """Run shards until standard input ends. Replies are None once it is ready, an `Outcome`, or what was raised."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    logging.getLogger("oversight").setLevel(logging.ERROR)  # the parent has said it
    orders, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a class prints is no reply
    numbers: SimpleQueue[int] = SimpleQueue()
    task: Task = pickle.load(orders)
    threading.Thread(target=_listen, args=(orders, numbers), daemon=True).start()
    with exits_raise():
        try:
            shards = task.shards()
            _reply(replies, None)
            while True:
                _reply(replies, shards.run(numbers.get()))
        except BaseException as error:
            _reply(replies, error)
    end_process(1)


def _listen(orders: IO[bytes], numbers: SimpleQueue[int]) -> None:
    """Pass orders on; end with the parent, however that ends."""
    try:
        while True:
            numbers.put(pickle.load(orders))
    except EOFError:
        end_process(1)


def _reply(replies: IO[bytes], reply: Any) -> None:
    pickle.dump(reply, replies)
    replies.flush()
