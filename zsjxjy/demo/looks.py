"""Second looks in the demo: nothing is left to chance, so that the same calendar gives the same city.

Nothing is drawn until a few days in which everything is; what was drawn is then looked at, agreed with, disputed and
decided, and some of it left open. From now on the default rate applies.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from accounts.models import User
from registry.commands.sampling import rates_set
from registry.commands.second_looks import look_agree, look_disagree, look_dismiss, look_uphold
from registry.models import SecondLook
from registry.queries.second_looks import visible_to
from registry.states import SecondLookState
from zsjxjy.demo.days import OPENS, Days, start_of
from zsjxjy.demo.staff import CITY_OFFICE, CITY_SECOND
from zsjxjy.demo.steps import City, Step

NOTHING, ALL, USUAL = Decimal(0), Decimal(100), Decimal(5)
DAY = timedelta(days=1)


def look_steps(days: Days) -> list[Step]:
    """The rates as they are set, and a day on which the city office looks through what was drawn."""
    start = days.later(start_of(days.first), timedelta(hours=OPENS))
    drawn_from, looked_on = days.now - 9 * DAY, days.now - DAY
    return [
        Step(start, partial(_rate, percent=NOTHING, reason="平台试运行期间暂不抽查。")),
        Step(max(start, drawn_from), partial(_rate, percent=ALL, reason="演示：集中抽查一周。")),
        Step(max(start, looked_on), partial(_rate, percent=NOTHING, reason="集中抽查结束。")),
        Step(max(start, looked_on), _look_through),
        Step(days.now, partial(_rate, percent=USUAL, reason="按年度抽查方案执行。")),
    ]


def _rate(city: City, *, percent: Decimal, reason: str) -> None:
    regions = dict.fromkeys(city.regions.values(), percent)
    rates_set(actor=city.users[CITY_OFFICE.username], percents=regions, reason=reason)


def _look_through(city: City) -> None:
    """By turns: agreed, left open, disputed and then upheld, dismissed or left to be decided."""
    first, second = city.users[CITY_OFFICE.username], city.users[CITY_SECOND.username]
    looks = visible_to(first).filter(state=SecondLookState.OPEN).exclude(first_reviewer=first).order_by("pk")
    for place, look in enumerate(looks):
        if place % 5 in (0, 1):
            look_agree(actor=first, look=look, reason="与原件核对一致。")
        elif place % 5 in (2, 3):
            disputed = look_disagree(actor=first, look=look, reason="证明材料上看不到主办单位印章，不宜认定。")
            _decide(second, disputed, place // 5)


def _decide(actor: User, look: SecondLook, turn: int) -> None:
    if turn % 3 == 0:
        look_uphold(actor=actor, look=look, reason="材料缺少主办单位印章，请补充后重新申报。")
    elif turn % 3 == 1:
        look_dismiss(actor=actor, look=look, reason="主办单位已出具证明，维持认定。")
