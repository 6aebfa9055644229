"""The child process: it keeps its limits, answers whoever asks at once, and ends when nobody waits for it any more."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import override_settings

from accounts.errors import InputError
from office.sheets.limits import Limits
from office.sheets.reading import read
from tests.office.sheets import hostile_files, refused_files
from tests.office.sheets.build import cells, worksheet, xlsx

ROOT = Path(__file__).resolve().parent.parent.parent.parent
CHILD = [sys.executable, "-m", "office.limited.child", "office.sheets.child"]
MANY = 50_000
CHILD_BYTES = 250 * 2**20
MEASURE = f"""
import resource, subprocess, sys
done = subprocess.run({CHILD!r}, stdin=sys.stdin, stdout=subprocess.PIPE, check=True)
print(done.stdout.count(b"\\x1e") + 1, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
FORSAKE = f"""
import subprocess, time
child = subprocess.Popen({CHILD!r}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""


def _outcome(data: bytes, name: str) -> str:
    try:
        return read(data, name=name, limits=Limits(cpu_seconds=2)).sheets[0].rows[0].cells[0]
    except InputError as error:
        return error.code
    except IndexError:
        return "a sheet refused"


def test_threads_read_good_and_hostile_files_side_by_side() -> None:
    wanted = {"a billion laughs", "half a billion steps", "the same, hidden from the second look"}
    attacks = [case for case in hostile_files.ALL if case.name in wanted]
    files = [(case.data(), case.file) for case in attacks] + [(refused_files.GOOD_XLSX, "好.xlsx")] * 5
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda file: _outcome(*file), files))
    assert sorted(outcomes[:3]) == ["file_hostile", "file_memory", "file_time"]
    assert outcomes[3:] == ["姓名"] * 5


def test_a_child_that_hangs_is_ended_by_the_clock() -> None:
    slow = next(case for case in hostile_files.ALL if case.code == "file_time").data()
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        read(slow, name="慢.xlsx", limits=Limits(wall_seconds=1, cpu_seconds=60))
    assert caught.value.code == "file_time"
    assert time.monotonic() - started < 30


def test_limits_come_from_the_settings_and_yield_to_the_call() -> None:
    book = xlsx(worksheet(cells({i: {"A": i} for i in range(1, 100)})))
    with override_settings(SHEETS_LIMITS={"rows": 10}):
        assert read(book, name="表.xlsx").sheets[0].refusal is not None
        assert len(read(book, name="表.xlsx", limits=Limits(rows=100)).sheets[0].rows) == 99
    assert len(read(book, name="表.xlsx").sheets[0].rows) == 99


def test_a_file_on_disk_reads_as_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(refused_files.GOOD_ODS)
    assert read(path, name="表.ods") == read(refused_files.GOOD_ODS, name="表.ods")


def test_the_child_ends_when_its_parent_is_gone() -> None:
    """Killed between asking and sending the file: the child reads the end of its input and is done."""
    with subprocess.Popen([sys.executable, "-c", FORSAKE], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    for _ in range(300):
        if not _alive(child):
            return
        time.sleep(0.1)
    pytest.fail("the child goes on")


def _alive(process: int) -> bool:
    """Whether it runs; one that waits to be collected does not."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def test_fifty_thousand_rows_stay_within_the_childs_memory() -> None:
    names = ["舟山某某建设有限公司", "2024年第一期专业科目培训班", "建筑工程", "中级", "工程师", "否"]
    shared = "".join(f'<c r="{letter}@" t="s"><v>{i}</v></c>' for i, letter in enumerate("ABCDEF"))
    texts = "".join(f'<c r="{letter}@" t="inlineStr"><is><t>{letter}33090219900@</t></is></c>' for letter in "GHI")
    row = f'<row r="@">{shared}{texts}<c r="J@"><v>@</v></c><c r="K@"><v>7.5</v></c></row>'
    rows = "".join(row.replace("@", str(i)) for i in range(1, MANY + 1))
    data = xlsx(worksheet(rows), strings="".join(f"<si><t>{name}</t></si>" for name in names))
    limits = Limits(rows=MANY)
    found, used = _run_child(data, limits)
    assert found == MANY
    assert used <= CHILD_BYTES


def _run_child(data: bytes, limits: Limits) -> tuple[int, int]:
    """The rows of the child's answer and the most memory it had, in bytes; its parent has no other children."""
    bounds = {"memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds, "wall_seconds": 60}
    request = {"size": len(data), "keep": False, "bounds": bounds}
    task = json.dumps({**request, "task": {"name": "大.xlsx", "limits": limits.as_dict()}}).encode() + b"\n" + data
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=ROOT, input=task, capture_output=True, check=True)
    rows, kilobytes = done.stdout.split()
    return int(rows), int(kilobytes) * 1024
