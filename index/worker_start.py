"""How a worker process begins; imported there before anything else, so it imports nothing heavy."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

from index.threads import keep_to_one_thread


def begin() -> None:
    """Keep to one thread, leave an interruption to the parent, and end with it."""
    keep_to_one_thread()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
