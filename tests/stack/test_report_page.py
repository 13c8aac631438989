"""The report in a real browser: it asks nobody for anything, nothing is refused, and the figures are there."""

from __future__ import annotations

import http.server
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from spanwise.exporters.figures import percent, whole
from spanwise.exporters.report import write_report
from spanwise.exporters.store import StoreMetricExporter, StoreSpanExporter
from spanwise.exporters.summary import summarise
from unit.genai_telemetry import Application

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
BROWSERS_OWN = (".google.com", ".googleapis.com", ".gvt1.com", ".gstatic.com")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--proxy-bypass-list=<-loopback>",
    "--enable-logging=stderr",
    "--dump-dom",
)

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on the PATH"),
]


class Visit:
    """What a browser made of a page: its elements, what it complained about, and which hosts it asked."""

    def __init__(self, page: Path, profile: Path, proxy: Proxy) -> None:
        command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", f"--proxy-server=127.0.0.1:{proxy.port}"]
        done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
        self.dom = done.stdout
        self.complaints = re.findall(r"CONSOLE[:(].*", done.stderr)
        self.asked = [host for host in proxy.asked if not host.endswith(BROWSERS_OWN)]


class Proxy:
    """Stands between the browser and the network: notes each host and refuses."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Refuse(http.server.BaseHTTPRequestHandler):
            def _refuse(self) -> None:
                asked.append(re.sub(r"^\w+://|[:/].*$", "", self.path.partition("://")[2] or self.path))
                self.send_error(403)

            do_GET = do_POST = do_CONNECT = do_HEAD = _refuse

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.asked = asked
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    running = Proxy()
    yield running
    running.close()


def test_report_opens_without_a_request_or_a_complaint_and_shows_its_figures(tmp_path: Path, proxy: Proxy) -> None:
    store = tmp_path / "telemetry.db"
    spans = StoreSpanExporter(store)
    Application(seed=7, end=time.time_ns()).run(200, spans, StoreMetricExporter(store))
    spans.shutdown()
    summary = summarise(store)

    visit = Visit(write_report(store, tmp_path / "report.html"), tmp_path / "profile", proxy)

    assert visit.complaints == []
    assert visit.asked == []
    for value in (whole(summary.calls), percent(summary.error_share), f"${summary.cost:,.2f}"):
        assert re.search(rf'<dd class="value[^"]*">{re.escape(value)}</dd>', visit.dom)
    assert visit.dom.count('<details class="trace"') >= 20


def test_browser_would_have_told_of_a_request_and_of_a_refused_style(tmp_path: Path, proxy: Proxy) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        """<meta http-equiv="Content-Security-Policy" content="style-src 'none'"><style>p {color: red}</style>
        <img src="http://pictures.invalid/x.png">"""
    )
    visit = Visit(page, tmp_path / "profile", proxy)
    assert visit.asked == ["pictures.invalid"]
    assert len(visit.complaints) >= 1
