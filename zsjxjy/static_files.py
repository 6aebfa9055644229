"""Static files of packages of which one file is wanted: ECharts' folder holds 51 MB, a report loads 0.7 of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage


class OneFileFinder(BaseFinder):
    """Finds the files that `STATICFILES_ONES` names: address below /static/ → file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files: dict[str, Path] = {name: Path(file) for name, file in settings.STATICFILES_ONES.items()}

    def check(self, **_: Any) -> list[CheckMessage]:
        """Nothing to say before `collectstatic`: the packages may not be installed yet."""
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """The file behind an address, or nothing."""
        file = self.files.get(path)
        found = [str(file)] if file and file.exists() else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Each file with the storage that opens it; `prefix` is where it is collected to."""
        for name, file in self.files.items():
            if matches_patterns(name, ignore_patterns or []):
                continue
            storage = FileSystemStorage(location=file.parent)
            storage.prefix = str(Path(name).parent)  # type: ignore[attr-defined]
            yield file.name, storage
