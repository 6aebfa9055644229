"""Telling people: in the portal, by e-mail, by SMS; each message once. Knows nothing of what it tells."""
