"""What a person did and earned: practitioners, claims with their evidence, the ledger, and the year's standing."""
