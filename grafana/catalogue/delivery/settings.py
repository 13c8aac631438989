"""What a user decides about delivery: `grafana/delivery.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeGuard, cast, get_args
from urllib.parse import urlsplit

import yaml

__all__ = [
    "DAYS",
    "RECEIVERS",
    "SECRETS",
    "Channel",
    "Email",
    "Receiver",
    "Settings",
    "SettingsError",
    "WorkingHours",
    "parse",
    "settings",
]

Receiver = Literal["page", "chat", "ticket", "second", "third"]
"""A part that somebody plays; a channel says who that is."""

RECEIVERS: tuple[Receiver, ...] = get_args(Receiver)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SECRETS = "/etc/spanwise/secrets"
"""Where `grafana/secrets` is mounted, in Alertmanager as in Grafana."""

_FILE = Path(__file__).parents[2] / "delivery.yaml"
Targets = Mapping[Receiver, str]


class SettingsError(ValueError):
    """`delivery.yaml` cannot be used; one line that names the key."""


@dataclass(frozen=True)
class Channel:
    """A way to tell somebody: what each receiver is for it. Nobody, unless it is enabled.

    A target is a URL for a webhook, or the name of a file of `grafana/secrets` that holds it; always such a name for
    Slack (the URL of an incoming webhook) and PagerDuty (an integration key).
    """

    to: Targets = field(default_factory=dict[Receiver, str])


@dataclass(frozen=True)
class Email(Channel):
    """Mail; a target is one address, or several with commas between. The password is the secret `smtp_password`."""

    sender: str = ""
    smarthost: str = ""
    username: str = ""
    tls: bool = True


@dataclass(frozen=True)
class WorkingHours:
    """When a chat is read: days from `first` to `last`, `begin` to `end` as HH:MM, in a zone of the IANA's list."""

    first: str = "monday"
    last: str = "friday"
    begin: str = "09:00"
    end: str = "17:00"
    zone: str = "UTC"

    def days_off(self) -> list[str]:
        """The days of the week without working hours."""
        return [*DAYS[: DAYS.index(self.first)], *DAYS[DAYS.index(self.last) + 1 :]]


@dataclass(frozen=True)
class Settings:
    """All of `delivery.yaml`.

    Attributes:
        sender: the one of the two that sends; the other evaluates and shows.
        grafana_url: where a browser finds Grafana; links in messages begin with it.
    """

    sender: Literal["alertmanager", "grafana"] = "alertmanager"
    grafana_url: str = "http://localhost:3000"
    webhook: Channel = Channel()
    slack: Channel = Channel()
    pagerduty: Channel = Channel()
    email: Email = Email()
    working_hours: WorkingHours = WorkingHours()


