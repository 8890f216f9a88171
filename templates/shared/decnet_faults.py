"""What is wrong with the decoy itself becomes an event, never a traceback on the output."""

from __future__ import annotations

import logging
import os

from decnet_logging import Logger


def report_fault(logger: Logger, text: str, error: BaseException | None, where: str) -> None:
    """Writes a `fault`: something that is wrong with us, not with the attacker."""
    trace = error.__traceback__ if error else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
    described = None if error is None else f"{type(error).__name__}: {error}"
    logger.event("fault", text=text, error=described, where=where)


class FaultHandler(logging.Handler):
    """Takes what a library complains about."""

    def __init__(self, logger: Logger) -> None:
        super().__init__(logging.WARNING)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a warning, or worse, as a fault."""
        error = record.exc_info[1] if record.exc_info else None
        report_fault(self._logger, record.getMessage(), error, record.name)
