"""The part of the access matrix that is about the annual review; the people are those of `world`."""

from __future__ import annotations

from typing import Any

TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
compliance:review_batch    -                      GET      in  404  404  404  302  302  404  404  404
compliance:review_batch    -                      POST     in  404  404  404  302  302  404  404  404
compliance:review_decide   person.own             GET      in  404  404  404  302  302  404  404  404
compliance:review_decide   person.own             POST     in  404  404  404  302  403  404  404  404
compliance:review_decide   person.other_unit      POST     in  404  404  404  302  403  404  404  404
compliance:review_decide   person.other_region    POST     in  404  404  404  404  403  404  404  404
compliance:review_decide   person.municipal       POST     in  404  404  404  404  302  404  404  404
compliance:progress        -                      GET      in  404  404  404  200  200  404  404  404
compliance:progress_export -                      GET      in  404  404  404  200  200  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {
    "compliance:review_decide": {"decision": "fail", "reason": "证书编号与原件不符"},
}
