"""What an account may be: e-mail address, name and password. Each function returns the value to keep, or raises
`ValueError` with a sentence for the person. Characters are Unicode code points."""

import re
import unicodedata
from functools import cache

EMAIL_MAX = 254
"""What RFC 5321, section 4.5.3.1, leaves of a path's 256 characters."""
NAME_MAX = 100
PASSWORD_MIN, PASSWORD_MAX = 8, 128

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNQUOTED = re.compile(r'[^<>()\[\],;:\\"]+')
_INVISIBLE = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


def clean_text(value: object) -> str:
    """Any text that can be stored: no U+0000 and no lone surrogate."""
    if not isinstance(value, str):
        raise ValueError("This must be a text.")  # noqa: TRY004 - pydantic reports ValueError
    if _UNSTORABLE.search(value):
        raise ValueError("This contains a character that cannot be stored: remove it.")
    return value


def clean_email(value: object) -> str:
    """An e-mail address without white space around it, otherwise as typed. Whether it is reached, only a letter shows."""
    email = clean_text(value).strip()
    local, at, domain = email.rpartition("@")
    if (
        not (local and at and domain)
        or "@" in local
        or not all(domain.split("."))
        or not _UNQUOTED.fullmatch(local + domain)
        or any(unicodedata.category(character) in _INVISIBLE for character in email)
    ):
        raise ValueError("This is not an e-mail address: it should look like ada@example.org.")
    if len(email) > EMAIL_MAX:
        raise ValueError(f"An e-mail address has at most {EMAIL_MAX} characters.")
    return email


def email_key(email: str) -> str:
    """What two spellings of one address have in common: case folded, in normal form C."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email.strip()).casefold())


def clean_name(value: object) -> str:
    """A name without white space around it, 1 to 100 characters."""
    name = clean_text(value).strip()
    if not name:
        raise ValueError("A name cannot be empty: leave it out instead.")
    if len(name) > NAME_MAX:
        raise ValueError(f"A name has at most {NAME_MAX} characters; this one has {len(name)}.")
    return name


def read_password(value: object) -> str:
    """A password as it is checked: in normal form C, because keyboards differ in how they put an accent on a letter."""
    return unicodedata.normalize("NFC", clean_text(value))


def clean_password(value: object) -> str:
    """A password that may be chosen: 8 to 128 characters, not one of the common ones."""
    password = read_password(value)
    if len(password) < PASSWORD_MIN:
        raise ValueError(f"A password has at least {PASSWORD_MIN} characters; 15 or more are better.")
    if len(password) > PASSWORD_MAX:
        raise ValueError(f"A password has at most {PASSWORD_MAX} characters.")
    if password.casefold() in _common_passwords():
        raise ValueError("This password is one of the most common ones: choose another.")
    return password


@cache
def _common_passwords() -> frozenset[str]:
    # Imported at first use: 30,000 words that only choosing a password needs.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word.casefold() for word in FREQUENCY_LISTS["passwords"])
