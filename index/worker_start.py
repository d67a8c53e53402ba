"""How a worker process begins; imported there before anything else, so it imports nothing heavy."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

# What numpy's linear algebra takes its number of threads from. There is a worker a core already:
# with threads of its own in each, they spend most of their time waiting for one another.
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def begin() -> None:
    """Keep to one thread, leave an interruption to the parent, and end with it."""
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
