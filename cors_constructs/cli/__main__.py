"""`python -m cors_constructs.cli`: the command, where it is not on the path."""

from cors_constructs.cli import main

main()
