"""Receives what Alertmanager and Grafana send to a webhook: `python -m native.webhook` prints it."""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import cast

__all__ = ["Delivery", "WebhookReceiver", "sentence"]

_POLL = 0.05


@dataclass(frozen=True)
class Delivery:
    """One POST: its path, its JSON body, when it came (`time.time()`), its headers in lower case."""

    path: str
    body: Mapping[str, object]
    at: float
    headers: Mapping[str, str]


class WebhookReceiver:
    """An HTTP server on a thread that keeps every JSON object that is posted to it, on any path, while the block runs.

    Args:
        on_delivery: called with each delivery as it comes, on the server's thread.
        address: `host:port`; port 0 takes a free one.
    """

    def __init__(self, on_delivery: Callable[[Delivery], None] | None = None, address: str = "127.0.0.1:0") -> None:
        self.deliveries: list[Delivery] = []
        self._on_delivery = on_delivery
        self._asked_address = address

    @property
    def address(self) -> str:
        """`host:port` where it listens, in the block."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    @property
    def url(self) -> str:
        """Where to post to, without a path."""
        return f"http://{self.address}"

    def __enter__(self) -> WebhookReceiver:
        host, port = self._asked_address.rsplit(":", 1)
        self._server = ThreadingHTTPServer((host, int(port)), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), name="webhook", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def receive(self, delivery: Delivery) -> None:
        """Keep a delivery and tell of it."""
        self.deliveries.append(delivery)
        if self._on_delivery:
            self._on_delivery(delivery)

    def wait_for(self, wanted: Callable[[Delivery], bool], patience: float = 180.0) -> Delivery:
        """The first delivery that is wanted, of those that came and those that come within `patience` seconds.

        What Alertmanager was not there yet to take, Prometheus sends again after a minute.

        Raises:
            TimeoutError: none came; the message tells which did.
        """
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for delivery in list(self.deliveries):
                if wanted(delivery):
                    return delivery
            time.sleep(_POLL)
        raise TimeoutError(f"not delivered in {patience:.0f} s; {[sentence(each) for each in self.deliveries]}")


def sentence(delivery: Delivery) -> str:
    """A delivery of Alertmanager or Grafana on a line for each of its alerts: `firing P1 Name shop: summary`."""
    alerts = delivery.body.get("alerts")
    if not isinstance(alerts, list):
        return json.dumps(delivery.body)[:200]
    return "\n".join(_alert(alert) for alert in cast("list[object]", alerts))


def _alert(alert: object) -> str:
    labels, annotations = _texts(_member(alert, "labels")), _texts(_member(alert, "annotations"))
    status = _texts(alert).get("status", "?")
    words = (status, labels.get("priority", ""), labels.get("alertname", "?"), labels.get("service_name", ""))
    return f"{' '.join(word for word in words if word)}: {annotations.get('summary', '')}"


def _member(holder: object, key: str) -> object:
    return cast("dict[object, object]", holder).get(key) if isinstance(holder, dict) else None


def _texts(holder: object) -> dict[str, str]:
    """The members of a JSON object that are strings; none if it is something else."""
    if not isinstance(holder, dict):
        return {}
    return {str(name): text for name, text in cast("dict[object, object]", holder).items() if isinstance(text, str)}


def _handler(receiver: WebhookReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                body: object = json.loads(text)
            except ValueError:
                return self._answer(400)
            if not isinstance(body, dict):
                return self._answer(400)
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.receive(Delivery(self.path, cast("dict[str, object]", body), time.time(), headers))
            return self._answer(200)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: deliveries are told by `on_delivery`."""

    return Handler


def main() -> None:
    """Print deliveries until stopped."""
    parser = argparse.ArgumentParser(prog="python -m native.webhook", description=__doc__)
    parser.add_argument("--address", default="127.0.0.1:9080", help="where to listen (default: %(default)s)")
    address: str = parser.parse_args().address

    def tell(delivery: Delivery) -> None:
        print(sentence(delivery), flush=True)

    with WebhookReceiver(tell, address) as receiver:
        print(f"waiting for alerts at {receiver.url}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
