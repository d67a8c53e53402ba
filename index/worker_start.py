"""How a worker process begins; imported there before anything else, so it imports nothing heavy."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.synchronize import Event

from index.threads import keep_to_one_thread

_stop: Event | None = None


def stopped() -> bool:
    """Say whether what this process makes is not wanted any more."""
    return _stop is not None and _stop.is_set()


def begin(stop: Event) -> None:
    """Keep to one thread, leave an interruption to the parent, and end with it.

    Until here it is blocked, as the parent has started the process so.
    """
    global _stop
    _stop = stop
    keep_to_one_thread()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
