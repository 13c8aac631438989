"""What is kept: nothing older than an age, no more than a size; the oldest traces go first."""

from __future__ import annotations

import sqlite3

from spanwise.exporters.schema import SLOT_NS

__all__ = ["UPKEEP_INTERVAL_NS", "keep_within"]

UPKEEP_INTERVAL_NS = 60 * 10**9
"""The shortest time between two clean-ups of one store, by whichever process comes first."""

_DAY_NS = 86_400 * 10**9
_HOUR_NS = 3600 * 10**9
_MINUTE_NS = 60 * 10**9
_SHARE_PER_PASS = 10
_PASSES = 5
_ROOM = 0.9


def keep_within(connection: sqlite3.Connection, now_ns: int, max_age_days: float, max_bytes: int) -> bool:
    """Delete what is too old or too much, inside the caller's transaction; says whether it was this caller's turn.

    One call deletes at most about two fifths of the spans, so that a writer never waits long; the next one goes on.
    """
    if not _take_turn(connection, now_ns):
        return False
    cut = max(0, now_ns - int(max_age_days * _DAY_NS))
    _forget_before(connection, cut)
    _thin_history(connection, now_ns - _HOUR_NS, _MINUTE_NS)
    _thin_history(connection, now_ns - 2 * _DAY_NS, _HOUR_NS)
    for _ in range(_PASSES):
        if used_bytes(connection) <= max_bytes * _ROOM:
            break
        _forget_oldest_share(connection)
    connection.execute("PRAGMA incremental_vacuum").fetchall()
    return True


def used_bytes(connection: sqlite3.Connection) -> int:
    """The size of what the file holds, without its free pages."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _take_turn(connection: sqlite3.Connection, now_ns: int) -> bool:
    taken = connection.execute(
        "INSERT INTO upkeep (task, time_ns) VALUES ('retention', :now) "
        "ON CONFLICT (task) DO UPDATE SET time_ns = :now WHERE time_ns < :now - :interval OR time_ns > :now",
        {"now": now_ns, "interval": UPKEEP_INTERVAL_NS},
    )
    return taken.rowcount == 1


def _forget_before(connection: sqlite3.Connection, cut: int) -> None:
    """Traces go whole, once their last span is too old; a series goes once its process has long been silent."""
    connection.execute(
        "DELETE FROM spans WHERE trace_id IN "
        "(SELECT trace_id FROM spans WHERE start_ns < :cut GROUP BY trace_id HAVING MAX(end_ns) < :cut)",
        {"cut": cut},
    )
    connection.execute("DELETE FROM logs WHERE time_ns < ?", (cut,))
    connection.execute("DELETE FROM points WHERE series_id IN (SELECT id FROM series WHERE time_ns < ?)", (cut,))
    connection.execute("DELETE FROM series WHERE time_ns < ?", (cut,))
    _forget_points(connection, cut)
    connection.execute(
        "INSERT OR REPLACE INTO upkeep (task, time_ns) SELECT 'history', :cut WHERE EXISTS "
        "(SELECT 1 FROM series WHERE start_ns < :cut)",
        {"cut": cut},
    )


def _forget_points(connection: sqlite3.Connection, cut: int) -> None:
    """The last point before the cut stays: it is what later points are measured from."""
    connection.execute(
        "DELETE FROM points WHERE slot < :cut AND EXISTS (SELECT 1 FROM points AS later "
        "WHERE later.series_id = points.series_id AND later.slot > points.slot AND later.slot < :cut)",
        {"cut": cut // SLOT_NS},
    )


def _thin_history(connection: sqlite3.Connection, before: int, step_ns: int) -> None:
    """Of the points before a time, keep the last one of each step."""
    connection.execute(
        "DELETE FROM points WHERE slot < :before AND EXISTS (SELECT 1 FROM points AS later "
        "WHERE later.series_id = points.series_id AND later.slot > points.slot "
        "AND later.slot / :step = points.slot / :step)",
        {"before": before // SLOT_NS, "step": step_ns // SLOT_NS},
    )


def _forget_oldest_share(connection: sqlite3.Connection) -> None:
    """Delete the oldest tenth of the traces (one at least), and the logs from before the oldest that stays."""
    connection.execute(
        "DELETE FROM spans WHERE trace_id IN (SELECT trace_id FROM spans GROUP BY trace_id "
        "ORDER BY MIN(start_ns) LIMIT (SELECT COUNT(DISTINCT trace_id) / ? + 1 FROM spans))",
        (_SHARE_PER_PASS,),
    )
    connection.execute(
        "DELETE FROM logs WHERE time_ns < (SELECT MIN(start_ns) FROM spans) OR id IN "
        "(SELECT id FROM logs ORDER BY time_ns LIMIT (SELECT COUNT(*) / ? FROM logs))",
        (_SHARE_PER_PASS,),
    )
