"""HTML built from calls: every text is escaped, and only what was built here is markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

__all__ = ["Child", "Markup", "join", "tag", "text"]


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = Markup | str | int | None | Iterable["Child"]
Attribute = str | int | float | bool | None

_VOID = frozenset({"meta", "br", "hr", "link"})
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def text(value: object) -> Markup:
    """A text for content or attribute values; characters that no page may hold become U+FFFD.

    Those that turn the direction of writing are among them: they could make a line read as another one.
    """
    return Markup(html.escape(_UNPRINTABLE.sub("\ufffd", str(value))))


def join(*children: Child) -> Markup:
    """Children one after the other; `None` is nothing."""
    return Markup("".join(_flat(children)))


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element. `class_` is `class`, `aria_label` is `aria-label`; `True` is a bare attribute, `None` none."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{''.join(_flat(children))}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    shown = f"{value:.6g}" if isinstance(value, float) else text(value)
    return f' {name}="{shown}"'


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, (str, int)):
            yield text(child)
        elif child is not None:
            yield from _flat(child)
