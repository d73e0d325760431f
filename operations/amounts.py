"""Amounts of money as forms and expressions write them."""

from decimal import Decimal, InvalidOperation

CENT = Decimal("0.01")
MOST = Decimal(1_000_000_000)


def read_amount(value: object) -> Decimal | None:
    """
    Read an amount, as a number or its text, to the cent; nothing is `None`.

    Raises:
        ValueError: It is no amount, negative, or larger than anything paid out here.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        message = f"an amount is a number, not {type(value).__name__}"
        raise ValueError(message)
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        message = "an amount is a number"
        raise ValueError(message) from error
    if not amount.is_finite() or not 0 <= amount < MOST:
        message = "an amount is not negative and less than a thousand million"
        raise ValueError(message)
    return amount.quantize(CENT)


def as_number(amount: Decimal) -> int | float:
    """An amount as a process variable."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
