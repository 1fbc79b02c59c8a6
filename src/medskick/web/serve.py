"""Running the server by hand: a free port, the address said, the browser opened, a clean stop."""

import contextlib
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable

import uvicorn

from medskick.web.app import Settings, create_app
from medskick.web.http.connection import Connection


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port if it is free, else one that is. Raises ``OSError`` for a host that is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (wanted, 0):
        with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if port == 0:
                    raise
                continue
            return int(probe.getsockname()[1])
    raise OSError(host)


def _many_files() -> None:
    """Allow as many open connections as the system does: the usual 1 024 files are soon held by who only waits."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536) if hard > 0 else 65_536, hard))


def serve(settings: Settings, host: str, port: int, browser: bool, announce: Callable[[str], None]) -> None:
    """Serve until Ctrl-C. ``say`` is told the address once the server answers.

    No access log of uvicorn's: it holds addresses, which are personal data, and what was asked (see
    ``Settings.access_log``). Raises ``OSError`` where the host cannot be bound.
    """
    free = free_port(host, port)
    config = uvicorn.Config(
        create_app(settings),
        host=host,
        port=free,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
        # who connects is who asks: no header names another one
        proxy_headers=False,
        http=Connection,
        ws="none",
    )
    _many_files()
    server = uvicorn.Server(config)
    address = f"http://{f'[{host}]' if ':' in host else host}:{free}/"

    def tell() -> None:
        while not server.started and not server.should_exit:
            time.sleep(0.05)
        if server.started:
            announce(address)
            if browser:
                webbrowser.open(address)

    threading.Thread(target=tell, daemon=True).start()
    # uvicorn stops on Ctrl-C and then raises it again for whoever called
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
