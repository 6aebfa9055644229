"""Every change of an account. Each hands its event to `accounts.trail`."""
