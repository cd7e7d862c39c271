"""What a mapping template that cannot be run raises."""


class MappingError(Exception):
    """A mapping template that API Gateway would answer with 500; it says why, as the end of a sentence."""
