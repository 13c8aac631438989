"""Keys of clouds and platforms: AWS, Google, Azure, Alibaba, Vault, DigitalOcean, Databricks, Fly and others.

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
        "aws_access_key", ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"), r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"
    ),
    token("google_api", ("AIza",), rf"AIza{_U}{{35}}"),
    token("google_oauth", ("GOCSPX-", "ya29."), rf"(?:GOCSPX-{_U}{{24,32}}|ya29\.[A-Za-z0-9_\-.]{{30,}})"),
    token("google_refresh", ("1//0",), rf"1//0{_U}{{40,110}}"),
    token(
        "azure_client_secret",
        ("Q~",),
        r"[A-Za-z0-9_~.\-]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,34}",
        trigger=r"[0-9]Q~[A-Za-z0-9_~.\-]{8}",
    ),
    token(
        "azure_storage",
        ("AccountKey=", "SharedAccessKey="),
        r"(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,90}={0,2})",
    ),
    token("azure_signature", ("sig=",), r"sig=([A-Za-z0-9%+/]{40,70}(?:%3D|=))"),
    token("alibaba", ("LTAI",), rf"LTAI{_A}{{12,26}}"),
    token("tencent", ("AKID",), rf"AKID{_A}{{13,40}}"),
    token("yandex", ("AQVN", "YCAJ", "y0_"), rf"(?:AQVN{_U}{{35,38}}|YCAJ{_U}{{20,30}}|y0_{_U}{{50,70}})"),
    token("ibm_hashicorp", (".atlasv1.",), rf"{_A}{{14}}\.atlasv1\.{_U}{{60,70}}", trigger=r"\.atlasv1\."),
    token("vault", ("hvs.", "hvb.", "hvr."), rf"hv[sbr]\.{_U}{{24,}}"),
    token("digitalocean", ("dop_v1_", "doo_v1_", "dor_v1_"), rf"do[opr]_v1_{_X}{{64}}"),
    token("databricks", ("dapi",), r"dapi[a-h0-9]{32}(?:-\d)?"),
    token("fly", ("fo1_", "fm1", "fm2_"), rf"(?:fo1_{_U}{{43}}|fm[12][ar]?_[A-Za-z0-9+/=]{{60,}})"),
    token("heroku", ("HRKU-",), rf"HRKU-{_U}{{30,70}}"),
    token("scalingo", ("tk-us-",), rf"tk-us-{_U}{{48}}"),
    token("planetscale", ("pscale_",), r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._\-]{32,64}"),
    token("supabase", ("sbp_", "sb_secret_"), rf"(?:sbp_{_X}{{40}}|sb_secret_{_U}{{30,40}})"),
    token("cloudflare_origin_ca", ("v1.0-",), rf"v1\.0-{_X}{{24}}-{_X}{{146}}"),
    token("pulumi", ("pul-",), rf"pul-{_X}{{40}}"),
    token("doppler", ("dp.",), rf"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9\-]{{2,35}}\.)?{_A}{{40,44}}"),
    token("infracost", ("ico-",), rf"ico-{_A}{{32}}"),
    token("openshift", ("sha256~",), rf"sha256~{_U}{{43}}"),
    token("age", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[0-9A-Z]{50,60}"),
    token(
        "one_password",
        ("ops_eyJ", "A3-"),
        r"(?:ops_eyJ[A-Za-z0-9+/]{100,}={0,3}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3})",
    ),
    token("teleport_tailscale", ("tskey-",), rf"tskey-[a-z]{{2,10}}-{_U}{{15,80}}"),
)
