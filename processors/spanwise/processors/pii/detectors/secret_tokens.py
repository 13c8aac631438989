"""Tokens that providers issue with a prefix of their own: AI services, clouds, code hosts, payment, messaging, tools.

One row per provider: name, literals of which one is in every token, pattern. Add a row and its examples.
"""

from __future__ import annotations

import re

from spanwise.processors.pii.entropy import is_placeholder, shannon
from spanwise.processors.pii.rules import Candidate, Rule

__all__ = ["RULES"]

_A = "[A-Za-z0-9]"
_U = r"[A-Za-z0-9_\-]"
_X = "[0-9a-f]"
_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")

_TOKENS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    # AI services
    ("sk_key", ("sk-",), rf"sk-(?:[a-z0-9]{{1,10}}-){{0,3}}{_U}{{20,200}}"),
    ("langfuse", ("pk-lf-", "sk-lf-"), rf"[ps]k-lf-{_X}{{8}}-{_X}{{4}}-{_X}{{4}}-{_X}{{4}}-{_X}{{12}}"),
    ("huggingface", ("hf_", "api_org_"), rf"(?:hf_|api_org_){_A}{{30,40}}"),
    ("groq", ("gsk_",), rf"gsk_{_A}{{40,60}}"),
    ("xai", ("xai-",), rf"xai-{_A}{{60,90}}"),
    ("perplexity", ("pplx-",), rf"pplx-{_A}{{40,60}}"),
    ("replicate", ("r8_",), rf"r8_{_A}{{35,42}}"),
    ("tavily", ("tvly-",), rf"tvly-(?:dev-|prod-)?{_U}{{28,48}}"),
    ("langsmith", ("lsv2_", "ls__"), rf"(?:lsv2_(?:pt|sk)_{_X}{{32}}_{_X}{{10}}|ls__{_X}{{32}})"),
    ("nvidia", ("nvapi-",), rf"nvapi-{_U}{{40,90}}"),
    ("fireworks", ("fw_", "fpk_"), rf"(?:fw|fpk)_{_A}{{20,40}}"),
    ("cerebras", ("csk-",), rf"csk-{_A}{{40,60}}"),
    ("together", ("tgp_v1_",), rf"tgp_v1_{_U}{{40,50}}"),
    ("elevenlabs", ("sk_",), rf"sk_{_X}{{48}}"),
    ("pinecone", ("pcsk_",), rf"pcsk_{_U}{{50,80}}"),
    ("wandb", ("wandb_v1_",), rf"wandb_v1_{_U}{{40,90}}"),
    ("jina", ("jina_",), rf"jina_{_U}{{50,70}}"),
    ("exa_firecrawl", ("fc-",), rf"fc-{_X}{{32}}"),
    ("bedrock", ("ABSK", "bedrock-api-key-"), r"(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/]{60,}={0,2}"),
    # clouds
    ("aws_access_key", ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"), r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),
    ("google_api", ("AIza",), rf"AIza{_U}{{35}}"),
    ("google_oauth", ("GOCSPX-", "ya29."), rf"(?:GOCSPX-{_U}{{24,32}}|ya29\.[A-Za-z0-9_\-.]{{30,}})"),
    ("google_refresh", ("1//0",), rf"1//0{_U}{{40,110}}"),
    ("azure_client_secret", ("Q~",), r"[A-Za-z0-9_~.\-]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,34}"),
    ("azure_storage", ("AccountKey=", "SharedAccessKey="), r"(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,90}={0,2})"),
    ("azure_signature", ("sig=",), r"sig=([A-Za-z0-9%+/]{40,70}(?:%3D|=))"),
    ("alibaba", ("LTAI",), rf"LTAI{_A}{{12,26}}"),
    ("tencent", ("AKID",), rf"AKID{_A}{{13,40}}"),
    ("yandex", ("AQVN", "YCAJ", "y0_"), rf"(?:AQVN{_U}{{35,38}}|YCAJ{_U}{{20,30}}|y0_{_U}{{50,70}})"),
    ("ibm_hashicorp", (".atlasv1.",), rf"{_A}{{14}}\.atlasv1\.{_U}{{60,70}}"),
    ("vault", ("hvs.", "hvb.", "hvr."), rf"hv[sbr]\.{_U}{{24,}}"),
    ("digitalocean", ("dop_v1_", "doo_v1_", "dor_v1_"), rf"do[opr]_v1_{_X}{{64}}"),
    ("databricks", ("dapi",), r"dapi[a-h0-9]{32}(?:-\d)?"),
    ("fly", ("fo1_", "fm1", "fm2_"), rf"(?:fo1_{_U}{{43}}|fm[12][ar]?_[A-Za-z0-9+/=]{{60,}})"),
    ("heroku", ("HRKU-",), rf"HRKU-{_U}{{30,70}}"),
    ("scalingo", ("tk-us-",), rf"tk-us-{_U}{{48}}"),
    ("planetscale", ("pscale_",), r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._\-]{32,64}"),
    ("supabase", ("sbp_", "sb_secret_"), rf"(?:sbp_{_X}{{40}}|sb_secret_{_U}{{30,40}})"),
    ("cloudflare_origin_ca", ("v1.0-",), rf"v1\.0-{_X}{{24}}-{_X}{{146}}"),
    ("pulumi", ("pul-",), rf"pul-{_X}{{40}}"),
    ("doppler", ("dp.",), rf"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9\-]{{2,35}}\.)?{_A}{{40,44}}"),
    ("infracost", ("ico-",), rf"ico-{_A}{{32}}"),
    ("openshift", ("sha256~",), rf"sha256~{_U}{{43}}"),
    ("age", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[0-9A-Z]{50,60}"),
    ("one_password", ("ops_eyJ", "A3-"), r"(?:ops_eyJ[A-Za-z0-9+/]{100,}={0,3}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3})"),
    ("teleport_tailscale", ("tskey-",), rf"tskey-[a-z]{{2,10}}-{_U}{{15,80}}"),
    # code hosts, registries, build
    ("github", ("gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_"), rf"(?:gh[oprsu]_{_A}{{36,80}}|github_pat_{_A}{{22}}_{_A}{{59}})"),
    ("gitlab", ("gl", "GR1348941"), rf"(?:gl(?:pat|dt|rt|cbt|ft|ffct|agent|soat|imt|ptt|oas|wt)-{_U}{{20,70}}(?:\.[0-9a-z]{{2}}\.[0-9a-z]{{7,9}})?|GR1348941{_U}{{20,50}})"),
    ("bitbucket_atlassian", ("ATATT3", "ATCTT3", "ATBB"), r"(?:AT[AC]TT3[A-Za-z0-9_\-=]{60,}|ATBB[A-Za-z0-9]{32})"),
    ("npm", ("npm_",), rf"npm_{_A}{{36}}"),
    ("pypi", ("pypi-AgE",), rf"pypi-AgE{_U}{{60,}}"),
    ("rubygems", ("rubygems_",), rf"rubygems_{_X}{{48}}"),
    ("nuget", ("oy2",), r"oy2[a-z0-9]{43}"),
    ("clojars", ("CLOJARS_",), rf"CLOJARS_{_A}{{60}}"),
    ("cargo", ("cio",), rf"cio{_A}{{32}}"),
    ("docker", ("dckr_",), rf"dckr_(?:pat|oat)_{_U}{{26,40}}"),
    ("jfrog", ("AKCp", "cmVmd", "AKC", "AP"), rf"(?:AKCp{_A}{{60,80}}|cmVmdGtuO{_A}{{50,70}}|A(?:KC|P[A-F0-9]){_A}{{60,80}})"),
    ("circleci", ("CCIPAT_", "CCIPRJ_"), rf"CCIP(?:AT|RJ)_{_A}{{15,30}}_{_X}{{40}}"),
    ("buildkite", ("bkua_",), rf"bkua_{_X}{{40}}"),
    ("octopus", ("API-",), r"API-[A-Z0-9]{26}"),
    ("sonar", ("squ_", "sqp_", "sqa_"), rf"sq[upa]_{_X}{{40}}"),
    ("sourcegraph", ("sgp_", "slk_"), rf"(?:sgp_(?:{_X}{{16}}_|local_)?[0-9a-fA-F]{{40}}|slk_{_X}{{64}})"),
    ("readme", ("rdme_",), r"rdme_[a-z0-9]{70}"),
    ("prefect", ("pnu_",), rf"pnu_{_A}{{36}}"),
    ("harness", ("pat.", "sat."), rf"[ps]at\.{_U}{{22}}\.{_X}{{24}}\.{_A}{{20}}"),
    ("postman", ("PMAK-",), rf"PMAK-{_X}{{24}}-{_X}{{34}}"),
    ("snyk", ("snyk_",), rf"snyk_(?:uat|sat)\.{_U}{{8,12}}\.{_U}{{30,200}}"),
    ("artifact_definednet", ("dnkey-",), r"dnkey-[a-z0-9=_\-]{26}-[a-z0-9=_\-]{52}"),
    # payment and commerce
    ("stripe", ("sk_", "rk_", "whsec_"), rf"(?:[sr]k_(?:test|live|prod)_{_A}{{10,99}}|whsec_[A-Za-z0-9+/=]{{32,64}})"),
    ("square", ("sq0", "EAAA"), rf"(?:sq0(?:atp|csp|idp)-{_U}{{22,43}}(?:\\{_U}{{4}})?|EAAA{_U}{{60}})"),
    ("shopify", ("shp",), r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    ("shippo", ("shippo_",), rf"shippo_(?:live|test)_{_X}{{40}}"),
    ("easypost", ("EZAK", "EZTK"), rf"EZ[AT]K{_A}{{54}}"),
    ("flutterwave", ("FLWSECK", "FLWPUBK"), r"FLW(?:SECK|PUBK)(?:_TEST|_LIVE)?-[a-h0-9]{12,32}(?:-X)?"),
    ("duffel", ("duffel_",), r"duffel_(?:test|live)_[A-Za-z0-9_\-=]{43}"),
    ("razorpay", ("rzp_",), rf"rzp_(?:live|test)_{_A}{{14,24}}"),
    ("paypal_braintree", ("access_token$production$", "access_token$sandbox$"), rf"access_token\$(?:production|sandbox)\$[0-9a-z]{{16}}\${_X}{{32}}"),
    ("plaid", ("access-sandbox-", "access-development-", "access-production-"), rf"access-(?:sandbox|development|production)-{_X}{{8}}-{_X}{{4}}-{_X}{{4}}-{_X}{{4}}-{_X}{{12}}"),
    ("lob_gocardless", ("live_", "test_"), rf"(?:live|test)_(?:{_X}{{35}}|(?:pub_)?{_X}{{31}}|[A-Za-z0-9_=\-]{{40}})"),
    # messaging, mail, social
    ("slack", ("xox", "xapp-", "xwfp-"), r"(?:xox[bporsae](?:\.xox[bp])?-[A-Za-z0-9\-]{22,}|xapp-\d-[A-Z0-9]{8,14}-\d{10,14}-[a-z0-9]{32,80})"),
    ("slack_webhook", ("hooks.slack.com",), r"(?:https://)?hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,80}"),
    ("teams_webhook", ("webhook.office.com",), r"(?:https://)?[a-z0-9\-]{1,40}\.webhook\.office\.com/webhookb2/[A-Za-z0-9@\-/]{80,200}"),
    ("discord_webhook", ("/api/webhooks/",), rf"(?:https://)?(?:[a-z]{{2,10}}\.)?discord(?:app)?\.com/api/webhooks/\d{{17,20}}/{_U}{{60,72}}"),
    ("discord", (".",), rf"[MNO][A-Za-z0-9]{{22,26}}\.{_U}{{6}}\.{_U}{{27,38}}"),
    ("telegram", (":A",), rf"\d{{8,10}}:A{_U}{{34}}"),
    ("twilio", ("SK", "AC"), rf"(?:SK|AC){_X}{{32}}"),
    ("sendgrid", ("SG.",), rf"SG\.{_U}{{16,32}}\.{_U}{{32,64}}"),
    ("mailchimp", ("-us",), rf"{_X}{{32}}-us[0-9]{{1,2}}"),
    ("mailgun", ("key-", "pubkey-"), rf"(?:pub)?key-{_X}{{32}}"),
    ("brevo", ("xkeysib-", "xsmtpsib-"), rf"x(?:keys|smtps)ib-{_X}{{64}}-{_A}{{16}}"),
    ("resend", ("re_",), rf"re_{_A}{{8}}_{_A}{{20,30}}"),
    ("facebook", ("EAA",), rf"EAA[A-Za-z]{_A}{{20,}}"),
    ("twitter_bearer", ("AAAAAAAAAAAA",), r"A{20,24}[A-Za-z0-9%]{30,100}"),
    ("intra_frameio_beamer", ("s-s4t2", "fio-u-", "b_"), rf"(?:s-s4t2(?:ud|af)-{_X}{{64}}|fio-u-[A-Za-z0-9_=\-]{{64}}|b_[a-z0-9=_\-]{{44}})"),
    ("typeform", ("tfp_",), r"tfp_[A-Za-z0-9_.=\-]{40,64}"),
    ("hubspot", ("pat-na", "pat-eu"), rf"pat-(?:na|eu)\d-{_X}{{8}}-{_X}{{4}}-{_X}{{4}}-{_X}{{4}}-{_X}{{12}}"),
    # work tools, data, observability
    ("airtable", ("pat",), rf"pat{_A}{{14}}\.{_X}{{64}}"),
    ("asana_linear", ("lin_",), rf"lin_(?:api|oauth)_{_A}{{32,64}}"),
    ("notion", ("ntn_", "secret_"), rf"(?:ntn_[0-9]{{11}}{_A}{{32,36}}|secret_{_A}{{43}})"),
    ("figma", ("figd_", "figdr_"), rf"figdr?_{_U}{{38,60}}"),
    ("mapbox", ("pk.", "sk."), r"[ps]k\.eyJ[A-Za-z0-9]{50,90}\.[A-Za-z0-9_\-]{20,24}"),
    ("grafana", ("glc_", "glsa_", "eyJrIjoi"), rf"(?:glc_[A-Za-z0-9+/]{{32,}}={{0,3}}|glsa_{_A}{{32}}_[0-9A-Fa-f]{{8}}|eyJrIjoi[A-Za-z0-9+/]{{60,}}={{0,3}})"),
    ("sentry", ("sntrys_", "sntryu_", "sntryi_"), rf"(?:sntrys_[A-Za-z0-9+/=_]{{60,}}|sntry[ui]_{_X}{{64}})"),
    ("newrelic", ("NRAK-", "NRJS-", "NRII-", "NRAL"), rf"(?:NRAK-[A-Z0-9]{{27}}|NRJS-{_X}{{19}}|NRII-{_U}{{32}}|{_X}{{36}}NRAL)"),
    ("dynatrace", ("dt0c01.", "dt0s"), r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("datadog_app", ("ddapp_",), rf"ddapp_{_A}{{34}}"),
    ("launchdarkly", ("sdk-", "api-", "mob-"), rf"(?:sdk|api|mob)-{_X}{{8}}-{_X}{{4}}-4{_X}{{3}}-{_X}{{4}}-{_X}{{12}}"),
    ("maxmind", ("_mmk",), rf"{_A}{{6}}_{_A}{{29}}_mmk"),
    ("adafruit_adobe", ("aio_", "p8e-"), rf"(?:aio_{_A}{{28}}|p8e-[a-z0-9]{{32}})"),
    ("clickhouse", ("4b1d",), rf"4b1d{_A}{{38}}"),
    ("contentful_storyblok", ("CFPAT-",), rf"CFPAT-{_U}{{40,50}}"),
    ("settlemint", ("sm_",), rf"sm_(?:pat|aat|sat)_{_A}{{16}}"),
    ("freemius_authress", ("sc_", "ext_", "scauth_", "authress_"), r"(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_\-][a-z0-9\-]{10,32}\.[A-Za-z0-9+/_=\-]{30,120}"),
    ("okta", ("SSWS ",), rf"SSWS ({_U}{{40,44}})"),
    ("zapier_make", ("hooks.zapier.com",), r"(?:https://)?hooks\.zapier\.com/hooks/catch/\d{4,12}/[a-z0-9]{5,12}"),
    ("sidekiq", ("contribsys.com",), rf"({_X}{{8}}:{_X}{{8}})@(?:gems|enterprise)\.contribsys\.com"),
)  # fmt: skip


def _is_token(candidate: Candidate) -> bool:
    value = candidate.value
    if not _begins(candidate) or (candidate.following and candidate.following in _WORD):
        return False
    return _varied(value) and not is_placeholder(value[4:]) and shannon(value) >= 2.6


def _begins(candidate: Candidate) -> bool:
    """Not within a word or a file name; an escaped line break, `\\n`, is neither."""
    before = candidate.before(2)
    if before[-1:] == ".":
        return before[:1] not in _WORD or not before[:1]
    return not before or before[-1] not in _WORD or before in ("\\n", "\\t", "\\r")


def _varied(value: str) -> bool:
    return any(map(str.isdigit, value)) or (any(map(str.isupper, value[3:])) and any(map(str.islower, value[3:])))


def _is_mixed(candidate: Candidate) -> bool:
    """A token whose prefix any word may have: digits, and capitals or much hexadecimal, must follow."""
    value = candidate.value
    tail = value.rpartition("-")[2].rpartition("_")[2]
    telling = any(map(str.isupper, value[3:])) or (len(tail) >= 31 and not set(tail) - set("0123456789abcdef"))
    return telling and any(map(str.isdigit, value[4:])) and _is_token(candidate)


_NEED_MIXED = frozenset({"sk_key", "lob_gocardless", "facebook", "intra_frameio_beamer", "fireworks", "resend", "nuget", "cargo"})

_TRIGGERS = {
    "azure_client_secret": r"[0-9]Q~[A-Za-z0-9_~.\-]{8}",
    "ibm_hashicorp": r"\.atlasv1\.",
    "discord": r"\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{20}",
    "telegram": r"\d:A[A-Za-z0-9_\-]{8}",
    "mailchimp": "[0-9a-f]-us[0-9]",
    "maxmind": "_mmk",
    "newrelic": "NR(?:AK|JS|II|AL)",
}
"""Of tokens whose literal is not their beginning."""


def _trigger(name: str, hints: tuple[str, ...]) -> str:
    """The literal with more of a token behind it: `re_` alone is in many a word."""
    if name in _TRIGGERS:
        return _TRIGGERS[name]
    if "." in hints[0] and len(hints[0]) > 8:
        return "|".join(map(re.escape, hints))
    return rf"(?:{'|'.join(map(re.escape, hints))})[A-Za-z0-9+/=_.$~:%\-]{{8}}"


RULES = tuple(
    Rule(
        name=name,
        type="SECRET",
        pattern=pattern,
        validate=_is_mixed if name in _NEED_MIXED else _is_token,
        hints=hints,
        trigger=_trigger(name, hints),
        score=0.98,
    )
    for name, hints, pattern in _TOKENS
)
