"""Children that end with the launcher: by order on Ctrl-C, by the kernel when the launcher is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.places import Owner

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _prepare(death: signal.Signals, who: Owner | None, parent: int) -> Callable[[], None]:
    def prepare() -> None:  # runs in the child, between fork and exec
        if who is not None and who.uid != os.geteuid():
            os.setgroups([])
            os.setgid(who.gid)
            os.setuid(who.uid)
        _libc.prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)  # after setuid, which clears it
        if os.getppid() != parent:
            os._exit(1)

    return prepare


@dataclass
class Child:
    """One process of its own session: started, stopped with its group, started again when it dies."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    who: Owner | None = None
    cwd: Path | None = None
    pass_fds: tuple[int, ...] = ()
    grace: float = 20.0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; its output goes to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=_prepare(self.stop_signal, self.who, os.getpid()),  # noqa: PLW1509 - one thread
            )

    def running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask, wait, then kill the whole group."""
        if self.process is None:
            return
        if self.running():
            self._signal(self.stop_signal, group=False)
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                pass
        self._signal(signal.SIGKILL, group=True)
        if self.running():
            self.process.wait()

    def _signal(self, number: signal.Signals, *, group: bool) -> None:
        assert self.process is not None
        try:
            (os.killpg if group else os.kill)(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass


def wait_for(ready: Callable[[], bool], child: Child, seconds: float) -> bool:
    """Poll until ready, for so long; False when time runs out or the child dies."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return True
        if not child.running():
            return False
        time.sleep(0.1)
    return False
