"""`python -m provider`: the provider as a process of its own; stops on SIGTERM or SIGINT."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from provider.http1 import Connection
from provider.local import listen
from provider.scenario import SCENARIOS
from provider.service import Service, Settings


def main() -> None:
    """Read the command line and serve."""
    arguments = _parser().parse_args()
    settings = Settings(arguments.speed, arguments.retry_after, not arguments.no_gzip)
    asyncio.run(_serve(Service(settings), arguments.port, arguments.ready_file))


def _parser() -> argparse.ArgumentParser:
    defaults = Settings()
    scenarios = "\n".join(f"  {name:15} {meaning}" for name, meaning in SCENARIOS.items())
    parser = argparse.ArgumentParser(
        "python -m provider",
        description="A local LLM provider. GET /ledger tells what it served.",
        epilog=f"scenarios, for the x-scenario request header (NAME or NAME:N):\n{scenarios}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--ready-file", type=Path, help="written once ready, as JSON with the base URLs")
    parser.add_argument(
        "--speed", type=float, default=defaults.speed, help="divides all latencies (default: %(default)s)"
    )
    parser.add_argument(
        "--retry-after",
        type=float,
        default=defaults.retry_after,
        help="of 429 and 5xx, in seconds (default: %(default)s)",
    )
    parser.add_argument("--no-gzip", action="store_true", help="never compress")
    return parser


async def _serve(service: Service, port: int, ready_file: Path | None) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    connections: set[Connection] = set()
    server = await listen(service, port, connections)
    _announce(server, ready_file)
    await stop.wait()
    server.close()
    for connection in list(connections):
        connection.abort()


def _announce(server: asyncio.Server, ready_file: Path | None) -> None:
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    places = {"OPENAI_BASE_URL": f"{url}/v1", "ANTHROPIC_BASE_URL": url, "ledger": f"{url}/ledger"}
    places["SPANWISE_JUDGE_URL"] = f"{url}/judge/v1"
    if ready_file:
        partial = ready_file.with_suffix(".partial")
        partial.write_text(json.dumps(places))
        partial.replace(ready_file)
    print(json.dumps(places), flush=True)


if __name__ == "__main__":
    main()
