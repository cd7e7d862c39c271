"""A deployed API against its template: every method, from each origin, and whether both say the same."""
