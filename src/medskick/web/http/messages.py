"""What a connection reads as requests: none that two servers could read differently, none that is dear to read."""

from typing import Any

import h11

MOST_HEAD = 64_000
"""The longest head of a request in bytes: its target and its fields together."""
_MANY_CHUNKS, _SMALL_CHUNK = 1_000, 64


class Messages(h11.Connection):
    """The server's side of a connection as h11 reads it, held to bounds; a request for ourselves by its whole address.

    ``next_event`` raises ``h11.RemoteProtocolError``, which uvicorn answers by 400 and the end of the connection.
    """

    def __init__(self) -> None:
        super().__init__(h11.SERVER, MOST_HEAD)
        self._chunks = self._size = 0

    def next_event(self) -> Any:
        """Return the next event. Raises ``h11.RemoteProtocolError``, also for a body in very many small chunks."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = self._size = 0
            return _checked(event)
        if isinstance(event, h11.Data):
            # each chunk is an event, and takes as long as a small request
            self._chunks += event.chunk_start
            self._size += len(event.data)
            if self._chunks > _MANY_CHUNKS and self._size < self._chunks * _SMALL_CHUNK:
                raise h11.RemoteProtocolError("The body comes in too many small chunks")
        return event


def _checked(request: h11.Request) -> h11.Request:
    names = {name for name, _ in request.headers}
    # RFC 9112, section 6.3: an attempt to smuggle a request; the connection must be closed
    if {b"content-length", b"transfer-encoding"} <= names:
        raise h11.RemoteProtocolError("Content-Length and Transfer-Encoding")
    # h11 itself looks at the length only while the head is not whole
    if len(request.target) + sum(len(name) + len(value) for name, value in request.headers) > MOST_HEAD:
        raise h11.RemoteProtocolError("The head is too long")
    scheme, mark, rest = request.target.partition(b"://")
    if not mark or scheme.lower() not in (b"http", b"https"):
        return request
    # absolute-form (RFC 9112, section 3.2.2): its host takes the place of the field's
    cut = min((place for place in (rest.find(b"/"), rest.find(b"?")) if place >= 0), default=len(rest))
    path = rest[cut:] if rest[cut : cut + 1] == b"/" else b"/" + rest[cut:]
    fields = [(name, value) for name, value in request.headers if name != b"host"]
    return h11.Request(
        method=request.method, target=path, headers=[(b"host", rest[:cut]), *fields], http_version=request.http_version
    )
