"""A disk with very little room: a real small file system where one may be mounted, else a quota on this process."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOM = 256 * 1024


@dataclass
class Disk:
    """The folder on the small disk, and how it is given more room."""

    folder: Path
    mounted: bool

    def grow(self) -> None:
        """Somebody makes room."""
        if self.mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", str(self.folder)], check=True)
        else:
            _limit(resource.getrlimit(resource.RLIMIT_FSIZE)[1])


@contextmanager
def quota(folder: Path) -> Iterator[Disk]:
    """No file of this process may become larger: the kernel refuses the write, as a full disk or a quota does."""
    before, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    _limit(ROOM)
    try:
        yield Disk(folder, mounted=False)
    finally:
        _limit(before)


@contextmanager
def small_file_system(folder: Path) -> Iterator[Disk]:
    """A file system of ROOM bytes in memory, mounted there; a quota where nobody may mount (an ordinary user)."""
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", f"size={ROOM},mode=700", "tmpfs", str(folder)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        with quota(folder) as disk:
            yield disk
        return
    try:
        yield Disk(folder, mounted=True)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _limit(size: int) -> None:
    """Only the soft limit moves: it can be raised again without any privilege."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
