"""Telephone number (MSISDN) of any country, kept as E.164: +447700900123."""

from peel.kernel.base.numbers.checks import refuse


def normal(text: str) -> str:
    """The number with + and country code; without one it is read as a number of this country.

    It must be possible by the country's numbering plan (its length and beginning), not in use:
    plans change, and the numbers that Ofcom keeps for drama are not in use. Raises
    ValidationError.
    """
    import phonenumbers  # takes a fifth of a second: only who needs it waits

    wrong = "Enter a telephone number such as 07700 900123 or +33 1 23 45 67 89."
    try:
        number = phonenumbers.parse(str(text)[:40], "GB")
    except phonenumbers.NumberParseException:
        raise refuse(wrong) from None
    if number.extension or not phonenumbers.is_possible_number(number):
        raise refuse(wrong)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """The number as it is dialled here: "07700 900123", or with its country code."""
    import phonenumbers

    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    at_home = read.country_code == 44
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(read, style.NATIONAL if at_home else style.INTERNATIONAL)
