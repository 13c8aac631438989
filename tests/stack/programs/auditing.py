"""Writes records into the audit log as fast as it can, and says how many are written."""

import resource
import sys
from pathlib import Path

from spanwise.core import guard
from spanwise.exporters.audit.log import AuditLog
from spanwise.exporters.audit.settings import AuditSettings
from unit.audited import call

ROOM = 3_000
"""Bytes that are left on the full disk: enough for a few records."""


def limit(size: int) -> None:
    """The size beyond which this process can write no file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def record(log: AuditLog, number: int) -> None:
    view = call(number, user_id=f"u-{number % 5}", said="hello")
    log.record(view, log.identify(view))


def main(path: str, way: str) -> None:
    guard.reraise_faults(True)
    log = AuditLog(AuditSettings(path=path, pending=10, checkpoint_records=50), "policy-1")
    if way == "endless":
        number = 0
        while True:
            record(log, number := number + 1)
            log.tick(False)
            print(log.written, flush=True)
    if way == "full":
        for number in range(5):
            record(log, number)
        log.tick(False)
        limit(Path(path, "000001.jsonl").stat().st_size + ROOM)
        for number in range(5, 40):
            record(log, number)
            log.tick(True)
        print(log.written, log.waiting, log.lost)
        limit(resource.RLIM_INFINITY)
    else:
        for number in range(int(way)):
            record(log, number)
            if number % 7 == 0:
                log.tick(False)
    log.tick(True)
    print(log.written, log.waiting, log.lost)


if __name__ == "__main__":
    main(*sys.argv[1:])
