"""The access matrix: who gets what at every address. A new route needs its lines here, or the suite fails.

One line: route, object, method, and what each role gets:

    200, 302 …   that status          in    302 to the sign-in page, which leads back
    286          200 to which htmx stops asking: the job is finished
    404          as if the object were not there      403   may be seen, but this may not be done

Roles: `anon` nobody signed in; `engi` an engineer of unit A in 定海; `empl`, `orga` admin and organiser of that unit;
`coun` 定海's county bureau; `city` the city hours office; `audi` auditor; `sysa` system administrator; `form` somebody
whose appointment as 定海's county bureau ended yesterday. Objects are made in `world.py`; `-`: an address without one.

Only GET lines: the address is read-only, and the suite sees to it that everything else answers 405. POST lines send the
form in FORMS, once without its CSRF token (always 403) and once with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.access import (
    adjustments,
    attendance,
    certificates,
    courses,
    courses_documents,
    draft_trials,
    explanations,
    groups,
    looks,
    platforms,
    reminders,
    reports,
    reviews,
    rosters,
    units,
)

PARTS = (
    adjustments,
    attendance,
    certificates,
    courses,
    courses_documents,
    explanations,
    groups,
    looks,
    platforms,
    reminders,
    reports,
    reviews,
    rosters,
    draft_trials,
    units,
)
ROLES = ("anon", "engi", "empl", "orga", "coun", "city", "audi", "sysa", "form")

TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
home                       -                      GET     200  200  200  200  200  200  200  200  200
standards                  -                      GET     200  200  200  200  200  200  200  200  200
healthz                    -                      GET     200  200  200  200  200  200  200  200  200
readyz                     -                      GET     200  200  200  200  200  200  200  200  200

office_settings            -                      GET     in  404  404  404  404  200  404  404  404

accounts:sign_in           -                      GET     200  302  302  302  302  302  302  302  302
accounts:sign_in           -                      POST    200  302  302  302  302  302  302  302  302
accounts:sign_out          -                      POST     in  302  302  302  302  302  302  302  302
accounts:account           -                      GET      in  200  200  200  200  200  200  200  200
accounts:two_step          -                      GET      in  302  302  302  302  302  302  302  302
accounts:two_step          -                      POST     in  302  302  302  302  302  302  302  302
accounts:two_step_set_up   -                      GET      in  200  200  200  302  302  302  302  200
accounts:two_step_set_up   -                      POST     in  422  422  422  302  302  302  302  422
accounts:two_step_codes    -                      GET      in  302  302  302  200  200  200  200  302
accounts:two_step_codes    -                      POST     in  302  302  302  200  200  200  200  302
accounts:sign_ins          -                      GET     in  200  200  200  200  200  200  200  200
accounts:sign_ins_end      -                      POST    in  302  302  302  302  302  302  302  302
accounts:password_change   -                      GET      in  200  200  200  200  200  200  200  200
accounts:password_change   -                      POST     in  422  422  422  422  422  422  422  422
accounts:reset_request     -                      GET     200  200  200  200  200  200  200  200  200
accounts:reset_request     -                      POST    302  302  302  302  302  302  302  302  302
accounts:reset_sent        -                      GET     200  200  200  200  200  200  200  200  200
accounts:reset_confirm     link.good              GET     302  302  302  302  302  302  302  302  302
accounts:reset_confirm     link.used              GET     200  200  200  200  200  200  200  200  200
accounts:reset_confirm     link.used              POST    200  200  200  200  200  200  200  200  200
accounts:reset_done        -                      GET     200  200  200  200  200  200  200  200  200

accounts:offices           -                      GET     in  404  404  404  404  200  404  404  404
accounts:office_edit       office.dinghai         GET     in  404  404  404  404  200  404  404  404
accounts:office_edit       office.dinghai         POST    in  404  404  404  404  422  404  404  404
accounts:desk              -                      GET     in  404  404  404  404  404  404  200  404
accounts:desk_new          -                      GET     in  404  404  404  404  404  404  200  404
accounts:desk_new          -                      POST    in  404  404  404  404  404  404  422  404
accounts:desk_account      account.other          GET     in  404  404  404  404  404  404  200  404
accounts:desk_edit         account.other          GET     in  404  404  404  404  404  404  200  404
accounts:desk_edit         account.other          POST    in  404  404  404  404  404  404  302  404
accounts:desk_link         account.other          POST    in  404  404  404  404  404  404  200  404
accounts:desk_close        account.other          GET     in  404  404  404  404  404  404  200  404
accounts:desk_close        account.other          POST    in  404  404  404  404  404  404  302  404
accounts:desk_two_step     account.other          GET     in  404  404  404  404  404  404  200  404
accounts:desk_two_step     account.other          POST    in  404  404  404  404  404  404  302  404
accounts:desk_sign_out     account.other          POST    in  404  404  404  404  404  404  302  404
accounts:desk_appoint      account.other          GET     in  404  404  404  404  404  404  200  404
accounts:desk_appoint      account.other          POST    in  404  404  404  404  404  404  422  404
accounts:desk_appointment_end appointment.other      GET     in  404  404  404  404  404  404  200  404
accounts:desk_appointment_end appointment.other      POST    in  404  404  404  404  404  404  302  404
accounts:desk_appointment_office appointment.city    GET     in  404  404  404  404  404  404  200  404
accounts:desk_appointment_office appointment.city    POST    in  404  404  404  404  404  404  302  404
accounts:desk_appointment_office appointment.other   GET     in  404  404  404  404  404  404  404  404
accounts:desk_hand_over    appointment.other      GET     in  404  404  404  404  404  404  200  404
accounts:desk_hand_over    appointment.other      POST    in  404  404  404  404  404  404  422  404

calendars:list             -                      GET     in  404  404  404  404  200  404  404  404
calendars:new              -                      GET     in  404  404  404  404  200  404  404  404
calendars:new              -                      POST    in  404  404  404  404  422  404  404  404
calendars:year             year.2021              GET     in  404  404  404  404  200  404  404  404
calendars:year             year.2021              POST    in  404  404  404  404  422  404  404  404

jobs:list                  -                      GET      in  200  200  200  200  200  200  200  200
jobs:detail                job.of_city            GET      in  404  404  404  404  200  404  200  404
jobs:detail                job.of_county          GET      in  404  404  404  200  200  404  200  404
jobs:detail                job.nightly            GET      in  404  404  404  404  200  404  200  404
jobs:progress              job.of_city            GET      in  404  404  404  404  286  404  286  404
jobs:progress              job.of_county          GET      in  404  404  404  286  286  404  286  404
jobs:progress              job.nightly            GET      in  404  404  404  404  286  404  286  404
jobs:retry                 job.of_city            POST     in  404  404  404  404  302  404  403  404
jobs:retry                 job.of_county          POST     in  404  404  404  302  302  404  403  404
jobs:retry                 job.nightly            POST     in  404  404  404  404  302  404  403  404

audit:list                 -                      GET      in  404  404  404  404  404  200  404  404
audit:export               -                      GET      in  404  404  404  404  404  200  404  404
audit:detail               event.any              GET      in  404  404  404  404  404  200  404  404

messages:list              -                      GET      in  200  200  200  200  200  200  200  200
messages:all_read          -                      POST     in  302  302  302  302  302  302  302  302
messages:settings          -                      GET      in  200  200  200  200  200  200  200  200
messages:settings          -                      POST     in  302  302  302  302  302  302  302  302
messages:open              message.own            POST     in  302  404  404  404  404  404  404  404
messages:open              message.other_region   POST     in  404  404  404  404  404  404  404  404
messages:read              message.own            POST     in  302  404  404  404  404  404  404  404
messages:read              message.other_region   POST     in  404  404  404  404  404  404  404  404

compliance:annual_list     -                      GET      in  404  404  404  200  200  404  404  404
compliance:annual_export   -                      GET      in  404  404  404  200  200  404  404  404
compliance:person_year     person.own             GET      in  404  200  404  200  200  404  404  404
compliance:person_year     person.colleague       GET      in  404  200  404  200  200  404  404  404
compliance:person_year     person.other_unit      GET      in  404  404  404  200  200  404  404  404
compliance:person_year     person.other_region    GET      in  404  404  404  404  200  404  404  404
compliance:person_year     person.municipal       GET      in  404  404  404  404  200  404  404  404
compliance:annual_check    -                      POST     in  404  404  404  404  302  404  404  404

registry:sign_up           -                      GET     200  302  302  302  302  302  302  302  302
registry:sign_up           -                      POST    422  302  302  302  302  302  302  302  302
registry:sign_up_units     -                      GET     200  200  200  200  200  200  200  200  200
registry:claim_list        -                      GET      in  200  404  404  404  404  404  404  404
registry:claim_export      -                      GET      in  200  404  404  404  404  404  404  404
registry:claim_new         -                      GET      in  200  404  404  404  404  404  404  404
registry:claim_facts       activity.exam          GET      in  200  404  404  404  404  404  404  404
registry:claim_facts       activity.exam          POST     in  302  404  404  404  404  404  404  404
registry:claim_preview     -                      POST     in  200  404  404  404  404  404  404  404
registry:claim_detail      claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:claim_detail      claim.own              GET      in  200  404  404  200  200  404  404  404
registry:claim_detail      claim.own_accepted     GET      in  200  404  404  200  200  404  404  404
registry:claim_detail      claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:claim_detail      claim.colleague        GET      in  404  404  404  200  200  404  404  404
registry:claim_detail      claim.other_unit       GET      in  404  404  404  200  200  404  404  404
registry:claim_detail      claim.other_region     GET      in  404  404  404  404  200  404  404  404
registry:claim_detail      claim.municipal        GET      in  404  404  404  404  200  404  404  404
registry:claim_edit        claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:claim_edit        claim.own_draft        POST     in  302  404  404  404  404  404  404  404
registry:claim_edit        claim.own              GET      in  302  404  404  404  404  404  404  404
registry:claim_edit        claim.own              POST     in  302  404  404  404  404  404  404  404
registry:claim_edit        claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:claim_edit        claim.colleague_draft  POST     in  404  404  404  404  404  404  404  404
registry:claim_edit        claim.other_region     GET      in  404  404  404  404  404  404  404  404
registry:claim_evidence    claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:claim_evidence    claim.own_draft        POST     in  302  404  404  404  404  404  404  404
registry:claim_evidence    claim.own              GET      in  302  404  404  404  404  404  404  404
registry:claim_evidence    claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:claim_evidence    claim.colleague_draft  POST     in  404  404  404  404  404  404  404  404
registry:claim_evidence    claim.other_region     POST     in  404  404  404  404  404  404  404  404
registry:evidence_file     claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:evidence_file     claim.own              GET      in  200  404  404  200  200  404  404  404
registry:evidence_file     claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:evidence_file     claim.colleague        GET      in  404  404  404  200  200  404  404  404
registry:evidence_file     claim.other_unit       GET      in  404  404  404  200  200  404  404  404
registry:evidence_file     claim.other_region     GET      in  404  404  404  404  200  404  404  404
registry:evidence_file     claim.municipal        GET      in  404  404  404  404  200  404  404  404
registry:evidence_file     claim.crossed          GET      in  404  404  404  404  404  404  404  404
registry:evidence_preview  claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:evidence_preview  claim.own              GET      in  200  404  404  200  200  404  404  404
registry:evidence_preview  claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:evidence_preview  claim.colleague        GET      in  404  404  404  200  200  404  404  404
registry:evidence_preview  claim.other_region     GET      in  404  404  404  404  200  404  404  404
registry:evidence_preview  claim.municipal        GET      in  404  404  404  404  200  404  404  404
registry:evidence_preview  claim.crossed          GET      in  404  404  404  404  404  404  404  404
registry:evidence_page     claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:evidence_page     claim.own              GET      in  200  404  404  200  200  404  404  404
registry:evidence_page     claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:evidence_page     claim.colleague        GET      in  404  404  404  200  200  404  404  404
registry:evidence_page     claim.other_region     GET      in  404  404  404  404  200  404  404  404
registry:evidence_page     claim.municipal        GET      in  404  404  404  404  200  404  404  404
registry:evidence_page     claim.crossed          GET      in  404  404  404  404  404  404  404  404
registry:evidence_image    claim.own              GET      in  200  404  404  200  200  404  404  404
registry:evidence_image    claim.colleague        GET      in  404  404  404  200  200  404  404  404
registry:evidence_image    claim.other_region     GET      in  404  404  404  404  200  404  404  404
registry:evidence_remove   claim.own_draft        POST     in  302  404  404  404  404  404  404  404
registry:evidence_remove   claim.own              POST     in  302  404  404  404  404  404  404  404
registry:evidence_remove   claim.colleague_draft  POST     in  404  404  404  404  404  404  404  404
registry:evidence_remove   claim.other_region     POST     in  404  404  404  404  404  404  404  404
registry:claim_check       claim.own_draft        GET      in  200  404  404  404  404  404  404  404
registry:claim_check       claim.own_draft        POST     in  302  404  404  404  404  404  404  404
registry:claim_check       claim.own              GET      in  302  404  404  404  404  404  404  404
registry:claim_check       claim.colleague_draft  GET      in  404  404  404  404  404  404  404  404
registry:claim_check       claim.colleague_draft  POST     in  404  404  404  404  404  404  404  404
registry:claim_check       claim.other_region     POST     in  404  404  404  404  404  404  404  404
registry:claim_submitted   claim.own              GET      in  200  404  404  404  404  404  404  404
registry:claim_submitted   claim.colleague        GET      in  404  404  404  404  404  404  404  404
registry:claim_submitted   claim.other_region     GET      in  404  404  404  404  404  404  404  404
registry:claim_withdraw    claim.own              GET      in  200  404  404  404  404  404  404  404
registry:claim_withdraw    claim.own              POST     in  302  404  404  404  404  404  404  404
registry:claim_withdraw    claim.own_accepted     GET      in  302  404  404  404  404  404  404  404
registry:claim_withdraw    claim.colleague        GET      in  404  404  404  404  404  404  404  404
registry:claim_withdraw    claim.colleague        POST     in  404  404  404  404  404  404  404  404
registry:claim_withdraw    claim.other_region     POST     in  404  404  404  404  404  404  404  404
registry:ledger            -                      GET      in  302  404  404  404  404  404  404  404
registry:ledger_year       year.2021              GET      in  200  404  404  404  404  404  404  404
registry:ledger_year       year.2020              GET      in  404  404  404  404  404  404  404  404

registry:notice_list       -                      GET      in  200  200  200  200  200  200  200  200
registry:notice_new        -                      GET      in  404  404  404  404  200  404  404  404
registry:notice_new        -                      POST     in  404  404  404  404  422  404  404  404
registry:notice_detail     notice.in_force        GET      in  200  200  200  200  200  200  200  200
registry:notice_detail     notice.draft           GET      in  404  404  404  404  200  404  404  404
registry:notice_text       notice.in_force        GET      in  200  200  200  200  200  200  200  200
registry:notice_text       notice.draft           GET      in  404  404  404  404  200  404  404  404
registry:notice_difference notice.in_force        GET      in  200  200  200  200  200  200  200  200
registry:notice_difference notice.draft           GET      in  404  404  404  404  200  404  404  404
registry:notice_difference notice.since_draft     GET      in  404  404  404  404  200  404  404  404
registry:notice_propose    notice.draft           POST     in  404  404  404  404  302  404  404  404
registry:notice_agree      notice.proposed        POST     in  404  404  404  404  302  404  404  404
registry:notice_send_back  notice.proposed        POST     in  404  404  404  404  302  404  404  404
registry:notice_discard    notice.draft           POST     in  404  404  404  404  302  404  404  404

registry:yearly_now        -                      GET     in  404  404  404  404  302  404  404  404
registry:yearly            year.2021              GET     in  404  404  404  404  200  404  404  404
registry:yearly            year.2021              POST    in  404  404  404  404  422  404  404  404
registry:course_new        year.2021              GET     in  404  404  404  404  200  404  404  404
registry:course_new        year.2021              POST    in  404  404  404  404  422  404  404  404
registry:course_copy       year.2021              POST    in  404  404  404  404  302  404  404  404
registry:course_edit       course.any             GET     in  404  404  404  404  200  404  404  404
registry:course_edit       course.any             POST    in  404  404  404  404  422  404  404  404

registry:reopening_list    year.2021              GET     in  404  404  404  404  200  404  404  404
registry:reopening_export  year.2021              GET     in  404  404  404  404  200  404  404  404
registry:reopening_new     year.2021              GET     in  404  404  404  404  200  404  404  404
registry:reopening_new     year.2021              POST    in  404  404  404  404  422  404  404  404
registry:reopening_close   reopening.any          POST    in  404  404  404  404  302  404  404  404

registry:review_queue      -                      GET      in  404  404  404  200  200  404  404  404
registry:review_export     -                      GET      in  404  404  404  200  200  404  404  404
registry:review_batch      -                      GET      in  404  404  404  302  302  404  404  404
registry:review_batch      -                      POST     in  404  404  404  302  302  404  404  404
registry:review_hand_over  claim.own              GET      in  404  404  404  200  302  404  404  404
registry:review_hand_over  claim.own              POST     in  404  404  404  302  403  404  404  404
registry:review_hand_over  claim.other_region     GET      in  404  404  404  404  302  404  404  404
registry:review_hand_over  claim.other_region     POST     in  404  404  404  404  403  404  404  404
registry:review_hand_over  claim.municipal        POST     in  404  404  404  404  302  404  404  404
registry:review_claim      claim.own_draft        GET      in  404  404  404  404  404  404  404  404
registry:review_claim      claim.own              GET      in  404  404  404  200  200  404  404  404
registry:review_claim      claim.other_unit       GET      in  404  404  404  200  200  404  404  404
registry:review_claim      claim.other_region     GET      in  404  404  404  404  200  404  404  404
registry:review_claim      claim.municipal        GET      in  404  404  404  404  200  404  404  404
registry:review_decide     claim.own              GET      in  404  404  404  302  302  404  404  404
registry:review_decide     claim.own              POST     in  404  404  404  302  403  404  404  404
registry:review_decide     claim.own_draft        POST     in  404  404  404  404  404  404  404  404
registry:review_decide     claim.other_unit       POST     in  404  404  404  302  403  404  404  404
registry:review_decide     claim.other_region     POST     in  404  404  404  404  403  404  404  404
registry:review_decide     claim.municipal        POST     in  404  404  404  404  302  404  404  404
registry:review_reverse    claim.own_accepted     GET      in  404  404  404  200  200  404  404  404
registry:review_reverse    claim.own_accepted     POST     in  404  404  404  302  302  404  404  404
registry:review_reverse    claim.other_unit       GET      in  404  404  404  302  302  404  404  404
registry:review_reverse    claim.far_accepted     GET      in  404  404  404  404  200  404  404  404
registry:review_reverse    claim.far_accepted     POST     in  404  404  404  404  302  404  404  404
"""

