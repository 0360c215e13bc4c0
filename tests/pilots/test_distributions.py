"""The curves against closed forms, published figures and another way to compute them."""

from math import atan, exp, lgamma, log, pi, sqrt, tan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.pilots.rules import distributions as curves

# Two-sided 5 %, from scipy 1.17.1.
QUANTILES = {
    1: 12.70620474, 2: 4.30265273, 3: 3.18244631, 4: 2.77644511, 5: 2.57058184, 8.18046352: 2.29717926,
    10: 2.22813885, 18: 2.10092204, 30: 2.04227246, 100: 1.98397152,
}  # fmt: skip
FEW = settings(max_examples=40)


@pytest.mark.parametrize(("df", "quantile"), QUANTILES.items())
def test_quantiles_of_the_t(df: float, quantile: float) -> None:
    assert curves.t_quantile(0.975, df) == pytest.approx(quantile, abs=1e-8)
    assert curves.t_quantile(0.025, df) == pytest.approx(-quantile, abs=1e-8)
    assert curves.t_beyond(0.05, df) == pytest.approx(quantile, abs=1e-8)


def test_published_tails() -> None:
    assert curves.t_cdf(2.90408975, 10) == pytest.approx(0.99213846, abs=1e-8)
    assert curves.t_two_sided(12.30304582, 3.46358529) == pytest.approx(0.00055759, abs=1e-8)
    assert curves.t_two_sided(0, 5) == 1
    assert curves.t_quantile(0.5, 5) == 0


@pytest.mark.parametrize("t", [-300, -4, -0.5, -1e-6, 0, 0.01, 1, 2.5, 40, 1e5])
def test_one_and_two_degrees_have_a_closed_form(t: float) -> None:
    assert curves.t_cdf(t, 1) == pytest.approx(0.5 + atan(t) / pi, abs=1e-12)
    assert curves.t_cdf(t, 2) == pytest.approx(0.5 + t / (2 * sqrt(2 + t * t)), abs=1e-12)


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.5001, 0.9, 0.9997])
def test_quantiles_have_a_closed_form_too(share: float) -> None:
    assert curves.t_quantile(share, 1) == pytest.approx(tan(pi * (share - 0.5)), rel=1e-9)


def test_with_many_degrees_it_nears_the_normal_curve() -> None:
    z, df = curves.normal_quantile(0.975), 10_000
    # The expansion of Abramowitz and Stegun, 26.7.5.
    near = z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
    assert curves.t_quantile(0.975, df) == pytest.approx(near, abs=1e-10)
    assert curves.normal_quantile(0.975) == pytest.approx(1.959963985, abs=1e-9)
    assert curves.normal_cdf(1.959963985) == pytest.approx(0.975, abs=1e-9)


@FEW
@given(st.floats(0.001, 0.999), st.floats(1, 5000))
def test_a_quantile_undoes_the_share(share: float, df: float) -> None:
    assert curves.t_cdf(curves.t_quantile(share, df), df) == pytest.approx(share, abs=1e-10)


def lenth(t: float, df: float, shift: float) -> float:
    """The share of the noncentral t below `t` >= 0 by the series of Lenth (Applied Statistics 38, 1989), AS 243."""
    square, total = shift * shift / 2, 0.0
    x, rest = t * t / (df + t * t), df / (df + t * t)
    for j in range(400):
        weight = exp(-square + j * log(square) - lgamma(j + 1))
        other = shift / sqrt(2) * exp(-square + j * log(square) - lgamma(j + 1.5))
        total += weight * curves._beta_share(j + 0.5, df / 2, x, rest)
        total += other * curves._beta_share(j + 1, df / 2, x, rest)
    return curves.normal_cdf(-shift) + total / 2


@pytest.mark.parametrize("df", [1, 2, 4, 7, 10, 18, 60])
@pytest.mark.parametrize("shift", [0.1, 1, 3.1, 9])
def test_power_agrees_with_another_series(df: int, shift: float) -> None:
    limit = curves.t_beyond(0.05, df)
    # Below -limit lies what is beyond the limit of the curve that is shifted the other way.
    beyond = 2 - lenth(limit, df, shift) - lenth(limit, df, -shift)
    assert curves.t_power(shift, df, 0.05) == pytest.approx(beyond, abs=1e-9)


@pytest.mark.parametrize("df", [1, 4, 30])
def test_power_without_a_shift_is_the_level_and_does_not_care_for_the_sign(df: int) -> None:
    assert curves.t_power(0, df, 0.05) == pytest.approx(0.05, abs=1e-9)
    assert curves.t_power(-2, df, 0.05) == curves.t_power(2, df, 0.05)
    assert curves.t_power(1e9, df, 0.05) == 1


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_no_quantile_outside_the_shares(share: float) -> None:
    for ask in (curves.normal_quantile, lambda s: curves.t_quantile(s, 4), lambda s: curves.t_beyond(s, 4)):
        with pytest.raises(ValueError, match="share"):
            ask(share)
    with pytest.raises(ValueError, match="degrees"):
        curves.t_cdf(1, 0)
