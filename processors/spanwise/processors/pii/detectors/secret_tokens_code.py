"""Tokens of code hosts, registries and build services: GitHub, GitLab, npm, PyPI, Docker and others.

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
        "github",
        ("gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_"),
        rf"(?:gh[oprsu]_{_A}{{36,80}}|github_pat_{_A}{{22}}_{_A}{{59}})",
    ),
    token(
        "gitlab",
        ("gl", "GR1348941"),
        rf"(?:gl(?:pat|dt|rt|cbt|ft|ffct|agent|soat|imt|ptt|oas|wt)-{_U}{{20,70}}(?:\.[0-9a-z]{{2}}\.[0-9a-z]{{7,9}})?|GR1348941{_U}{{20,50}})",
    ),
    token(
        "bitbucket_atlassian", ("ATATT3", "ATCTT3", "ATBB"), r"(?:AT[AC]TT3[A-Za-z0-9_\-=]{60,}|ATBB[A-Za-z0-9]{32})"
    ),
    token("npm", ("npm_",), rf"npm_{_A}{{36}}"),
    token("pypi", ("pypi-AgE",), rf"pypi-AgE{_U}{{60,}}"),
    token("rubygems", ("rubygems_",), rf"rubygems_{_X}{{48}}"),
    token("nuget", ("oy2",), r"oy2[a-z0-9]{43}"),
    token("clojars", ("CLOJARS_",), rf"CLOJARS_{_A}{{60}}"),
    token("cargo", ("cio",), rf"cio{_A}{{32}}", mixed=True),
    token("docker", ("dckr_",), rf"dckr_(?:pat|oat)_{_U}{{26,40}}"),
    token(
        "jfrog",
        ("AKCp", "cmVmd", "AKC", "AP"),
        rf"(?:AKCp{_A}{{60,80}}|cmVmdGtuO{_A}{{50,70}}|A(?:KC|P[A-F0-9]){_A}{{60,80}})",
    ),
    token("circleci", ("CCIPAT_", "CCIPRJ_"), rf"CCIP(?:AT|RJ)_{_A}{{15,30}}_{_X}{{40}}"),
    token("buildkite", ("bkua_",), rf"bkua_{_X}{{40}}"),
    token("octopus", ("API-",), r"API-[A-Z0-9]{26}"),
    token("sonar", ("squ_", "sqp_", "sqa_"), rf"sq[upa]_{_X}{{40}}"),
    token("sourcegraph", ("sgp_", "slk_"), rf"(?:sgp_(?:{_X}{{16}}_|local_)?[0-9a-fA-F]{{40}}|slk_{_X}{{64}})"),
    token("readme", ("rdme_",), r"rdme_[a-z0-9]{70}"),
    token("prefect", ("pnu_",), rf"pnu_{_A}{{36}}"),
    token("harness", ("pat.", "sat."), rf"[ps]at\.{_U}{{22}}\.{_X}{{24}}\.{_A}{{20}}"),
    token("postman", ("PMAK-",), rf"PMAK-{_X}{{24}}-{_X}{{34}}"),
    token("snyk", ("snyk_",), rf"snyk_(?:uat|sat)\.{_U}{{8,12}}\.{_U}{{30,200}}"),
    token("artifact_definednet", ("dnkey-",), r"dnkey-[a-z0-9=_\-]{26}-[a-z0-9=_\-]{52}"),
)
