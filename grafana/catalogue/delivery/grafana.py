"""Writes how Grafana delivers: contact points, policies, mute times, templates. The same ways as Alertmanager's.

Grafana has no inhibition, and an old one no active times: hence mute times, and nothing that depends on the former.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import yaml

from catalogue.delivery import messages
from catalogue.delivery.links import SILENCE_IN_GRAFANA
from catalogue.delivery.routing import GROUP_BY, OUT_OF_HOURS, WATCHED, Route, Timing, duration, out_of_hours, routes
from catalogue.delivery.settings import RECEIVERS, SECRETS, Receiver, Settings, settings

__all__ = ["files", "policies", "provisioned"]

Config = Mapping[str, object]
_HEAD = "# Generated from grafana/delivery.yaml by grafana/build.py.\n"
_ALWAYS = "always"
_ORG = {"orgId": 1}


def files() -> Iterator[tuple[str, str]]:
    """Path below `grafana/` and text of what the shipped settings make."""
    return provisioned(settings())


def provisioned(chosen: Settings) -> Iterator[tuple[str, str]]:
    """The same of any settings; policies only if there is somebody to tell, for a policy must name somebody."""
    text = messages.templates(chosen.grafana_url, SILENCE_IN_GRAFANA)
    yield _file("templates", [{**_ORG, "name": "spanwise", "template": text}])
    yield _file("muteTimes", mute_times(chosen))
    if told := contact_points(chosen):
        yield _file("contactPoints", told)
        yield _file("policies", [policies(chosen, Timing())])


def contact_points(chosen: Settings) -> list[dict[str, object]]:
    """A contact point for each receiver that somebody is; Grafana knows none without."""
    made = ((name, _receivers(chosen, name)) for name in RECEIVERS)
    return [{**_ORG, "name": name, "receivers": receivers} for name, receivers in made if receivers]


def mute_times(chosen: Settings) -> list[dict[str, object]]:
    """Nights and weekends; and all of the time, for a Grafana that is not the one that sends."""
    always = [{"times": [{"start_time": "00:00", "end_time": "24:00"}]}]
    intervals = {OUT_OF_HOURS: out_of_hours(chosen.working_hours), _ALWAYS: always}
    return [{**_ORG, "name": name, "time_intervals": each} for name, each in intervals.items()]


def policies(chosen: Settings, timing: Timing) -> dict[str, object]:
    """The tree of policies. If Alertmanager sends, Grafana tells only that Alertmanager does not."""
    known = [str(each["name"]) for each in contact_points(chosen)]
    root = "chat" if "chat" in known else known[0]
    ways = [route for route in routes(timing) if route.receiver in known]
    first = "page" if "page" in known else root
    pace = _pace(routes(timing)[0])
    watch = _policy(first, ["alertname", "=~", "|".join(WATCHED)], **pace)
    quiet = _policy(root, ["priority", "=~", "P[0-3]"], **pace, mute_time_intervals=[_ALWAYS])
    sent = [_route(route) for route in ways] if chosen.sender == "grafana" else [watch, quiet]
    return {**_ORG, "receiver": root, "group_by": list(GROUP_BY), "routes": sent}


def _route(route: Route) -> dict[str, object]:
    muted = {"mute_time_intervals": [route.muted]} if route.muted else {}
    return _policy(route.receiver, ["priority", "=", route.priority], **_pace(route), **muted) | {"continue": True}


def _pace(route: Route) -> dict[str, object]:
    return {
        "group_wait": duration(route.wait),
        "group_interval": duration(route.group),
        "repeat_interval": duration(route.repeat),
    }


def _policy(receiver: str, matcher: list[str], **more: object) -> dict[str, object]:
    return {"receiver": receiver, "object_matchers": [matcher], **more}


def _receivers(chosen: Settings, name: Receiver) -> list[dict[str, object]]:
    """What tells a receiver, by each channel that names somebody for it."""
    channels: dict[str, tuple[Mapping[Receiver, str], Callable[[str], Config]]] = {
        "webhook": (chosen.webhook.to, _webhook),
        "slack": (chosen.slack.to, _slack),
        "pagerduty": (chosen.pagerduty.to, _pagerduty),
        "email": (chosen.email.to, _email),
    }
    return [
        {"uid": f"spanwise-{name}-{channel}", "type": channel, "settings": make(to[name])}
        for channel, (to, make) in channels.items()
        if name in to
    ]


def _secret(name: str) -> str:
    """Grafana reads the file when it reads this; a missing file stops its start, and the message names it."""
    return f"$__file{{{SECRETS}/{name}}}"


def _webhook(target: str) -> Config:
    url = target if "/" in target else _secret(target)
    return {"url": url, "httpMethod": "POST", "title": messages.TITLE, "message": messages.TEXT}


def _slack(secret: str) -> Config:
    return {"url": _secret(secret), "title": messages.SLACK_TITLE, "text": messages.SLACK_TEXT}


def _pagerduty(secret: str) -> Config:
    return {
        "integrationKey": _secret(secret),
        "summary": messages.HEADLINE,
        "severity": messages.SEVERITY,
        "class": messages.CLASS,
        "component": messages.COMPONENT,
        "group": messages.GROUP,
        "details": {"alerts": messages.TEXT},
    }


def _email(addresses: str) -> Config:
    """Where mail leaves is Grafana's own setting (`GF_SMTP_…`)."""
    return {
        "addresses": ";".join(addresses.replace(" ", "").split(",")),
        "subject": messages.TITLE,
        "message": messages.TEXT,
    }


def _file(key: str, entries: list[dict[str, object]]) -> tuple[str, str]:
    text = yaml.safe_dump({"apiVersion": 1, key: entries}, sort_keys=False, width=120, allow_unicode=True)
    return f"provisioning/alerting/{key}.yaml", _HEAD + text
