"""Named columns that become a matrix."""

from __future__ import annotations

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

    def matrix(self) -> npt.NDArray[np.float32]:
        """Return the columns side by side, each contiguous in memory."""
        whole = np.concatenate(self.values, dtype=np.float32, casting="same_kind")
        return whole.reshape(len(self.values), -1).T
