"""Keys of payment, commerce, messaging and mail services: Stripe, Square, Shopify, Slack, Twilio and others.

One row per provider; add a row and its examples.
"""

from __future__ import annotations

from spanwise.processors.pii.tokens import token

__all__ = ["RULES"]

_A = "[A-Za-z0-9]"
_U = r"[A-Za-z0-9_\-]"
_X = "[0-9a-f]"

RULES = (
    token(
        "stripe", ("sk_", "rk_", "whsec_"), rf"(?:[sr]k_(?:test|live|prod)_{_A}{{10,99}}|whsec_[A-Za-z0-9+/=]{{32,64}})"
    ),
    token("square", ("sq0", "EAAA"), rf"(?:sq0(?:atp|csp|idp)-{_U}{{22,43}}(?:\\{_U}{{4}})?|EAAA{_U}{{60}})"),
    token("shopify", ("shp",), r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    token("shippo", ("shippo_",), rf"shippo_(?:live|test)_{_X}{{40}}"),
    token("easypost", ("EZAK", "EZTK"), rf"EZ[AT]K{_A}{{54}}"),
    token("flutterwave", ("FLWSECK", "FLWPUBK"), r"FLW(?:SECK|PUBK)(?:_TEST|_LIVE)?-[a-h0-9]{12,32}(?:-X)?"),
    token("duffel", ("duffel_",), r"duffel_(?:test|live)_[A-Za-z0-9_\-=]{43}"),
    token("razorpay", ("rzp_",), rf"rzp_(?:live|test)_{_A}{{14,24}}"),
    token(
        "paypal_braintree",
        ("access_token$production$", "access_token$sandbox$"),
        rf"access_token\$(?:production|sandbox)\$[0-9a-z]{{16}}\${_X}{{32}}",
    ),
    token(
        "plaid",
        ("access-sandbox-", "access-development-", "access-production-"),
        rf"access-(?:sandbox|development|production)-{_X}{{8}}-{_X}{{4}}-{_X}{{4}}-{_X}{{4}}-{_X}{{12}}",
    ),
    token(
        "lob_gocardless",
        ("live_", "test_"),
        rf"(?:live|test)_(?:{_X}{{35}}|(?:pub_)?{_X}{{31}}|[A-Za-z0-9_=\-]{{40}})",
        mixed=True,
    ),
    token(
        "slack",
        ("xox", "xapp-", "xwfp-"),
        r"(?:xox[bporsae](?:\.xox[bp])?-[A-Za-z0-9\-]{22,}|xapp-\d-[A-Z0-9]{8,14}-\d{10,14}-[a-z0-9]{32,80})",
    ),
    token(
        "slack_webhook",
        ("hooks.slack.com",),
        r"(?:https://)?hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,80}",
    ),
    token(
        "teams_webhook",
        ("webhook.office.com",),
        r"(?:https://)?[a-z0-9\-]{1,40}\.webhook\.office\.com/webhookb2/[A-Za-z0-9@\-/]{80,200}",
    ),
    token(
        "discord_webhook",
        ("/api/webhooks/",),
        rf"(?:https://)?(?:[a-z]{{2,10}}\.)?discord(?:app)?\.com/api/webhooks/\d{{17,20}}/{_U}{{60,72}}",
    ),
    token(
        "discord",
        (".",),
        rf"[MNO][A-Za-z0-9]{{22,26}}\.{_U}{{6}}\.{_U}{{27,38}}",
        trigger=r"\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{20}",
    ),
    token("telegram", (":A",), rf"\d{{8,10}}:A{_U}{{34}}", trigger=r"\d:A[A-Za-z0-9_\-]{8}"),
    token("twilio", ("SK", "AC"), rf"(?:SK|AC){_X}{{32}}"),
    token("sendgrid", ("SG.",), rf"SG\.{_U}{{16,32}}\.{_U}{{32,64}}"),
    token("mailchimp", ("-us",), rf"{_X}{{32}}-us[0-9]{{1,2}}", trigger="[0-9a-f]-us[0-9]"),
    token("mailgun", ("key-", "pubkey-"), rf"(?:pub)?key-{_X}{{32}}"),
    token("brevo", ("xkeysib-", "xsmtpsib-"), rf"x(?:keys|smtps)ib-{_X}{{64}}-{_A}{{16}}"),
    token("resend", ("re_",), rf"re_{_A}{{8}}_{_A}{{20,30}}", mixed=True),
    token("facebook", ("EAA",), rf"EAA[A-Za-z]{_A}{{20,}}", mixed=True),
    token("twitter_bearer", ("AAAAAAAAAAAA",), r"A{20,24}[A-Za-z0-9%]{40,100}"),
    token(
        "intra_frameio_beamer",
        ("s-s4t2", "fio-u-", "b_"),
        rf"(?:s-s4t2(?:ud|af)-{_X}{{64}}|fio-u-[A-Za-z0-9_=\-]{{64}}|b_[a-z0-9=_\-]{{44}})",
        mixed=True,
    ),
    token("typeform", ("tfp_",), r"tfp_[A-Za-z0-9_.=\-]{40,64}"),
    token("hubspot", ("pat-na", "pat-eu"), rf"pat-(?:na|eu)\d-{_X}{{8}}-{_X}{{4}}-{_X}{{4}}-{_X}{{4}}-{_X}{{12}}"),
)
