"""Telephone numbers: international ones as ITU's plans allow (`phonenumbers`), North American ones, labelled ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spanwise.processors.pii.rules import NUMBER, Candidate, Rule
from spanwise.processors.pii.surroundings import ends, is_word, unlinked, word_before

__all__ = ["RULES"]

_EXTENSION = r"(?:[ ,]{0,2}(?:[xX]|[eE]xt\.?|extension|#)[ .:]{0,2}\d{1,6})?"
_WORDS = (
    *(
        "phone",
        "phones",
        "telephone",
        "tel",
        "tel.",
        "mobile",
        "cell",
        "cellphone",
        "cellular",
        "fax",
        "whatsapp",
        "sms",
    ),
    *("call me", "call us", "call him", "call her", "call them", "call back", "callback", "call at", "call on"),
    *("reach me", "reach us", "reach him", "reach her", "reach them", "answering at", "dial", "hotline", "text me"),
    *(
        "ring me",
        "contact number",
        "contact no",
        "phone_number",
        "phonenumber",
        "office",
        "desk",
        "landline",
        "handset",
    ),
    *(
        "telefon",
        "telefonnummer",
        "handy",
        "rufnummer",
        "mobil",
        "mobilnummer",
        "téléphone",
        "portable",
        "numéro de tél",
    ),
    *("teléfono", "telefono", "móvil", "movil", "celular", "telefone", "telemóvel", "cellulare", "numero di telefono"),
    *("telefoon", "gsm", "puhelin", "matkapuhelin", "telefonnr", "tlf", "mobiltelefon", "numer telefonu", "komórka"),
    *(
        "телефон",
        "тел",
        "моб",
        "τηλέφωνο",
        "טלפון",
        "هاتف",
        "الهاتف",
        "फोन",
        "फ़ोन",
        "मोबाइल",
        "โทร",
        "điện thoại",
        "telp",
    ),
    *(
        "电话",
        "電話",
        "手机",
        "手機",
        "传真",
        "傳真",
        "号码",
        "號碼",
        "联系方式",
        "携帯",
        "電話番号",
        "전화",
        "휴대폰",
        "연락처",
        "핸드폰",
    ),
)
_OTHER_NUMBERS = (
    *("account", "card", "conta", "ssn", "order", "ticket", "invoice", "zip", "postal", "iban", "isbn", "port", "pid"),
    *("邮政编码", "邮编", "账号", "卡号", "订单"),
)
_OTHER_NUMBER = re.compile("|".join(_OTHER_NUMBERS))
_DATE = re.compile(
    r"(?:(?:19|20)\d\d[ ./\-]\d{1,2}[ ./\-]\d{1,2}|\d{1,2}[ ./\-]\d{1,2}[ ./\-](?:19|20)\d\d"
    r"|(?:19|20)\d\d ?[/\-] ?(?:19|20)\d\d)"
    r"(?:[ T]\d\d(?::?\d\d)*)?"
)
_EXTENSION_AT_END = re.compile(r"[ ,]*(?:[xX]|[eE]xt\.?|extension|#)[ .:]*\d{1,6}$")
_NOT_DIGITS = re.compile(r"\D+")


def _digits(value: str) -> str:
    """Those of the number, without those of an extension."""
    if not value[-7:].isdigit():  # so many have none
        value = _EXTENSION_AT_END.sub("", value)
    return _NOT_DIGITS.sub("", value)


def _shorter_and_shorter(candidate: Candidate) -> Iterator[Candidate]:
    """The match, then without its last groups: the next line may hold another number."""
    yield candidate
    ends = [match.start() for match in re.finditer(r"[ .\-\n/]+", candidate.value)]
    for end in reversed(ends[-8:]):
        yield candidate.part(candidate.start, candidate.start + end)


def _is_dialable(candidate: Candidate) -> bool:
    """Whether a number with its country code can be dialled; a labelled one need only be possible."""
    import phonenumbers  # 60 ms and its tables, on the first number with a plus sign

    if not _starts(candidate) or not ends(candidate):
        return False
    try:
        parsed = phonenumbers.parse("+" + _digits(candidate.value.replace("(0)", "")))
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(parsed)


def _starts(candidate: Candidate) -> bool:
    """Neither a term of a formula nor within a number; a letter may touch the plus sign."""
    before = candidate.before(2)
    return not before[-1:].isdigit() and not (before[-1:] in ("+", "*", "/", ")") and is_word(before[:1]))


def _is_north_american(candidate: Candidate) -> bool:
    digits = _digits(candidate.value)[-10:]
    if digits[1:3] == "11" or not ends(candidate):
        return False
    if candidate.value.startswith("("):
        return not candidate.previous.isdigit()
    return unlinked(candidate, "./-") and not word_before(candidate, _OTHER_NUMBERS, 20)


def _labelled(candidate: Candidate) -> Iterator[Candidate]:
    """The number without a closing bracket that belongs to the sentence."""
    value = candidate.value
    if value.startswith("(") and ")" not in value:
        yield candidate.part(candidate.start + 1, candidate.end)
    else:
        yield candidate


def _is_labelled(candidate: Candidate) -> bool:
    digits = _digits(candidate.value)
    if not 6 <= len(digits) <= 15 or _DATE.fullmatch(candidate.value) or not unlinked(candidate, "./-#*+"):
        return False
    if candidate.previous == "=" and not _is_assigned(candidate):
        return False
    if candidate.previous in ("#", "$", "€", "£") or candidate.following in ("%", "*", "=") or _goes_on(candidate):
        return False
    return not _is_labelled_otherwise(candidate)


def _is_assigned(candidate: Candidate) -> bool:
    """`phone_number=…`, but neither `mobile_build=…` nor a formula."""
    name = candidate.before(32)[:-1].lower().rstrip()
    return name.removesuffix("number").removesuffix("no").rstrip(" _-").endswith(_WORDS)


def _goes_on(candidate: Candidate) -> bool:
    """A time of day or a decimal follows: `03-17 16:13`."""
    after = candidate.after(2)
    return after[:1] in (":", ".", ",") and after[1:].isdigit()


def _is_labelled_otherwise(candidate: Candidate) -> bool:
    """Whether `card number` or the like stands nearer than the word for a telephone."""
    before = candidate.source[max(0, candidate.start - 40) : candidate.start].lower()
    if not _OTHER_NUMBER.search(before):
        return False
    return max(map(before.rfind, _OTHER_NUMBERS)) > max(map(before.rfind, _WORDS))


def _is_chinese_mobile(candidate: Candidate) -> bool:
    """Eleven digits right after Chinese text need no label."""
    before = candidate.source[max(0, candidate.start - 2) : candidate.start]
    return unlinked(candidate, "./-#") and any("\u3000" <= character <= "\uffef" for character in before)


RULES = (
    Rule(
        name="phone_international",
        type="PHONE",
        pattern=rf"\(?\+ ?\(?\d(?:[ ./()\-\n]{{0,3}}\d){{6,14}}{_EXTENSION}",
        narrow=_shorter_and_shorter,
        validate=_is_dialable,
        trigger=r"\+ ?\(?\d[ ./()\-\n]*\d[ ./()\-\n]*\d",
        score=0.7,
    ),
    Rule(
        name="phone_north_american",
        type="PHONE",
        pattern=r"(?:(?:\+|00)?1[ .\-]?)?(?:\(\d{3}\)[ .\-\n]?|[2-9]\d\d(?:[ .]|-\n?))\d{3}(?:[ .]|-\n?)\d{4}"
        + _EXTENSION,
        validate=_is_north_american,
        trigger=r"\d[ .)\-][ .\-\n]?\d{3}[ .\-]\n?\d{4}",
        score=0.6,
    ),
    Rule(
        name="phone_chinese_mobile",
        type="PHONE",
        pattern=r"\?.?(1[3-9]\d{9})",
        validate=_is_chinese_mobile,
        trigger=r"\?[^0-9]?1[3-9]\d\d",
        score=0.6,
    ),
    Rule(
        name="phone_labelled",
        type="PHONE",
        pattern=rf"(?:^|[^\w])(\(?(?:\+ ?|00)?\(?\d(?:[ ./()\-]{{0,3}}\d){{5,16}}{_EXTENSION})",
        narrow=_labelled,
        validate=_is_labelled,
        context=_WORDS,
        trigger=NUMBER,
        score=0.65,
    ),
)
