"""Tokens of work tools, data services and observability: Airtable, Notion, Grafana, Sentry, New Relic and others.

One row per provider; add a row and its examples.
"""

from __future__ import annotations

from spanwise.processors.pii.tokens import token

__all__ = ["RULES"]

_A = "[A-Za-z0-9]"
_U = r"[A-Za-z0-9_\-]"
_X = "[0-9a-f]"

RULES = (
    token("airtable", ("pat",), rf"pat{_A}{{14}}\.{_X}{{64}}"),
    token("asana_linear", ("lin_",), rf"lin_(?:api|oauth)_{_A}{{32,64}}"),
    token("notion", ("ntn_", "secret_"), rf"(?:ntn_[0-9]{{11}}{_A}{{32,36}}|secret_{_A}{{43}})"),
    token("figma", ("figd_", "figdr_"), rf"figdr?_{_U}{{38,60}}"),
    token("mapbox", ("pk.", "sk."), r"[ps]k\.eyJ[A-Za-z0-9]{50,90}\.[A-Za-z0-9_\-]{20,24}"),
    token(
        "grafana",
        ("glc_", "glsa_", "eyJrIjoi"),
        rf"(?:glc_[A-Za-z0-9+/]{{32,}}={{0,3}}|glsa_{_A}{{32}}_[0-9A-Fa-f]{{8}}|eyJrIjoi[A-Za-z0-9+/]{{60,}}={{0,3}})",
    ),
    token("sentry", ("sntrys_", "sntryu_", "sntryi_"), rf"(?:sntrys_[A-Za-z0-9+/=_]{{60,}}|sntry[ui]_{_X}{{64}})"),
    token(
        "newrelic",
        ("NRAK-", "NRJS-", "NRII-", "NRAL"),
        rf"(?:NRAK-[A-Z0-9]{{27}}|NRJS-{_X}{{19}}|NRII-{_U}{{32}}|{_X}{{36}}NRAL)",
        trigger="NR(?:AK|JS|II|AL)",
    ),
    token("dynatrace", ("dt0c01.", "dt0s"), r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    token("datadog_app", ("ddapp_",), rf"ddapp_{_A}{{34}}"),
    token(
        "launchdarkly",
        ("sdk-", "api-", "mob-"),
        rf"(?:sdk|api|mob)-{_X}{{8}}-{_X}{{4}}-4{_X}{{3}}-{_X}{{4}}-{_X}{{12}}",
    ),
    token("maxmind", ("_mmk",), rf"{_A}{{6}}_{_A}{{29}}_mmk", trigger="_mmk"),
    token("adafruit_adobe", ("aio_", "p8e-"), rf"(?:aio_{_A}{{28}}|p8e-[a-z0-9]{{32}})"),
    token("clickhouse", ("4b1d",), rf"4b1d{_A}{{38}}"),
    token("contentful_storyblok", ("CFPAT-",), rf"CFPAT-{_U}{{40,50}}"),
    token("settlemint", ("sm_",), rf"sm_(?:pat|aat|sat)_{_A}{{16}}"),
    token(
        "freemius_authress",
        ("sc_", "ext_", "scauth_", "authress_"),
        r"(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_\-][a-z0-9\-]{10,32}\.[A-Za-z0-9+/_=\-]{30,120}",
    ),
    token("okta", ("SSWS ",), rf"SSWS ({_U}{{40,44}})"),
    token("zapier_make", ("hooks.zapier.com",), r"(?:https://)?hooks\.zapier\.com/hooks/catch/\d{4,12}/[a-z0-9]{5,12}"),
    token("sidekiq", ("contribsys.com",), rf"({_X}{{8}}:{_X}{{8}})@(?:gems|enterprise)\.contribsys\.com"),
)
