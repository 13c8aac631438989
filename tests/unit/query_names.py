"""Which names a query holds, by its tokens; whether it parses is for the real programs to say."""

from __future__ import annotations

import re

__all__ = ["labels_read", "metrics_read", "spans_read"]

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_DURATION = re.compile(r"\[[^\]]*\]|(?<![\w:])\d+[smhdw]\b")
_SELECTED = re.compile(r"\{([^}]*)\}")
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_NAME = re.compile(r"[a-zA-Z_:][\w:]*")
_WORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "offset", "bool", "e"}
_SPAN = re.compile(r"\b(span|resource)\.([a-z0-9_.]+[a-z0-9_])")


def metrics_read(query: str) -> set[str]:
    """The names of series in a PromQL expression."""
    bare = _SELECTED.sub("", _GROUPED.sub("", _DURATION.sub("", _STRING.sub('""', query))))
    return {
        found[0]
        for found in _NAME.finditer(bare)
        if found[0] not in _WORDS and not bare[found.end() :].lstrip().startswith("(") and not _is_number(bare, found)
    }


def labels_read(query: str) -> set[str]:
    """The labels that a PromQL expression matches or groups by."""
    bare = _STRING.sub('""', query)
    matched = {name for part in _SELECTED.findall(bare) for name in re.findall(r"([a-zA-Z_]\w*)\s*[!=]", part)}
    return matched | {name for part in _GROUPED.findall(bare) for name in _NAME.findall(part)}


def spans_read(query: str) -> set[tuple[str, str]]:
    """Scope and name of the attributes in a TraceQL query."""
    return {(scope, name) for scope, name in _SPAN.findall(_STRING.sub('""', query))}


def _is_number(text: str, found: re.Match[str]) -> bool:
    """The exponent of `1e6`."""
    return found.start() > 0 and text[found.start() - 1].isdigit()
