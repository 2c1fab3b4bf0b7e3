"""E-mail address."""

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from peel.kernel.base.numbers.checks import refuse

_CHECK = EmailValidator()


def normal(text: str) -> str:
    """The address in small letters.

    The part before the @ may by RFC 5321 tell capitals apart; no large provider does, and one
    address must not become two records. Raises ValidationError.
    """
    plain = str(text).strip().removeprefix("mailto:").lower()
    try:
        _CHECK(plain)
    except ValidationError:
        raise refuse("Enter an e-mail address such as name@example.com.") from None
    return plain
