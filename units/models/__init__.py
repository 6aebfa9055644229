"""Tables of the units room. The unit itself is `accounts.Organisation`, which everything below knows too."""

from units.models.applications import UnitApplication, UnitApplicationStep, UnitChange
from units.models.papers import Bureau, Proof, ProviderFiling, Qualification

__all__ = [
    "Bureau",
    "Proof",
    "ProviderFiling",
    "Qualification",
    "UnitApplication",
    "UnitApplicationStep",
    "UnitChange",
]
