"""Lists that a dialect spreads over attributes: `llm.input_messages.0.message.role` and the like."""

from __future__ import annotations

from typing import TypeAlias, cast

from opentelemetry.util.types import AnyValue

__all__ = ["take"]

_DEPTH = 12
_DIGITS = 9
_Tree: TypeAlias = "dict[str, object]"


def take(attributes: dict[str, AnyValue], prefix: str) -> list[object]:
    """Remove `<prefix>.<number>.…` from the attributes, and give the items in the order of their numbers.

    An item is a value, or an object whose numbered members are again lists.
    """
    start = f"{prefix}."
    keys = [key for key in attributes if key.startswith(start) and _is_index(key[len(start) :].partition(".")[0])]
    tree: _Tree = {}
    for key in keys:
        _plant(tree, key[len(start) :].split(".", _DEPTH), attributes.pop(key))
    return _items(tree)


def _plant(tree: _Tree, path: list[str], value: AnyValue) -> None:
    for step in path[:-1]:
        branch = tree.setdefault(step, {})
        if not isinstance(branch, dict):
            branch = tree[step] = {"": branch}
        tree = cast("_Tree", branch)
    tree[path[-1]] = value


def _items(tree: _Tree) -> list[object]:
    return [_grown(tree[number]) for number in sorted(tree, key=int)]


def _grown(value: object) -> object:
    if not isinstance(value, dict):
        return value
    tree = cast("_Tree", value)
    if tree and all(map(_is_index, tree)):
        return _items(tree)
    return {key: _grown(inner) for key, inner in tree.items()}


def _is_index(step: str) -> bool:
    return len(step) <= _DIGITS and step.isdecimal()
