"""How schemathesis writes the bodies that it does not know; clients.py names this file to it."""

import schemathesis


@schemathesis.serializer("application/x-ndjson", "text/html")
def text(ctx, value):
    """A string is its own body."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
