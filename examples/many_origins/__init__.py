"""Pages on many origins: patterns, credentials, and a list that only deployment knows."""
