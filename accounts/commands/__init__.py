"""Every change of an account. The room below the audit: callers in higher rooms write the Event."""
