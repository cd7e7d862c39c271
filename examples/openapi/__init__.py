"""An API that an OpenAPI document describes, with routes beside it."""
