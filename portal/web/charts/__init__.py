"""Charts: numbers become geometry here, without Flask and without looks; `templates/ui/charts.html` draws it.

`line` and `spark` (lines), `bars`, `bullet` and `funnel` (bars), `heat` (heat), `ladder` and `strip` (prices). A value
is a number, None for what was not measured, or `Hidden(reason)`. A chart with too little in it says so instead of drawing.
"""

from portal.web.charts.bars import Bar, BarChart, Bullet, Stage, bars, bullet, funnel
from portal.web.charts.heat import Group, HeatMap, heat
from portal.web.charts.lines import Level, LineChart, Mark, Series, Spark, line, spark
from portal.web.charts.prices import Ladder, Rung, Strip, ladder, strip
from portal.web.charts.scale import Hidden

__all__ = [
    "Bar", "BarChart", "Bullet", "Group", "HeatMap", "Hidden", "Ladder", "Level", "LineChart", "Mark", "Rung", "Series",
    "Spark", "Stage", "Strip", "bars", "bullet", "funnel", "heat", "ladder", "line", "spark", "strip",
]  # fmt: skip
