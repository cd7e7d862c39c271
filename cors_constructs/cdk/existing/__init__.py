"""APIs that somebody else made: found in a scope, told apart by kind, and completed as each kind has to be."""
