"""What a command is, once it has been read."""

from __future__ import annotations

from abc import ABC, abstractmethod

from search.cli.environment import Environment, ExitStatus


class Action(ABC):
    """One command with all that was typed."""

    @abstractmethod
    def run(self, environment: Environment) -> ExitStatus:
        """Do it, and say how it ended. Raises WhodexError where the user can mend something."""
