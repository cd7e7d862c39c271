"""What happens: a template and a request make an answer, and the Fetch standard makes a verdict of it.

Nothing in this room knows the CDK, and nothing of it is shared with what renders templates: it is what judges them.
"""
