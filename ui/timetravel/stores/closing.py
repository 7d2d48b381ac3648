"""What `with` does with a store, of whatever kind."""

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Something that `with` closes at its end."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it. Calling it twice is fine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
