"""Runs a module by another calendar: `python -m tests.faults.clock 2021-09-01T03:00:00+08:00 celery worker`.

Its clock goes on from that moment; everything else about the process is as always.
"""

from __future__ import annotations

import runpy
import sys

import time_machine

if __name__ == "__main__":
    moment, module = sys.argv[1:3]
    sys.argv = [module, *sys.argv[3:]]
    with time_machine.travel(moment, tick=True):
        runpy.run_module(module, run_name="__main__", alter_sys=True)
