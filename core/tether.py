"""Run a program that dies when its parent dies, however the parent died.

    python -m core.tether PARENT_PID program argument...

On Linux the kernel does it (`PR_SET_PDEATHSIG`), so it also holds after `kill -9` of the parent. The mark survives `exec`
but not `fork`: a child that forks ties its own children by calling `die_with`.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Kill this process when `parent`, who must be the one that started it, dies; at once if that has happened."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def command(program: list[str]) -> list[str]:
    """The command line that runs `program` tied to this process."""
    return [sys.executable, "-m", "core.tether", str(os.getpid()), *program]


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606  no shell is wanted
