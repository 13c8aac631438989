"""Servers that judge as they are told, and installations whose calls are judged."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from contract.installation import Installation, installation
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import JUDGE_SKIPPED

__all__ = ["FAULTS", "Server", "completion", "judged", "saying", "skipped", "verdict"]

FAULTS = ("prompt_injection", "system_prompt_leak", "harmful_content")


class Server:
    """A server that judges as it is told, and keeps what it was asked."""

    def __init__(self, answer: Callable[[], tuple[int, Mapping[str, str], bytes]]) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.headers.append(dict(self.headers))
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                status, headers, body = answer()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Server:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def completion(said: str, **usage: int) -> bytes:
    return json.dumps({"choices": [{"message": {"content": said}}], "usage": usage}).encode()


def verdict(score: float = 0.1) -> bytes:
    said = json.dumps({fault: {"score": score, "reason": "So it is."} for fault in FAULTS})
    return completion(said, prompt_tokens=1_000, completion_tokens=100)


def saying(body: bytes, status: int = 200, **headers: str) -> Server:
    return Server(lambda: (status, headers, body))


def skipped(installed: Installation) -> dict[str, float]:
    """Calls that were not judged, by reason, as a collection of metrics sees it."""
    installed.evaluations()
    points = installed.points()
    return {str(p.labels[names.JUDGE_SKIPPED]): p.value for p in points if p.name == JUDGE_SKIPPED.name and p.value}


@contextmanager
def judged(url: str, **settings: str) -> Generator[Installation]:
    """An installation whose calls are judged."""
    given = {"share": "1", "url": url, **settings}
    with installation({f"SPANWISE_JUDGE_{name.upper()}": value for name, value in given.items()}) as installed:
        yield installed
