"""A base class that lets every kind of store be used in a `with` statement."""

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Something that a `with` statement closes at its end."""

    @abstractmethod
    def close(self) -> None:
        """Release what is held. May be called more than once."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
