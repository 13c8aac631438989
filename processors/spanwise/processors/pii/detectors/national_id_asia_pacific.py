"""National numbers of Australia, China, Hong Kong, India, Japan, Korea, Pakistan, Singapore, Thailand and others."""

from __future__ import annotations

from spanwise.processors.pii.checksums import iso7064_mod11_2, luhn, remainder, verhoeff, weighted
from spanwise.processors.pii.national import digits, is_date, national_id

__all__ = ["RULES"]

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAIWANESE = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_SINGAPOREAN = {
    "S": (0, "JZIHGFEDCBA"),
    "T": (4, "JZIHGFEDCBA"),
    "F": (0, "XWUTRQPNMLK"),
    "G": (4, "XWUTRQPNMLK"),
    "M": (3, "XWUTRQPNJLK"),
}


def _abn(number: str) -> bool:
    return weighted(str(int(number[0]) - 1) + number[1:], (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19), 89)


def _tfn(number: str) -> bool:
    return weighted(number, (1, 4, 3, 7, 5, 8, 6, 9, 10), 11)


def _medicare(number: str) -> bool:
    return remainder(number[:8], (1, 3, 7, 9, 1, 3, 7, 9), 10) == int(number[8])


def _chinese_alone(number: str) -> bool:
    year = int(number[6:10])
    return 1900 <= year <= 2100 and is_date(number[8:10], number[10:12], number[12:14]) and iso7064_mod11_2(number)


