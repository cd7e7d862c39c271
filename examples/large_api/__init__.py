"""An API of 300 paths with three methods each, in one stack."""
