"""The lens: pages at `/_cors` that show a call as the simulator judges it, beside what the browser itself does.

Judging sends requests, and the pages hold API keys: so no other site may use them. Nothing here has CORS headers, what
tells or does something is refused to pages of other origins, and the pages run no script but their own.
"""
