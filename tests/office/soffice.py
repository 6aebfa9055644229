"""LibreOffice without a screen, as `bin/portal test` has found or installed it (PORTAL_SOFFICE)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SECONDS = 120  # for one start with all its files; about four on a free machine


def convert(files: list[Path], to: str, folder: Path) -> list[Path]:
    """The files written anew into `folder`; `to` is an ending, or an ending and a filter: "xls:MS Excel 97".

    With a profile of its own, so that workers side by side do not wait for one another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            os.environ["PORTAL_SOFFICE"],
            f"-env:UserInstallation={(folder / '.profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            to,
            "--outdir",
            folder,
            *files,
        ],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    made = [folder / f"{file.stem}.{to.split(':')[0]}" for file in files]
    assert all(path.exists() for path in made), done.stdout + done.stderr
    return made
