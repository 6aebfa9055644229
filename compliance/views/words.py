"""How the state of a review is told: word and tone of its tag."""

from __future__ import annotations

from compliance.queries.reviews import CHANGED, REVIEW_STATES
from compliance.states import ReviewState

_WORDS = dict(REVIEW_STATES)
# Tones of `status_tag`: an open year is nobody's fault, one that fell open wants to be looked at.
_TONES = {ReviewState.OPEN: "draft", CHANGED: "returned", ReviewState.PASSED: "done", ReviewState.FAILED: "failed"}


def review_word(state: str, *, changed: bool = False) -> str:
    """未审核, 已审核后有变动, 审核通过, 审核不通过."""
    return _WORDS[CHANGED if changed else state]


def review_tag(state: str, *, changed: bool = False) -> dict[str, str]:
    """`state` and `label` of the component `status_tag`."""
    return {"state": _TONES[CHANGED if changed else state], "label": review_word(state, changed=changed)}
