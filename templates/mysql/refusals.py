"""Errors of the server: number, SQL state and text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """An error."""

    code: int
    state: str
    text: str


class Refused(Exception):
    """Carries a failure out of where it is found."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure
