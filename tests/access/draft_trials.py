"""The part of the access matrix that is about trials of draft notices and corrections: the city office's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.corrections import correction_propose
from compliance.commands.draft_trials import trial_request, trial_run
from hours_rules.notices import shipped_texts
from registry.commands.notices import notice_draft
from tests.factories import AppointmentFactory

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
compliance:draft_trial_list      -                      GET      in  404  404  404  404  200  404  404  404
compliance:draft_trial_new       -                      GET      in  404  404  404  404  200  404  404  404
compliance:draft_trial_new       -                      POST     in  404  404  404  404  422  404  404  404
compliance:draft_trial           trial.done             GET      in  404  404  404  404  200  404  404  404
compliance:draft_trial           trial.waiting          GET      in  404  404  404  404  200  404  404  404
compliance:draft_trial_export    trial.done             GET      in  404  404  404  404  200  404  404  404
compliance:draft_trial_entries   trial.done             GET      in  404  404  404  404  200  404  404  404
compliance:draft_trial_entries   trial.waiting          GET      in  404  404  404  404  404  404  404  404
compliance:draft_trial_entries_export trial.done        GET      in  404  404  404  404  200  404  404  404
compliance:correction_list -                      GET      in  404  404  404  404  200  404  404  404
compliance:correction_new  trial.done             GET      in  404  404  404  404  200  404  404  404
compliance:correction_new  trial.done             POST     in  404  404  404  404  422  404  404  404
compliance:correction      correction.proposed    GET      in  404  404  404  404  200  404  404  404
compliance:correction_act  correction.proposed    POST     in  404  404  404  404  302  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {"compliance:correction_act": {"act": "agree"}}


def add_trials(world: World) -> None:
    """Of two drafts, one of them tried out to the end."""
    city = world.users["city"]
    (text,) = shipped_texts()
    version = notice_draft(actor=city, text=text.replace("general_public = 18", "general_public = 24"))
    done = trial_request(actor=city, version=version, years=[2021])
    trial_run(trial=done, progress=lambda *_: None)
    later = notice_draft(actor=city, text=text.replace("general_public = 18", "general_public = 25"))
    waiting = trial_request(actor=city, version=later, years=[2021])
    world.objects["trial.done"], world.objects["trial.waiting"] = {"pk": done.pk}, {"pk": waiting.pk}
    world.objects["trial.absent"] = {"pk": NOWHERE}
    colleague = AppointmentFactory(city=True).user
    other = notice_draft(actor=colleague, text=text.replace("general_public = 18", "general_public = 20"))
    tried = trial_request(actor=colleague, version=other, years=[2021])
    trial_run(trial=tried, progress=lambda *_: None)
    row = correction_propose(actor=colleague, trial=tried, authority="更正通知", reason="印发件有误")
    world.objects["correction.proposed"] = {"pk": row.pk}
    world.objects["correction.absent"] = {"pk": NOWHERE}
