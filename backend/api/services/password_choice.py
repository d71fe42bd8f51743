"""The rule about a chosen password that needs to know whose it is."""

from api.errors import Invalid
from api.models.account_rules import email_key


def refuse_own_address(field: str, password: str, email: str | None) -> None:
    """Raises `Invalid` when the password is the person's own e-mail address, however spelt."""
    if email is not None and email_key(password) == email_key(email):
        raise Invalid.field(field, "The e-mail address is the first thing that somebody would try: choose another.")
