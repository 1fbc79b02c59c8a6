"""The way of a query to other endpoints: each call is held to a time and a size, and what fails is kept.

The engine itself waits for an endpoint for ever and reads all that it gives. So a worker lets it call a place of its
own on loopback, which asks the endpoint in its stead.
"""

import secrets
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from medskick.queries.remote import EndpointError, Patience, fetch, prepare

_MOST_CALLS = 50


class Gateway:
    """A place on loopback that calls some endpoints for the engine. ``missing`` are those that failed since ``begin``.

    Whoever finds its port can call by it no more than the endpoints that any query may.
    """

    def __init__(self, services: Sequence[str], patience: Patience) -> None:
        prepare()
        self._patience, self._secret = patience, secrets.token_urlsafe()
        self._lock, self._calls = threading.Lock(), 0
        self.missing: dict[str, str] = {}
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, media, answer = gateway._called(self.path, body.decode("utf-8"))
                self.send_response(status)
                self.send_header("Content-Type", media)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_args: object) -> None:
                """Nothing: what was asked is nobody's business."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        start = f"http://127.0.0.1:{server.server_port}/{self._secret}/"
        self.ways = {service: f"{start}{place}" for place, service in enumerate(services)}
        """The place to call instead of each endpoint."""
        self._services = {way.rpartition(f"{server.server_port}")[2]: service for service, way in self.ways.items()}
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def begin(self) -> None:
        """Begin a query: no endpoint has failed it."""
        with self._lock:
            self.missing, self._calls = {}, 0

    def _called(self, path: str, query: str) -> tuple[int, str, bytes]:
        service = self._services.get(path)
        if service is None:
            return 404, "text/plain", b""
        with self._lock:
            self._calls += 1
            failed = self.missing.get(service)
            if failed is None and self._calls > _MOST_CALLS:
                failed = self.missing[service] = "often"
        if failed is None:
            try:
                return 200, *fetch(service, query, self._patience)
            except EndpointError as error:
                with self._lock:
                    self.missing[service] = error.reason
        # asked again for another row, it would only take its time again
        return 502, "text/plain", b""
