"""An API that somebody else wrote, which locks pages out, and the line that lets them in."""
