"""Years of the demo as lists of activities: years that meet the notice, years that nearly do, and beginnings."""

from __future__ import annotations

from random import Random

from zsjxjy.demo.activities import SAMPLES, Facts, any_facts

GENERAL, GENERAL_HALF = Facts("general_public_course", hours="18"), Facts("general_public_course", hours="9")
INDUSTRY, INDUSTRY_HALF = Facts("industry_public_course", hours="12"), Facts("industry_public_course", hours="6")
CPD_ABOVE_CAP = Facts("licence_cpd", hours="50")
THREE_DAYS = Facts("training_class", hours="24", days=3)

Plan = tuple[Facts, ...]

MET: tuple[Plan, ...] = (
    (GENERAL, INDUSTRY, CPD_ABOVE_CAP, THREE_DAYS),
    (GENERAL, INDUSTRY_HALF, INDUSTRY_HALF, Facts("advanced_seminar", tier="national", quantity=1), THREE_DAYS),
    (
        GENERAL_HALF,
        GENERAL_HALF,
        INDUSTRY,
        Facts("advanced_seminar", tier="provincial", quantity=1),
        Facts("advanced_seminar", tier="city", quantity=1),
        Facts("online_course", hours="6.5"),
    ),
    (GENERAL, INDUSTRY, Facts("licence_cpd", hours="60"), Facts("licence_exam", tier="national", quantity=3)),
    (GENERAL, INDUSTRY, Facts("training_class", hours="40", days=5), Facts("overseas_training", quantity=4)),
)
NEARLY: tuple[Plan, ...] = (
    (GENERAL, INDUSTRY, CPD_ABOVE_CAP, Facts("training_class", hours="16", days=2)),  # professional 52
    (GENERAL_HALF, INDUSTRY, Facts("advanced_seminar", tier="national", quantity=1), THREE_DAYS),  # general 9
    (GENERAL, INDUSTRY_HALF, Facts("licence_cpd", hours="60"), THREE_DAYS),  # industry 6
    (GENERAL, INDUSTRY, Facts("licence_cpd", hours="80"), Facts("paper", tier="core", quantity=2)),  # professional 52
)


def begun(rng: Random) -> Plan:
    """One or two activities of any sort."""
    return tuple(any_facts(activity, rng) for activity in rng.sample(sorted(SAMPLES), rng.randint(1, 2)))
