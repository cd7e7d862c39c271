"""REST APIs as one document: where it comes from, the routes that join it, and how it gets into the template."""
