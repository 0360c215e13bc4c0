"""Student's t, central and noncentral, and the normal curve, from the standard library alone.

Precision: probabilities of the central t to 1e-11, its quantiles to 1e-10 of their size, power to 1e-9, for one degree
of freedom to ten thousand. Degrees of freedom may be broken numbers, as Welch's are. Sources: Abramowitz and Stegun,
26.5.8 and 26.7.1 (t by the incomplete beta function), its continued fraction by Lentz's method as in Numerical
Recipes, 6.4; power as in Johnson, Kotz and Balakrishnan, chapter 31: the normal curve averaged over the spread.
"""

from math import erfc, exp, inf, lgamma, log, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
TINY = 1e-300
CLOSE = 1e-15
"""A continued fraction ends when a step changes it by no more than this share."""
STEPS = 10_000
"""More than any fraction for ten thousand degrees of freedom takes."""
TAIL = 27.0
"""Where an integrand has fallen by e to this power, 2e-12, the rest is left out."""


def normal_cdf(z: float) -> float:
    """The share of a standard normal below `z`."""
    return 0.5 * erfc(-z / sqrt(2))


def normal_quantile(share: float) -> float:
    """The `z` below which this share of a standard normal lies. Raises ValueError outside 0 to 1, ends excluded."""
    _check_share(share)
    return NORMAL.inv_cdf(share)


def t_two_sided(t: float, df: float) -> float:
    """How often a t of `df` degrees of freedom lies as far from zero as `t` or farther: a two-sided p, 0 to 1."""
    _check_df(df)
    square = t * t
    return _beta_share(df / 2, 0.5, df / (df + square), square / (df + square)) if square < inf else 0.0


def t_cdf(t: float, df: float) -> float:
    """The share of a t of `df` degrees of freedom below `t`."""
    tail = t_two_sided(t, df) / 2
    return tail if t < 0 else 1 - tail


def t_quantile(share: float, df: float) -> float:
    """The `t` below which this share lies. Raises ValueError outside 0 to 1, ends excluded."""
    _check_share(share)
    if share == 0.5:
        return 0.0
    return -t_beyond(2 * share, df) if share < 0.5 else t_beyond(2 * (1 - share), df)


def t_beyond(two_sided: float, df: float) -> float:
    """The positive `t` whose two-sided p is `two_sided`: how many standard errors an interval reaches to each side."""
    _check_share(two_sided)
    low, high = 0.0, 1.0
    while t_two_sided(high, df) > two_sided:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if t_two_sided(middle, df) > two_sided else (low, middle)
    return (low + high) / 2


def t_power(shift: float, df: float, alpha: float) -> float:
    """How often a two-sided t test at `alpha` finds something if the truth lies `shift` standard errors from zero.

    The noncentral t is a shifted normal over an independent spread s, df s² being chi-square: the chance to lie outside
    the limits is averaged over s. In log s the integrand is smooth and dies out on both sides, where the plain sum of
    equal steps is exact to far more digits than needed; steps narrow as the curve or the limit gets steeper.
    """
    _check_df(df)
    limit, shift = t_beyond(alpha, df), abs(shift)
    if shift > 10 * limit + 40:  # the spread would have to be tenfold to hide it
        return 1.0
    step = 0.5 / (1 + shift + sqrt(df))
    half = df / 2
    constant = log(2) + half * log(half) - lgamma(half)
    peak = constant - half
    total = 0.0
    for direction in (1, -1):
        place = 0 if direction == 1 else -1
        while True:
            u = place * step
            weight = constant + df * u - half * exp(2 * u)
            if weight < peak - TAIL:
                break
            edge = limit * exp(u)
            total += exp(weight) * (normal_cdf(shift - edge) + normal_cdf(-shift - edge))
            place += direction
    return min(1.0, total * step)


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError("a share lies between 0 and 1")


def _check_df(df: float) -> None:
    if not df > 0:
        raise ValueError("degrees of freedom are positive")


def _beta_share(a: float, b: float, x: float, rest: float) -> float:
    """The regularized incomplete beta function; `rest` is 1 - x, given apart because the difference loses digits."""
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(b, a, rest, x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest)) / a
    return front * _beta_fraction(a, b, x)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function."""
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _apart(1 + term * d)
            c = _apart(1 + term / c)
            value *= c * d
        if abs(c * d - 1) <= CLOSE:
            return value
    raise ArithmeticError(f"no end of the fraction for {a}, {b}, {x}")


def _apart(value: float) -> float:
    """The value, kept off zero so that it can be divided by."""
    return value if abs(value) > TINY else TINY
