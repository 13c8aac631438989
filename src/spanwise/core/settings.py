"""One configuration story: a frozen dataclass per component, read when it is configured, never at import.

The field `ratio` of the area `sample` is `SPANWISE_SAMPLE_RATIO` in the environment and `sample: {ratio: …}` in
`spanwise.yaml` (found in the working directory, or named by `SPANWISE_CONFIG`). Argument over environment over
file over default. A wrong value costs one clear line, and the default is used.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar

__all__ = ["SettingsFile", "environment_name", "load", "read_file", "setting"]

S = TypeVar("S")
SettingsFile = Mapping[str, Mapping[str, object]]

_logger = logging.getLogger("spanwise")
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


def setting(default: Any, doc: str, *, check: Callable[[Any], bool] | None = None, expects: str = "") -> Any:
    """A field of a settings dataclass, with its documentation and what values it takes.

    Args:
        default: the value when nothing else is given; a mapping is copied per instance.
        doc: one or two sentences for the generated reference.
        check: says whether a converted value is allowed.
        expects: how to name the allowed values in a message, e.g. "a share between 0 and 1".
    """
    metadata = {"doc": doc, "check": check, "expects": expects}
    if isinstance(default, dict):
        copied: dict[str, object] = typing.cast("dict[str, object]", default)
        return dataclasses.field(default_factory=lambda: dict(copied), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def environment_name(area: str, field: str) -> str:
    """`("sample", "ratio")` → `SPANWISE_SAMPLE_RATIO`."""
    return f"SPANWISE_{area}_{field}".upper()


def read_file(environ: Mapping[str, str] = os.environ) -> SettingsFile:
    """The content of `spanwise.yaml`, by area; empty where there is no file or it cannot be read (one line says so)."""
    named = environ.get("SPANWISE_CONFIG")
    path = Path(named or "spanwise.yaml")
    if not named and not path.is_file():
        return {}
    import yaml  # only where a file exists: importing costs 10 ms

    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        _complain("SPANWISE_CONFIG", str(path), f"a readable YAML file ({type(error).__name__})", "no file")
        return {}
    return _areas(content, path)


def load(cls: type[S], area: str, file: SettingsFile | None = None, **given: object) -> S:
    """Build the settings dataclass `cls` from arguments, environment, file and defaults, in this order."""
    section = (file or {}).get(area, {})
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    fields = dataclasses.fields(typing.cast("Any", cls))
    for field in fields:
        name = environment_name(area, field.name)
        if field.name in given:
            values[field.name] = given[field.name]
        elif name in os.environ:
            _take(values, field, hints[field.name], os.environ[name], name)
        elif field.name in section:
            _take(values, field, hints[field.name], section[field.name], f"{area}.{field.name} in spanwise.yaml")
    _name_unknown(section, {field.name for field in fields}, area)
    return cls(**values)


def _areas(content: object, path: Path) -> SettingsFile:
    if content is None:
        return {}
    if not isinstance(content, dict):
        _complain("SPANWISE_CONFIG", str(path), "a mapping of areas", "no file")
        return {}
    areas = typing.cast("dict[object, object]", content)
    found: dict[str, Mapping[str, object]] = {}
    for area, section in areas.items():
        if isinstance(section, dict):
            found[str(area)] = typing.cast("dict[str, object]", section)
        else:
            _complain(f"{area} in spanwise.yaml", section, "a mapping of settings", "the defaults")
    return found


def _take(values: dict[str, Any], field: dataclasses.Field[Any], hint: object, raw: object, name: str) -> None:
    try:
        value = _convert(raw, hint)
        check: Callable[[Any], bool] | None = field.metadata.get("check")
        if check is not None and not check(value):
            raise ValueError
    except (ValueError, TypeError):
        _complain(name, raw, field.metadata.get("expects") or _type_name(hint), _default(field))
    else:
        values[field.name] = value


def _convert(raw: object, hint: object) -> object:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, UnionType):
        return _convert_optional(raw, hint)
    if origin is typing.Literal:
        return _convert_choice(raw, typing.get_args(hint))
    if origin is tuple:
        return tuple(_convert(item, typing.get_args(hint)[0]) for item in _items(raw))
    if origin in (dict, Mapping):
        return _convert_mapping(raw, typing.get_args(hint)[1])
    return _convert_plain(raw, hint)


def _convert_optional(raw: object, hint: object) -> object:
    if raw is None or raw == "":
        return None
    inner = [arg for arg in typing.get_args(hint) if arg is not NoneType]
    return _convert(raw, inner[0])


def _convert_choice(raw: object, choices: tuple[object, ...]) -> object:
    for choice in choices:
        if str(raw).strip().lower() == str(choice).lower():
            return choice
    raise ValueError


def _convert_mapping(raw: object, value_hint: object) -> dict[str, object]:
    if isinstance(raw, dict):
        pairs = [(str(key), value) for key, value in typing.cast("dict[object, object]", raw).items()]
    else:
        pairs = [_pair(item) for item in _items(raw)]
    return {key: _convert(value, value_hint) for key, value in pairs}


def _pair(item: object) -> tuple[str, object]:
    key, equals, value = str(item).partition("=")
    if not equals:
        raise ValueError
    return key.strip(), value.strip()


def _convert_plain(raw: object, hint: object) -> object:
    if hint is bool:
        return _convert_bool(raw)
    if hint is int or hint is float:
        if isinstance(raw, bool):
            raise ValueError
        return typing.cast("Callable[[object], object]", hint)(raw)
    return str(raw)


def _convert_bool(raw: object) -> bool:
    word = str(raw).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError


def _items(raw: object) -> list[object]:
    if isinstance(raw, (list, tuple)):
        return list(typing.cast("list[object]", raw))
    return [part.strip() for part in str(raw).split(",") if part.strip()]


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else None


def _type_name(hint: object) -> str:
    if typing.get_origin(hint) is typing.Literal:
        return "one of " + ", ".join(map(str, typing.get_args(hint)))
    names = {bool: "true or false", int: "a whole number", float: "a number"}
    return names.get(typing.cast("type", hint), str(hint))


def _name_unknown(section: Mapping[str, object], known: set[str], area: str) -> None:
    for name in section:
        if name not in known:
            _logger.warning("spanwise: %s.%s in spanwise.yaml is not a setting; it is ignored", area, name)


def _complain(name: str, value: object, expected: str, used: object) -> None:
    shown = "(hidden)" if any(word in name.lower() for word in ("key", "token", "secret")) else repr(value)
    _logger.warning("spanwise: %s=%s is not %s; using %r", name, shown, expected, used)
