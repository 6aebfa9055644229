"""Group claims as the notice's data has them: what a unit brings for many people at once (§三（三）)."""

from __future__ import annotations

from dataclasses import dataclass

from hours_rules.types import ActivityRule, EvidenceRule, Interpretation


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """A proof that a group claim brings once for all its people.

    `stands_for` names the proofs of an activity that it replaces in each person's claim; `shown_to_people` whether a
    participant may see it.
    """

    code: str
    name: str
    required: bool
    hint: str
    stands_for: tuple[str, ...]
    shown_to_people: bool


@dataclass(frozen=True, slots=True)
class GroupRules:
    """What a unit brings that claims for many people at once (§三（三）), and for which activities it may."""

    clause: str
    text: str
    activities: tuple[str, ...]
    evidence: tuple[GroupEvidence, ...]
    interpretations: tuple[Interpretation, ...]

    @property
    def stood_for(self) -> frozenset[str]:
        """Codes of an activity's proofs that the envelope's own replace."""
        return frozenset(code for proof in self.evidence for code in proof.stands_for)

    def certificate_of(self, rule: ActivityRule) -> EvidenceRule:
        """The one proof of this activity that each person still has to bring: the certificate."""
        own = (proof for proof in rule.evidence if proof.required and proof.code not in self.stood_for)
        return next(own, rule.evidence[0])
