"""How many threads numpy may use; imports nothing heavy, as it must be asked before numpy is."""

from __future__ import annotations

import os

# What numpy's linear algebra takes its number of threads from. Our matrices are small: threads
# gain little on an idle machine, and on a busy one spend most of their time waiting for another.
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def keep_to_one_thread() -> None:
    """Have numpy compute in the thread that calls it, unless the user's environment says else."""
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, "1")
