"""Clients that nobody here wrote log in to the real binary, by their ordinary configuration: `script/oauth-clients`."""
