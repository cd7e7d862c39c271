"""What a user's own tests import."""
