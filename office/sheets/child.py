"""The child process that opens the file: `python -m office.sheets.child`, its limits set before it has seen a byte.

Standard input: one line of JSON (name, limits), then the file. Standard output: see wire.py. Whatever a reader library
does to this process — abort, loop, eat memory — ends here.
"""

from __future__ import annotations

import gc
import json
import resource
import signal
import sys

from office.sheets.archive import Archive
from office.sheets.kinds import check_kind, check_name, container, kind_of_zip
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Sheet, Workbook
from office.sheets.wire import pack, pack_refusal

_FILES = 16
_GRACE_SECONDS = 5  # the parent's clock comes first; this one is for a child whose parent has died


def main() -> None:
    """Read what standard input holds and answer; a fault of any kind in a reader means a damaged file."""
    gc.disable()  # one file and the end: collecting would only look through its rows again and again
    source = sys.stdin.buffer
    task = json.loads(source.readline())
    limits = Limits(**task["limits"])
    _confine(limits)
    try:
        answer = pack(read_file(source.read(limits.file_bytes + 1), task["name"], limits))
    except Refusal as refusal:
        answer = pack_refusal(refusal)
    except MemoryError:
        answer = pack_refusal(Refusal("file_memory"))
    except (NameError, ImportError):  # ours, whatever the file
        raise
    except BaseException as error:
        print(f"{type(error).__module__}.{type(error).__name__}", file=sys.stderr)  # noqa: T201 - for the log
        answer = pack_refusal(Refusal("file_damaged"))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def read_file(data: bytes, name: str, limits: Limits) -> Workbook:
    """The workbook in `data`; raises Refusal. Runs in this process: for the child alone."""
    ending = check_name(name)
    if len(data) > limits.file_bytes:
        raise too_big(len(data), limits)
    if container(data) == "ole":
        return _old(data, ending, limits)
    archive = Archive(data, limits)
    kind = kind_of_zip(archive.names, archive.read("mimetype"), archive.read("[Content_Types].xml"))
    check_kind(ending, kind)
    return Workbook(kind, _archived(kind, data, archive, limits))


def too_big(size: int, limits: Limits) -> Refusal:
    """The refusal of a file above the limit; sizes in MB, rounded up so that they differ."""
    return Refusal("file_too_big", size=-(-size // 2**20), limit=limits.file_bytes // 2**20)


def _archived(kind: str, data: bytes, archive: Archive, limits: Limits) -> list[Sheet]:
    # Each library is loaded for its own format only: half of a small file's time is starting up.
    if kind == "xlsx":
        from office.sheets.xlsx import read_xlsx  # noqa: PLC0415

        return read_xlsx(data, archive, limits)
    from office.sheets.ods import read_ods  # noqa: PLC0415

    return read_ods(archive, limits)


def _old(data: bytes, ending: str, limits: Limits) -> Workbook:
    from office.sheets.xls import kind_of, read_xls  # noqa: PLC0415

    kind = kind_of(data)
    check_kind(ending, kind)
    return Workbook(kind, read_xls(data, limits))


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    signal.alarm(limits.wall_seconds + _GRACE_SECONDS)


if __name__ == "__main__":
    main()
