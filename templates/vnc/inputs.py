"""What a client does at the keyboard and with the mouse, told in batches."""

from __future__ import annotations

from collections.abc import Callable

KEYS = {
    0xFF08: "<Backspace>",
    0xFF09: "<Tab>",
    0xFF0D: "<Return>",
    0xFF1B: "<Escape>",
    0xFF51: "<Left>",
    0xFF52: "<Up>",
    0xFF53: "<Right>",
    0xFF54: "<Down>",
    0xFF8D: "<Return>",
    0xFFE3: "<Control>",
    0xFFE9: "<Alt>",
    0xFFEB: "<Super>",
    0xFFFF: "<Delete>",
}
"""X11's keysyms (keysymdef.h). Shift shows in the letters."""
SILENT = {0xFFE1, 0xFFE2, 0xFFE4, 0xFFE5, 0xFFEA, 0xFE03}
BATCH = 200
"""Characters that are told at once."""
EVENTS_LIMIT = 300
"""Of one session: whoever plays with the mouse does not fill the log."""


class Inputs:
    """Of one session. `tell` writes one `command`."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._typed = ""
        self._buttons = 0
        self._left = EVENTS_LIMIT

    def key(self, symbol: int) -> None:
        """A key that went down."""
        if symbol in SILENT:
            return
        known = chr(symbol) if 0x20 <= symbol <= 0x7E or 0xA0 <= symbol <= 0xFF else KEYS.get(symbol)
        self._typed += known or f"<{symbol:#x}>"
        if known == "<Return>" or len(self._typed) >= BATCH:
            self.flush()

    def pointer(self, buttons: int, x: int, y: int) -> None:
        """Where it is, and which buttons are down; a click is told, a movement is not."""
        pressed = buttons & ~self._buttons
        self._buttons = buttons
        if pressed:
            self.flush()
            self._say(f"click {pressed.bit_length()} {x},{y}")

    def cut(self, text: bytes) -> None:
        """Text that was put on the clipboard."""
        self.flush()
        self._say(f"clipboard {text[: BATCH * 4].decode('latin-1')}")

    def flush(self) -> None:
        """Tells what was typed since."""
        if self._typed:
            self._say(f"type {self._typed}")
            self._typed = ""

    def _say(self, command: str) -> None:
        if self._left > 0:
            self._left -= 1
            self._tell(command)
