"""Children that end with the launcher: by order on Ctrl-C, by the kernel when the launcher is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.places import Owner

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def bound(death: signal.Signals = signal.SIGTERM, who: Owner | None = None) -> Callable[[], None]:
    """A `preexec_fn`: the child becomes `who`, and gets the signal `death` when this process ends, however it ends."""
    parent = os.getpid()

    def prepare() -> None:  # runs in the child, between fork and exec
        if who is not None and who.uid != os.geteuid():
            os.setgroups([])
            os.setgid(who.gid)
            os.setuid(who.uid)
        _libc.prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)  # after setuid, which clears it
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def call(argv: Iterable[object], *, who: Owner | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """`subprocess.run` for a step of the set-up: without a keyboard, in a group of its own that ends with the launcher.

    Of Ctrl-C it hears nothing: whoever waits here ends the whole group.
    """
    words = [str(word) for word in argv]
    if options.pop("capture_output", False):
        options.update(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        text=True,
        process_group=0,
        preexec_fn=bound(who=who),  # noqa: PLW1509 - one thread
        **options,
    ) as process:
        try:
            out, err = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(words, process.returncode, out, err)


@dataclass
class Child:
    """One process of its own session: started, stopped with its group, started again when it dies."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals | None = None  # when the launcher is killed; None is the stop signal
    who: Owner | None = None
    cwd: Path | None = None
    pass_fds: tuple[int, ...] = ()
    grace: float = 20.0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; its output goes to its log. What an earlier one left behind in its group is ended first."""
        if self.process is not None:
            self._signal(signal.SIGKILL, group=True)
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
                preexec_fn=bound(self.death_signal or self.stop_signal, self.who),  # noqa: PLW1509 - one thread
            )

    def running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None

    def ask(self) -> None:
        """Ask it to stop, without waiting."""
        if self.running():
            self._signal(self.stop_signal, group=False)

    def stop(self) -> None:
        """Ask, wait, then kill the whole group."""
        self.ask()
        self.end()

    def end(self) -> None:
        """Wait for one that was asked, for `grace` seconds, then kill the whole group."""
        if self.process is None:
            return
        try:
            self.process.wait(self.grace)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL, group=True)
        self.process.wait()

    def _signal(self, number: signal.Signals, *, group: bool) -> None:
        assert self.process is not None
        try:
            (os.killpg if group else os.kill)(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass


def stop_all(children: Sequence[Child]) -> None:
    """Ask all of them at once, then wait for each: stopping takes as long as the slowest."""
    for child in children:
        child.ask()
    for child in children:
        child.end()


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
