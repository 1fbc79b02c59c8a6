"""What docs/serving.md gives to run a copy: the service, the reverse proxy and the container hold as they stand."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import need

SERVING = Path(__file__).parents[1] / "docs" / "serving"
PROGRAMS = Path(sys.executable).parent
HOST = "medskick.region.example"


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unit() -> str:
    """The service as it would be installed, with the programs that the tests run with."""
    return (SERVING / "medskick.service").read_text(encoding="utf-8").replace("/opt/medskick/bin", str(PROGRAMS))


def test_systemd_takes_the_service(tmp_path: Path) -> None:
    need(shutil.which("systemd-analyze") is not None, "systemd-analyze")
    unit = tmp_path / "medskick.service"
    unit.write_text(_unit(), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_container_file_has_no_fault() -> None:
    done = subprocess.run([PROGRAMS / "hadolint", SERVING / "Containerfile"], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture
def proxy(store_folder: Path, tmp_path: Path) -> Iterator[int]:
    """The service's own command with nginx before it, as both files have it; gives the port of nginx."""
    need(shutil.which("nginx") is not None, "nginx")
    inner, outer = _free(), _free()
    command = re.findall(r"^ExecStart=(.*)$", _unit(), re.M)[0].replace("8765", str(inner)).split()
    environment = {**os.environ, "MEDSKICK_HOSTS": HOST, "MEDSKICK_STORE": str(store_folder)}
    site = (SERVING / "nginx.conf").read_text(encoding="utf-8")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{outer};").replace("127.0.0.1:8765", f"127.0.0.1:{inner}")
    kept = " ".join(
        f"{one}_temp_path {tmp_path}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/errors;\n"
        f"events {{}}\nhttp {{ access_log off; {kept}\n{site} }}\n",
        encoding="utf-8",
    )
    nginx = ["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    subprocess.run([*nginx, "-t"], check=True, capture_output=True)
    with contextlib.ExitStack() as running:
        for started in (command, nginx):
            process = subprocess.Popen(started, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(process.wait)
            running.callback(process.terminate)
        for _ in range(300):
            with contextlib.suppress(OSError):
                if _ask(outer, "GET", "/en/about")[0] == 200:
                    break
            time.sleep(0.2)
        yield outer


def _ask(
    port: int, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read().decode()
    finally:
        connection.close()


@pytest.mark.browser_all
def test_the_proxy_gives_readers_the_site(proxy: int) -> None:
    status, headers, page = _ask(proxy, "GET", "/sv/id/skane/regionplan-skane")
    assert status == 200 and "Regionplan" in page and "default-src 'none'" in headers["content-security-policy"]
    # the addresses in a page are those of the reader's side
    assert f"http://{HOST}" in page.replace("%3A", ":").replace("%2F", "/")
    assert _ask(proxy, "GET", "/sv/id/skane/regionplan-skane", If_None_Match=headers["etag"])[0] == 304
    query = b"query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2020000"
    form = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/csv"}
    status, _, rows = _ask(proxy, "POST", "/sparql", query, **form)
    assert status == 200 and rows.count("\r\n") == 20_001
    assert _ask(proxy, "POST", "/sparql", b"query=" + b"x" * 2_000_000, **form)[0] == 413
    # a name that is not ours is refused behind the proxy too
    assert _ask(proxy, "GET", "/sv/", Host="other.example")[0] == 400
