"""An API at a domain of its own, with a branch for other pages, and limits for preflights."""
