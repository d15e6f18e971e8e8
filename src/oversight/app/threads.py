"""Which session a thread works for."""

from __future__ import annotations

from solara.server.kernel_context import VirtualKernelContext


class Threads(dict[str, VirtualKernelContext | None]):
    """Sessions by thread, for Solara, which deletes an entry where a thread ends and where its session is closed.

    Where both happen at once the second finds nothing, which is no error: otherwise closing stops there, and the
    threads that are left keep the session's memory.
    """

    def __delitem__(self, thread: str) -> None:
        self.pop(thread, None)
