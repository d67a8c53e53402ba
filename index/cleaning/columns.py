"""Named columns that become a matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class Columns:
    """Collects named columns of equal length."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[npt.NDArray[np.generic]] = []

    def add(self, name: str, values: npt.NDArray[np.generic]) -> None:
        """Add a column."""
        self.names.append(name)
        self.values.append(values)

    def add_copies(self, name: str, texts: Sequence[str]) -> None:
        """Add how often each text comes in all, and how often before."""
        seen: dict[str, int] = {}
        earlier = []
        for text in texts:
            count = seen.get(text, 0)
            earlier.append(count)
            seen[text] = count + 1
        self.add(name, np.array([seen[text] for text in texts]))
        self.add(f"earlier {name}", np.array(earlier))

    def matrix(self) -> npt.NDArray[np.float32]:
        """Return the columns side by side, each contiguous in memory."""
        whole = np.concatenate(self.values, dtype=np.float32, casting="same_kind")
        return whole.reshape(len(self.values), -1).T