def _hong_kong(code: str) -> bool:
    letters, number, check = code[:-7], code[-7:-1], code[-1]
    values = [36] * (2 - len(letters)) + [ord(letter) - 55 for letter in letters] + [int(digit) for digit in number]
    total = sum(value * weight for value, weight in zip(values, (9, 8, 7, 6, 5, 4, 3, 2), strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0


def _aadhaar(number: str) -> bool:
    return number[0] not in "01" and verhoeff(number)


def _pan(code: str) -> bool:
    return code[3] in "ABCFGHJLPTKE" and code[5:9] != "0000"


def _gstin(code: str) -> bool:
    total = 0
    for position, character in enumerate(code[:14]):
        product = _BASE36.index(character) * (1 + position % 2)
        total += product // 36 + product % 36
    return _BASE36[-total % 36] == code[14]


def _japanese(number: str) -> bool:
    check = remainder(number[:11], (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 11)
    return (0 if check <= 1 else 11 - check) == int(number[11])


def _korean(number: str) -> bool:
    return (11 - remainder(number[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), 11)) % 10 == int(number[12])


def _korean_labelled(number: str) -> bool:
    """Numbers from October 2020 on have no check digit."""
    return is_date(number[:2], number[2:4], number[4:6]) or _korean(number)


def _korean_alone(number: str) -> bool:
    return is_date(number[:2], number[2:4], number[4:6]) and _korean(number)


def _malaysian(number: str) -> bool:
    return is_date(number[:2], number[2:4], number[4:6])


def _ird(number: str) -> bool:
    padded = number.zfill(9)
    check = -remainder(padded[:8], (3, 2, 7, 6, 5, 4, 3, 2), 11) % 11
    if check == 10:
        check = -remainder(padded[:8], (7, 4, 3, 2, 5, 2, 7, 6), 11) % 11
    return check == int(padded[8])


def _singaporean(code: str) -> bool:
    offset, letters = _SINGAPOREAN[code[0]]
    return letters[(offset + remainder(code[1:8], (2, 7, 6, 5, 4, 3, 2), 1000)) % 11] == code[8]


def _taiwanese(code: str) -> bool:
    letter = _TAIWANESE.index(code[0]) + 10
    return (letter // 10 + letter % 10 * 9 + remainder(code[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1), 1000)) % 10 == 0


def _thai(number: str) -> bool:
    return (11 - remainder(number[:12], range(13, 1, -1), 11)) % 10 == int(number[12])


def _vietnamese_tax(number: str) -> bool:
    return 10 - remainder(number[:9], (31, 29, 23, 19, 17, 13, 7, 5, 3), 11) == int(number[9])


def _npwp(number: str) -> bool:
    return luhn(number[:9])


def _anything(number: str) -> bool:
    return len(set(number)) > 2


RULES = (
    *national_id("au_abn", digits(11), _abn, ("abn", "australian business number")),
    *national_id(
        "au_acn",
        digits(9),
        lambda n: -remainder(n[:8], (8, 7, 6, 5, 4, 3, 2, 1), 10) % 10 == int(n[8]),
        ("acn", "australian company number"),
    ),
    *national_id("au_tfn", r"\d{3} ?\d{3} ?\d{3}", _tfn, ("tfn", "tax file number", "tax file no")),
    *national_id(
        "au_medicare", r"[2-6]\d{3} ?\d{5} ?\d(?:[ /]?\d)?", _medicare, ("medicare", "medicare number", "medicare card")
    ),
    *national_id(
        "cn_ric",
        r"\d{17}[0-9Xx]",
        iso7064_mod11_2,
        (
            "身份证",
            "身份证号",
            "身份证号码",
            "居民身份证",
            "公民身份号码",
            "身份證",
            "chinese id",
            "resident identity",
            "resident id",
        ),
        trigger=r"(?:19|20)\d\d[01]\d[0-3]\d{4}[0-9X]",
        alone=r"[1-9]\d{5}(?:19|20)\d{9}[0-9X]",
        alone_check=_chinese_alone,
    ),
    *national_id(
        "hk_id",
        r"[A-Za-z]{1,2}\d{6} ?\(?[0-9Aa]\)?",
        _hong_kong,
        ("hkid", "香港身份證", "身份證", "hong kong id", "hk id", "hong kong identity card"),
    ),
    *national_id("id_nik", r"\d{16}", _anything, ("nik", "nomor induk kependudukan", "ktp", "indonesian id")),
    *national_id(
        "id_npwp", r"\d{2}[.]?\d{3}[.]?\d{3}[.]?\d[ .\-]?\d{3}[.]?\d{3}", _npwp, ("npwp", "nomor pokok wajib pajak")
    ),
    *national_id(
        "in_aadhaar",
        r"[2-9]\d{3}[ \-]?\d{4}[ \-]?\d{4}",
        _aadhaar,
        ("aadhaar", "aadhar", "adhaar", "adhar", "uid", "uidai", "आधार", "आधार संख्या"),
    ),
    *national_id(
        "in_pan", r"(?i:[A-Z]{5}\d{4}[A-Z])", _pan, ("pan", "pan card", "pan number", "permanent account number", "पैन")
    ),
    *national_id(
        "in_gstin",
        r"(?i:\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z])",
        _gstin,
        ("gstin", "gst", "gst number", "gst no"),
        trigger=r"\d[A-Z][0-9A-Z]Z[0-9A-Z]",
        alone=r"\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]",
    ),
    *national_id(
        "in_epic", r"(?i:[A-Z]{3}\d{7})", _anything, ("voter id", "epic", "voter card", "election card", "मतदाता")
    ),
    *national_id(
        "jp_my_number",
        r"\d{4}[ \-]?\d{4}[ \-]?\d{4}",
        _japanese,
        ("マイナンバー", "個人番号", "my number", "個人番号は", "japanese id"),
    ),
    *national_id(
        "kr_rrn",
        r"\d{6}[ \-]?[0-9]\d{6}",
        _korean_labelled,
        ("주민등록번호", "주민번호", "외국인등록번호", "rrn", "resident registration", "korean id"),
        trigger=r"\d-[1-8]\d{6}",
        alone=r"\d{6}-[1-8]\d{6}",
        alone_check=_korean_alone,
    ),
    *national_id(
        "kr_brn", r"\d{3}-\d{2}-\d{5}", _anything, ("사업자등록번호", "사업자번호", "brn", "business registration")
    ),
    *national_id(
        "my_nric",
        r"\d{6}-?\d{2}-?\d{4}",
        _malaysian,
        ("mykad", "nric", "kad pengenalan", "no. kp", "ic no", "ic number", "malaysian id", "mypr"),
    ),
    *national_id("nz_ird", r"\d{2,3}[ \-]?\d{3}[ \-]?\d{3}", _ird, ("ird", "ird number", "ird no", "inland revenue")),
    *national_id(
        "nz_nhi",
        r"[A-HJ-NP-Z]{3}\d{4}|[A-HJ-NP-Z]{3}\d{2}[A-HJ-NP-Z]{2}",
        _anything,
        ("nhi", "nhi number", "national health index"),
    ),
    *national_id(
        "pk_cnic",
        r"\d{5}[ \-]?\d{7}[ \-]?\d",
        _anything,
        ("cnic", "nic", "nicop", "شناختی", "pakistani id", "national identity card"),
    ),
    *national_id(
        "ph_tin",
        r"\d{3}-\d{3}-\d{3}(?:-\d{3,5})?|\d{2}-\d{7}-\d|\d{4}-\d{7}-\d",
        _anything,
        ("tin", "sss", "crn", "umid", "philhealth", "philippine id"),
    ),
    *national_id(
        "sg_nric",
        r"(?i:[STFGM]\d{7}[A-Z])",
        _singaporean,
        ("nric", "fin", "ic", "nric no", "singapore id", "singaporean id"),
        trigger=r"[STFGM]\d{7}[A-Z]",
        alone=r"[STFGM]\d{7}[A-Z]",
    ),
    *national_id(
        "tw_id",
        r"(?i:[A-Z])[1289]\d{8}",
        _taiwanese,
        ("身分證", "身分證字號", "國民身分證", "身份證字號", "taiwan id", "taiwanese id", "統一證號"),
    ),
    *national_id(
        "th_pin",
        r"[1-8][ \-]?\d{4}[ \-]?\d{5}[ \-]?\d{2}[ \-]?\d",
        _thai,
        ("thai id", "thai national id", "เลขประจำตัวประชาชน", "บัตรประชาชน", "เลขบัตรประชาชน", "pin", "tnin"),
        trigger=r"\d-\d{4}-\d{5}-",
        alone=r"[1-8]-\d{4}-\d{5}-\d{2}-\d",
    ),
    *national_id("vn_mst", r"\d{10}(?:-\d{3})?", _vietnamese_tax, ("mst", "mã số thuế", "vietnamese tax")),
    *national_id(
        "vn_cccd", r"0\d{11}|\d{9}", _anything, ("cccd", "cmnd", "căn cước", "chứng minh nhân dân", "vietnamese id")
    ),
)