_EXAM = {
    "token": "6f1c0a52-30b5-4f8a-9d8e-6f7a1f0c2b11",
    "activity": "licence_exam",
    "tier": "national",
    "quantity": "1",
    "started_on": "2021-05-22",
    "ended_on": "2021-05-23",
    "title": "一级建造师考试",
}
# What a POST line sends, where an empty form would not tell "may not" from "did not fill in".
FORMS: dict[str, dict[str, Any]] = {
    "accounts:password_change": {"old_password": ""},
    "accounts:two_step_set_up": {"code": ""},
    "accounts:reset_request": {"email": "nobody@example.com"},
    "accounts:desk_edit": {"display_name": "改名"},
    "accounts:desk_close": {"reason": "离职"},
    "accounts:desk_two_step": {"reason": "手机丢失"},
    "accounts:desk_appointment_office": {"office": "personnel", "reason": "岗位调整"},
    "accounts:desk_appointment_end": {"last_day": "2021-12-31", "reason": "离任"},
    "compliance:annual_check": {"year": "2021"},
    "registry:claim_facts": _EXAM,
    "registry:claim_preview": _EXAM,
    "registry:claim_edit": _EXAM,
    "registry:claim_evidence": {"token": _EXAM["token"], "next": "1"},
    "registry:notice_new": {"text": ""},
    "registry:notice_send_back": {"reason": "年份有误"},
    "registry:notice_discard": {"reason": "年份有误"},
    "registry:claim_check": {"declared": "on"},
    "registry:review_decide": {"decision": "accept"},
    "registry:review_reverse": {"reason": "重复认定"},
    "registry:review_hand_over": {"region": "daishan", "reason": "属地有误"},
    **adjustments.FORMS,
    **groups.FORMS,
    **looks.FORMS,
    **reviews.FORMS,
    **units.FORMS,
    **platforms.FORMS,
    **courses.FORMS,
    **attendance.FORMS,
    **certificates.FORMS,
    **rosters.FORMS,
    **draft_trials.FORMS,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `gets` is what each role gets."""

    route: str
    object: str
    method: str
    gets: dict[str, str]


@cache
def rows() -> list[Row]:
    """The table, read. ValueError names a line that cannot be."""
    found = []
    tables = (TABLE, *(part.TABLE for part in PARTS))
    for line in "".join(tables).splitlines():
        cells = line.split()
        if not cells or cells[0].startswith("#"):
            continue
        if len(cells) != 3 + len(ROLES) or cells[2] not in ("GET", "POST"):
            raise ValueError(f"not a line of the matrix: {line}")
        found.append(Row(cells[0], cells[1], cells[2], dict(zip(ROLES, cells[3:], strict=True))))
    return found
