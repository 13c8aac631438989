"""What a message says: the templates of `spanwise.tmpl` with addresses in them, and how a channel calls them."""

from __future__ import annotations

from pathlib import Path

from catalogue.delivery.links import traces_path
from catalogue.promql import ENVIRONMENT, SERVICE_NAME

__all__ = [
    "CLASS",
    "COLOR",
    "COMPONENT",
    "GROUP",
    "HEADLINE",
    "HTML",
    "LINKS",
    "SEVERITY",
    "SLACK_TEXT",
    "SLACK_TITLE",
    "TEXT",
    "TITLE",
    "of_first",
    "templates",
]

_FILE = Path(__file__).with_name("spanwise.tmpl")
_FOR_SLACK = "".join(
    f'| reReplaceAll "{raw}" "{safe}" ' for raw, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
)


def _call(name: str, of: str = ".") -> str:
    return f'{{{{ template "spanwise.{name}" {of} }}}}'


TITLE = _call("title")
HEADLINE = _call("headline")
TEXT = _call("text")
SLACK_TITLE = _call("slack.title")
SLACK_TEXT = _call("slack.text")
HTML = _call("html")
COLOR = _call("color")
SEVERITY = _call("severity")
CLASS = "{{ .CommonLabels.category }}"
COMPONENT = f"{{{{ .GroupLabels.{SERVICE_NAME} }}}}"
GROUP = f"{{{{ .GroupLabels.{ENVIRONMENT} }}}}"
LINKS = ("panel", "traces", "runbook")
"""Where a message leads."""


def of_first(link: str) -> str:
    """One of `LINKS` of a message's first alert."""
    return _call(link, "(index .Alerts 0)")


def templates(grafana_url: str, silence: str) -> str:
    """All templates; `silence` is the template of the address where a message's group is silenced."""
    traces = grafana_url + traces_path(_call("from"), _call("to"))
    text = _FILE.read_text(encoding="utf-8")
    parts = {"GRAFANA": grafana_url, "TRACES": traces, "SILENCE": silence, "FOR_SLACK ": _FOR_SLACK}
    for name, part in parts.items():
        text = text.replace(name, part)
    return text
