"""The smallest API worth having: two clients with keys, one page that calls, one method for everybody."""
