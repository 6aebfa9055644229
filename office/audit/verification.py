"""Recomputing the whole chain: which event or seal, if any, was changed, removed or added first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min

from office.audit import chain
from office.audit.models import Event, Seal

VERIFIED = "audit.verify"
EVENT, SEAL = "event", "seal"
CHANGED, REMOVED, ADDED = "changed", "removed", "added"
_WORDS = {EVENT: "审计记录", SEAL: "封存", CHANGED: "被改动", REMOVED: "被删除", ADDED: "系封存后插入"}
SEALS_A_PAGE, EVENTS_A_PAGE = 50, 2000
Progress = Callable[["Report", int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """The first place where the trail is not what was sealed: `kind` is changed, removed or added."""

    what: str
    number: int
    kind: str

    def __str__(self) -> str:
        return f"第{self.number}号{_WORDS[self.what]}{_WORDS[self.kind]}。"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A seal noted down elsewhere: nothing else shows that the end of the chain, or all of it, was cut off."""

    number: int
    sha256: str


@dataclass(slots=True)
class Report:
    """What a verification read: seals and events found whole, events not sealed yet, and the first problem."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    last: Anchor | None = None
    problem: Problem | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing sealed was touched."""
        return self.problem is None

    def as_dict(self) -> dict[str, Any]:
        """For `--json`, the job's result and the event that tells of it."""
        oldest = self.oldest_unsealed
        return asdict(self) | {"ok": self.ok, "oldest_unsealed": oldest.isoformat() if oldest else None}


def verify(*, anchor: Anchor | None = None, progress: Progress | None = None, done: tuple[int, int] = (0, 0)) -> Report:
    """Walk the chain from its first seal and recompute everything; stops at the first problem.

    The chain must still hold the seal that the last recorded verification ended at, and `anchor`, one that somebody
    noted down outside the database. `progress(report so far, seals in all)` is called now and then; an attempt that was
    cut off goes on after the seals and events `done`. Reads page by page, each its own query: what is sealed does not
    change, so no long transaction is needed to see it whole.
    """
    report = Report(seals=done[0], events=done[1])
    previous = Seal.objects.get(number=report.seals) if report.seals else None
    events = _Events(previous, report.events)
    anchors = {noted.number: noted.sha256 for noted in (_last_noted(), anchor) if noted}
    for page in _pages(report.seals):
        events.bound = page[-1].last_id
        for seal in page:
            report.problem = _wrong_seal(seal, previous, anchors) or _wrong_event(seal, events)
            if report.problem is not None:
                return report
            report.seals, report.events, previous = report.seals + 1, events.read, seal
        if progress:
            progress(report, Seal.objects.aggregate(last=Max("number"))["last"])
    report.last = Anchor(previous.number, previous.sha256_hex) if previous else None
    if max(anchors, default=0) > report.seals:
        report.problem = Problem(SEAL, report.seals + 1, REMOVED)
    _count_unsealed(report, previous)
    return report


def _count_unsealed(report: Report, last: Seal | None) -> None:
    unsealed = Event.objects.filter(pk__gt=last.last_id if last else 0)
    counted = unsealed.aggregate(number=Count("pk"), oldest=Min("at"))
    report.unsealed, report.oldest_unsealed = counted["number"], counted["oldest"]


def last_verification() -> Event | None:
    """The event that tells of the last recorded verification (`commands.notes.verification_noted`)."""
    return Event.objects.filter(action=VERIFIED).order_by("-at", "-pk").first()


def _last_noted() -> Anchor | None:
    """Where the last verification ended that found nothing wrong."""
    told = Event.objects.filter(action=VERIFIED, data__ok=True).order_by("-at", "-pk").first()
    last = told.data.get("last") if told else None
    return Anchor(last["number"], last["sha256"]) if last else None


def _pages(after: int) -> Iterator[list[Seal]]:
    """The seals that follow number `after`, in their order, some at a time."""
    while page := list(Seal.objects.filter(number__gt=after).order_by("number")[:SEALS_A_PAGE]):
        yield page
        after = page[-1].number


class _Events:
    """Events in the order of their ids, read once, handed out range by range.

    Reads no further than `bound`, the end of a seal that was read before: beyond it, ids may still be filled in.
    """

    def __init__(self, behind: Seal | None, read: int) -> None:
        self.bound = 0
        self.read = read
        self._waiting: deque[dict[str, Any]] = deque()
        self._read_to = behind.last_id if behind else None

    def up_to(self, last_id: int) -> Iterator[dict[str, Any]]:
        """Those not handed out yet, up to and with `last_id`."""
        while (self._waiting or self._fetch()) and self._waiting[0]["id"] <= last_id:
            self.read += 1
            yield self._waiting.popleft()

    def _fetch(self) -> bool:
        if self._read_to == self.bound:
            return False
        rows = Event.objects.filter(pk__lte=self.bound).order_by("pk").values(*chain.COLUMNS[chain.VERSION])
        if self._read_to is not None:
            rows = rows.filter(pk__gt=self._read_to)
        self._waiting.extend(rows[:EVENTS_A_PAGE])
        self._read_to = self._waiting[-1]["id"] if len(self._waiting) == EVENTS_A_PAGE else self.bound
        return bool(self._waiting)


def _wrong_seal(seal: Seal, previous: Seal | None, anchors: dict[int, str]) -> Problem | None:
    expected = previous.number + 1 if previous else 1
    if seal.number != expected:
        return Problem(SEAL, expected, REMOVED)
    whole = (
        seal.version in chain.COLUMNS
        and seal.first_id == (previous.last_id + 1 if previous else 1)
        and bytes(seal.previous) == (bytes(previous.sha256) if previous else chain.NOTHING_BEFORE)
        and chain.same(seal.sha256, chain.seal_sha256(seal))
        and chain.same(seal.mac, chain.seal_mac(bytes(seal.sha256)))
        and anchors.get(seal.number, seal.sha256_hex) == seal.sha256_hex
    )
    return None if whole else Problem(SEAL, seal.number, CHANGED)


def _wrong_event(seal: Seal, events: _Events) -> Problem | None:
    """Compare what stands in the seal's range with its prints, in the order of the ids."""
    sealed = chain.entries(seal.prints)
    number, fingerprint = next(sealed, (None, b""))
    for event in events.up_to(seal.last_id):
        if number is None or event["id"] < number:
            return Problem(EVENT, event["id"], ADDED)
        if event["id"] > number:
            return Problem(EVENT, number, REMOVED)
        if not chain.same(fingerprint, chain.event_print(event, seal.version)):
            return Problem(EVENT, number, CHANGED)
        number, fingerprint = next(sealed, (None, b""))
    return None if number is None else Problem(EVENT, number, REMOVED)
