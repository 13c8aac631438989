"""Writes Alertmanager's configuration: routes, inhibitions, receivers, templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import yaml

from catalogue.delivery import messages
from catalogue.delivery.links import SILENCE_IN_ALERTMANAGER
from catalogue.delivery.routing import (
    GROUP_BY,
    INHIBITIONS,
    OUT_OF_HOURS,
    Inhibition,
    Route,
    Timing,
    duration,
    out_of_hours,
    routes,
)
from catalogue.delivery.settings import RECEIVERS, SECRETS, Email, Receiver, Settings, settings

__all__ = ["configuration", "files"]

Config = Mapping[str, object]
_HEAD = "# Generated from grafana/delivery.yaml by grafana/build.py.\n"


def files() -> Iterator[tuple[str, str]]:
    """The configuration and its templates."""
    chosen = settings()
    config = configuration(chosen, Timing())
    yield "alertmanager/alertmanager.yml", _HEAD + yaml.safe_dump(config, sort_keys=False, width=120)
    yield "alertmanager/templates/spanwise.tmpl", messages.templates(chosen.grafana_url, SILENCE_IN_ALERTMANAGER)


def configuration(chosen: Settings, timing: Timing) -> Config:
    """What Alertmanager does with each alert. If Grafana sends, it keeps quiet."""
    sends = chosen.sender == "alertmanager"
    route: dict[str, object] = {"receiver": "chat" if sends else "nobody", "group_by": list(GROUP_BY)}
    if sends:
        route["routes"] = [_route(each) for each in routes(timing)]
    return {
        "templates": ["templates/*.tmpl"],
        "route": route,
        "inhibit_rules": [_inhibition(each) for each in INHIBITIONS],
        "time_intervals": [{"name": OUT_OF_HOURS, "time_intervals": out_of_hours(chosen.working_hours)}],
        "receivers": [_receiver(chosen, name) for name in RECEIVERS] + ([] if sends else [{"name": "nobody"}]),
    }


def _route(route: Route) -> dict[str, object]:
    muted = {"mute_time_intervals": [route.muted]} if route.muted else {}
    return {
        "receiver": route.receiver,
        "matchers": [f'priority="{route.priority}"'],
        "group_wait": duration(route.wait),
        "group_interval": duration(route.group),
        "repeat_interval": duration(route.repeat),
        **muted,
        "continue": True,
    }


def _inhibition(rule: Inhibition) -> dict[str, object]:
    return {
        "source_matchers": [_matcher(*each) for each in rule.source],
        "target_matchers": [_matcher(*each) for each in rule.target],
        **({"equal": list(rule.equal)} if rule.equal else {}),
    }


def _matcher(label: str, values: tuple[str, ...]) -> str:
    return f'{label}="{values[0]}"' if len(values) == 1 else f'{label}=~"{"|".join(values)}"'


def _receiver(chosen: Settings, name: Receiver) -> dict[str, object]:
    """A receiver with each channel that names somebody for it."""
    channels: dict[str, tuple[Mapping[Receiver, str], Callable[[str], Config]]] = {
        "webhook": (chosen.webhook.to, _webhook),
        "slack": (chosen.slack.to, _slack),
        "pagerduty": (chosen.pagerduty.to, _pagerduty),
        "email": (chosen.email.to, lambda address: _email(chosen.email, address)),
    }
    told = {
        f"{channel}_configs": [{**make(to[name]), "send_resolved": True}]
        for channel, (to, make) in channels.items()
        if name in to
    }
    return {"name": name, **told}


def _webhook(target: str) -> Config:
    """The address or the file that holds it; the body is Alertmanager's own, with all labels and annotations."""
    return {"url": target} if "/" in target else {"url_file": f"{SECRETS}/{target}"}


def _slack(secret: str) -> Config:
    return {
        "api_url_file": f"{SECRETS}/{secret}",
        "color": messages.COLOR,
        "title": messages.SLACK_TITLE,
        "title_link": messages.of_first("panel"),
        "text": messages.SLACK_TEXT,
        "fallback": messages.TITLE,
    }


def _pagerduty(secret: str) -> Config:
    return {
        "routing_key_file": f"{SECRETS}/{secret}",
        "description": messages.HEADLINE,
        "severity": messages.SEVERITY,
        "class": messages.CLASS,
        "component": messages.COMPONENT,
        "group": messages.GROUP,
        "client": "Alertmanager",
        "client_url": "{{ .ExternalURL }}",
        "details": {"alerts": messages.TEXT},
        "links": [{"text": link, "href": messages.of_first(link)} for link in messages.LINKS],
    }


def _email(chosen: Email, address: str) -> Config:
    login = {"auth_username": chosen.username, "auth_password_file": f"{SECRETS}/smtp_password"}
    return {
        "to": address,
        "from": chosen.sender,
        "smarthost": chosen.smarthost,
        **(login if chosen.username else {}),
        "require_tls": chosen.tls,
        "headers": {"Subject": messages.TITLE},
        "html": messages.HTML,
        "text": messages.TEXT,
    }
