"""Numbers with a fixed count of digits."""

from __future__ import annotations

__all__ = ["format_num"]


def format_num(x: float, max_len: int = 11, pre: int = 5, post: int = 5) -> str:
    """Format a number with a fixed count of decimals, or with an exponent where that is too long.

    Parameters
    ----------
    x : float
        The number.
    max_len : int, optional
        Longest text without an exponent.
    pre : int, optional
        Digits before the point from which on an exponent is used.
    post : int, optional
        Decimals; a number that would show as zero gets an exponent.

    Examples
    --------
    >>> format_num(1.5), format_num(123456.789), format_num(1e-9), format_num(0)
    ('1.50000', '1.23457e+05', '1.00000e-09', '0.00000')
    """
    fixed = f"{x:{pre}.{post}f}"
    if x and (len(fixed) > max_len or not 10.0**-post <= abs(x) < 10.0**pre) and x == x:
        return f"{x:.{post}e}"
    return fixed
