"""The limited child: kept after a good file, never after a bad one, within its memory, and gone when nobody asks."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from office.files.limits import FileLimits
from office.limited.asking import Reader
from office.limited.bounds import Bounds
from office.limited.refused import Refused
from tests.registry import files
from tests.registry.files import image, pdf

ROOT = Path(__file__).resolve().parent.parent.parent
LIMITS = FileLimits()
CHECK = {"do": "check", "limits": LIMITS.as_dict()}
MIB = 1024 * 1024
BOMB = files.packed_pdf(files.lzw_spaces(files.objects(), 300), b"/LZWDecode")
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "office.limited.child", "office.files.child"], stdin=sys.stdin, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def reader(keep: int = 1) -> Reader:
    return Reader("office.files.child", keep=keep)


def pids(of: Reader) -> list[int]:
    return [child.pid for child in of._idle]


def ask(of: Reader, data: bytes, bounds: Bounds = LIMITS.bounds) -> str:
    try:
        return str(json.loads(of.ask(CHECK, data, bounds))["media_type"])
    except Refused as refused:
        return refused.code


def test_a_child_waits_after_a_good_file_and_serves_the_next() -> None:
    of = reader()
    assert ask(of, image()) == "image/png"
    (first,) = pids(of)
    assert [ask(of, pdf()), ask(of, image("JPEG"))] == ["application/pdf", "image/jpeg"]
    assert pids(of) == [first]


def test_a_child_that_refused_a_file_is_not_used_again() -> None:
    of = reader()
    ask(of, image())
    (first,) = pids(of)
    assert ask(of, image()[:-50]) == "file_damaged"
    assert pids(of) == []
    assert ask(of, image()) == "image/png"
    assert pids(of) != [first]


def test_a_child_that_went_home_is_replaced() -> None:
    of = reader()
    ask(of, image())
    os.kill(pids(of)[0], signal.SIGALRM)
    assert ask(of, image()) == "image/png"


def test_a_child_that_was_killed_costs_its_file_and_no_other() -> None:
    of = reader()
    ask(of, image())
    os.kill(pids(of)[0], signal.SIGKILL)
    assert ask(of, image()) == "file_memory"  # who kills is most often a machine without memory
    assert ask(of, image()) == "image/png"


def test_time_and_memory_end_with_their_own_word() -> None:
    of = reader(keep=0)
    huge = files.huge_png(10_000, 10_000)
    assert ask(of, huge, Bounds(memory_bytes=100 * MIB, cpu_seconds=20, wall_seconds=40)) == "file_memory"
    assert ask(of, files.huge_png(10_000, 10_000)) == "image/png"


def test_a_bomb_of_two_gigabytes_stays_within_the_childs_memory() -> None:
    bounds = {"memory_bytes": LIMITS.memory_bytes, "cpu_seconds": 20, "wall_seconds": 40}
    request = {"size": len(BOMB), "keep": False, "bounds": bounds, "task": CHECK}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=ROOT,
        input=json.dumps(request).encode() + b"\n" + BOMB,
        capture_output=True,
        check=True,
    )
    head, used = done.stdout.splitlines()
    assert json.loads(head)["outcome"] == "refused"
    assert int(used) * 1024 <= LIMITS.memory_bytes


def test_threads_ask_side_by_side() -> None:
    of = reader(keep=2)
    wanted = [
        (image(), "image/png"),
        (pdf(), "application/pdf"),
        (image()[:-50], "file_damaged"),
        (BOMB, "file_damaged"),
    ]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda case: ask(of, case[0]), wanted * 3)) == [code for _, code in wanted] * 3
    assert len(pids(of)) <= 2


def test_a_fault_of_ours_is_no_fault_of_the_file() -> None:
    with pytest.raises(RuntimeError, match="ended with 1"):
        Reader("office.files.nowhere").ask(CHECK, image(), LIMITS.bounds)


def test_the_parent_keeps_its_own_limits() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    ask(reader(), image())
    assert resource.getrlimit(resource.RLIMIT_AS) == before
