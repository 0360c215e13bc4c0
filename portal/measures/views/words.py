"""A figure in the reader's words."""

from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.measures.rules.figure import Figure
from portal.measures.slots import DAYS, HUNDREDTHS, MINUTES, PERCENT
from portal.measures.views import pages
from portal.web import charts, formats


@pages.app_template_filter("figure")
def written(figure: Figure) -> str:
    """The value with its unit, or why there is none."""
    if figure.value is None:
        return str(_(figure.says))
    text = value(figure.measure.unit, figure.value)
    return str(_("about %(value)s", value=text)) if figure.about else text


def value(unit: str, number: int) -> str:
    """A value in its unit: a share to a tenth of a percent, hundredths with two digits."""
    if unit == PERCENT:
        tenths = (number + 5) // 10
        return (
            formats.percent(tenths * 10)
            if tenths % 10
            else f"{tenths // 10}{'' if formats.lang() == 'zh' else formats.NO_BREAK}%"
        )
    if unit == DAYS:
        return str(ngettext("%(num)s day", "%(num)s days", number))
    if unit == MINUTES:
        return formats.minutes(number)
    if unit == HUNDREDTHS:
        return f"{number // 100}.{number % 100:02d}"
    return formats.number(number)


def drawn(figure: Figure) -> Fraction | int | charts.Hidden | None:
    """A figure as a chart takes it: percent in whole and part, hundredths as they are read."""
    if figure.value is None:
        return None if figure.state == "none" else charts.Hidden(str(_(figure.says)))
    return Fraction(figure.value, 100) if figure.measure.unit in (PERCENT, HUNDREDTHS) else figure.value