def settings() -> Settings:
    """What the file says.

    Raises:
        SettingsError: it cannot be used.
    """
    return parse(_FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Settings:
    """Read the text of a `delivery.yaml`; what it leaves out is off, or as `Settings` has it.

    Raises:
        SettingsError: no mapping, an unknown key, a value that nothing can be made of.
    """
    known = ("sender", "grafana_url", "webhook", "slack", "pagerduty", "email", "working_hours")
    top = _mapping(_document(text), "delivery.yaml", known)
    return Settings(
        sender=_sender(top.get("sender", "alertmanager")),
        grafana_url=_url(_text(top, "grafana_url", "http://localhost:3000"), "grafana_url").rstrip("/"),
        webhook=_webhook(top.get("webhook")),
        slack=_secret_channel(top.get("slack"), "slack"),
        pagerduty=_secret_channel(top.get("pagerduty"), "pagerduty"),
        email=_email(top.get("email")),
        working_hours=_working_hours(top.get("working_hours")),
    )


def _document(text: str) -> object:
    try:
        return cast("object", yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise SettingsError(f"delivery.yaml is no YAML{_place(error)}") from None  # the error shows the text


def _place(error: yaml.YAMLError) -> str:
    mark: object = getattr(error, "problem_mark", None)
    line: object = getattr(mark, "line", None)
    return f": look at line {line + 1}" if isinstance(line, int) else ""


def _mapping(value: object, name: str, known: tuple[str, ...]) -> Mapping[str, object]:
    """A mapping with known keys only; nothing is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SettingsError(f"{name}: a mapping is wanted, not {_kind(value)}")
    found = cast("dict[object, object]", value)
    for key in found:
        if key not in known:
            shown = repr(key) if re.fullmatch(r"\w{1,20}", str(key)) else "a key"
            raise SettingsError(f"{name}: {shown} is unknown; known: {', '.join(known)}")
    return cast("dict[str, object]", found)


def _text(holder: Mapping[str, object], key: str, default: str) -> str:
    value = holder.get(key, default)
    if not isinstance(value, str):
        raise SettingsError(f"{key}: a text is wanted, not {_kind(value)}")
    return value


def _switch(holder: Mapping[str, object], channel: str, key: str, default: bool) -> bool:
    value = holder.get(key, default)
    if not isinstance(value, bool):
        raise SettingsError(f"{channel}.{key}: true or false is wanted, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    """What a value is, without it: it may be a secret."""
    kinds = {"list": "a list", "dict": "a mapping", "str": "a text", "bool": "a switch"}
    return kinds.get(type(value).__name__, "a number")


def _sender(value: object) -> Literal["alertmanager", "grafana"]:
    if value == "alertmanager":
        return "alertmanager"
    if value == "grafana":
        return "grafana"
    raise SettingsError(f"sender: `alertmanager` or `grafana` is wanted, not {value!r}")


def _url(value: str, name: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"{name}: an address that begins with http:// or https:// is wanted")
    return value


def _secret(value: str, name: str) -> str:
    """The name of a file. What else stands there may be the secret itself, so no message repeats it."""
    if not value.replace("_", "").replace("-", "").isalnum():
        raise SettingsError(f"{name}: the name of a file of grafana/secrets is wanted")
    return value


def _targets(holder: Mapping[str, object], name: str) -> Targets:
    """What `to` says, if the channel is enabled."""
    if not _switch(holder, name, "enabled", False):
        return {}
    to = holder.get("to")
    if isinstance(to, str):
        everybody: dict[Receiver, str] = dict.fromkeys(RECEIVERS, to)
        return everybody
    known = _mapping(to, f"{name}.to", RECEIVERS)
    targets: dict[Receiver, str] = {
        receiver: _text(known, receiver, "") for receiver in RECEIVERS if known.get(receiver)
    }
    if not targets:
        raise SettingsError(f"{name}: it is enabled, and `to` names nobody")
    return targets


def _webhook(value: object) -> Channel:
    to = _targets(_mapping(value, "webhook", ("enabled", "to")), "webhook")
    return Channel({receiver: _address(target, f"webhook.to.{receiver}") for receiver, target in to.items()})


def _address(value: str, name: str) -> str:
    return _url(value, name) if "/" in value else _secret(value, name)


def _secret_channel(value: object, name: str) -> Channel:
    to = _targets(_mapping(value, name, ("enabled", "to")), name)
    return Channel({receiver: _secret(file, f"{name}.to.{receiver}") for receiver, file in to.items()})


def _email(value: object) -> Email:
    holder = _mapping(value, "email", ("enabled", "to", "from", "smarthost", "username", "tls"))
    to = _targets(holder, "email")
    if not to:
        return Email()
    sender, smarthost = _text(holder, "from", ""), _text(holder, "smarthost", "")
    if "@" not in sender or ":" not in smarthost:
        raise SettingsError("email: it is enabled, and wants `from: name@host` and `smarthost: host:port`")
    return Email(to, sender, smarthost, _text(holder, "username", ""), _switch(holder, "email", "tls", True))


def _working_hours(value: object) -> WorkingHours:
    holder = _mapping(value, "working_hours", ("days", "from", "to", "zone"))
    first, _, last = _text(holder, "days", "monday:friday").partition(":")
    if first not in DAYS or (last or first) not in DAYS or DAYS.index(first) > DAYS.index(last or first):
        raise SettingsError("working_hours: `days` wants one day, or two as in `monday:friday`")
    begin, end = holder.get("from", "09:00"), holder.get("to", "17:00")
    if not (_is_time(begin) and _is_time(end) and begin < end):
        raise SettingsError('working_hours: `from` and `to` want two times of one day in quotes, as in "09:00"')
    return WorkingHours(first, last or first, begin, end, _text(holder, "zone", "UTC"))


def _is_time(value: object) -> TypeGuard[str]:
    """HH:MM. Without quotes YAML takes 17:00 for a number."""
    return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", value) is not None
