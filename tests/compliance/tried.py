"""Drafts made up from the shipped notice, and trials of them run here and now."""

from __future__ import annotations

from accounts.models import User
from compliance.commands.draft_trials import trial_request
from compliance.models import Trial
from hours_rules.notices import load, shipped_texts
from office.jobs.commands import run
from registry.commands.notices import notice_draft
from registry.models import NoticeVersion
from registry.queries.notices import years_judged

(SHIPPED,) = shipped_texts()
GENERAL_24 = ("general_public = 18", "general_public = 24")  # the total stays 90


def text_with(*pairs: tuple[str, str]) -> str:
    """The shipped notice with each first text replaced by the second, once."""
    text = SHIPPED
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


def drafted(city: User, *pairs: tuple[str, str]) -> NoticeVersion:
    """A draft of the shipped notice, so changed."""
    return notice_draft(actor=city, text=text_with(*pairs), remark="征求意见")


def tried(city: User, *pairs: tuple[str, str], judged: bool = False) -> Trial:
    """Such a draft tried out on 2021 (or every year it would judge anew), by the job."""
    version = drafted(city, *pairs)
    trial = trial_request(actor=city, version=version, years=years_judged(load(version.text)) if judged else [2021])
    run(str(trial.job_id))
    trial.refresh_from_db()
    assert trial.finished_at is not None, trial.job and trial.job.error
    return trial
