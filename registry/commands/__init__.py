"""Every change of the registry. Keyword-only, typed, one transaction each, guarded by `require`, one audit Event."""
