"""Many people at the same moment: a thread each, with a connection of its own, let go together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import connections

from tests.clients import PortalClient

Answer = TypeVar("Answer")
PATIENCE = 120  # seconds until a test that hangs fails instead


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer | Exception]:
    """Do all of it at the same moment; what each returned or raised, in the order given."""
    start = threading.Barrier(len(acts))
    answers: list[Answer | Exception] = [RuntimeError("never came to an end")] * len(acts)

    def one(place: int) -> None:
        try:
            start.wait(PATIENCE)
            answers[place] = acts[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers


def browsers(user: AbstractBaseUser, number: int) -> list[PortalClient]:
    """So many windows of one browser: the same session in each."""
    first = PortalClient()
    first.force_login(user)
    first.get("/accounts/password/change/")  # the first request of a session writes to it: not what is tried here
    windows = [PortalClient() for _ in range(number)]
    for window in windows:
        window.cookies = first.cookies.copy()
    return windows
