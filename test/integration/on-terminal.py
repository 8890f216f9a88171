"""Runs a program on a pseudo-terminal of 100 x 30, and types.

on-terminal.py WAIT_FOR KEYS PROGRAM ARG...: types KEYS once WAIT_FOR was shown, prints all that was shown, and ends
with the program's exit code. KEYS `hangup` takes the terminal away instead. Ends with 99 when WAIT_FOR is not shown
within 30 seconds, or the program goes on for 10 seconds after the keys.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

WAIT_SECONDS = 30.0
END_SECONDS = 10.0


def read_until(master: int, awaited: bytes | None, deadline: float) -> tuple[bytes, bool]:
    """What was shown, and whether it came to what is awaited (None: the end) by then."""
    shown = b""
    while (left := deadline - time.monotonic()) > 0:
        if master not in select.select([master], [], [], left)[0]:
            break
        try:
            chunk = os.read(master, 65536)
        except OSError:
            # Linux tells the end of a terminal as EIO.
            chunk = b""
        if not chunk:
            return shown, awaited is None
        shown += chunk
        if awaited is not None and awaited in shown:
            return shown, True
    return shown, False


def wait_for_end(pid: int) -> int | None:
    """The exit code, as a shell tells it; None when the program goes on."""
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended == pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        time.sleep(0.05)
    return None


def main(awaited: str, keys: str, program: list[str]) -> int:
    pid, master = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        # The program begins once its window has a size.
        sys.stdin.readline()
        os.execvp(program[0], program)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    os.write(master, b"\n")
    shown, is_there = read_until(master, awaited.encode(), time.monotonic() + WAIT_SECONDS)
    if is_there and keys == "hangup":
        os.close(master)
    elif is_there:
        os.write(master, keys.encode())
        shown += read_until(master, None, time.monotonic() + END_SECONDS)[0]
    code = wait_for_end(pid) if is_there else None
    if code is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    sys.stdout.buffer.write(shown)
    return 99 if code is None else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
