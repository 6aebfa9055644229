"""Every change of a unit and of what proves it. Each leaves its event in the audit trail."""
