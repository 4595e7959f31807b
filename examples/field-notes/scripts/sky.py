"""Where the Moon is, well enough for a notebook.

A plain module: it has no metadata of a script, so it is not a macro; other scripts
import it. The formulas are the short ones of Jean Meeus, Astronomical Algorithms,
2nd edition, chapter 48: the lit part is right to a percent or so.
"""

from datetime import date
from math import cos, radians, sin
from typing import NamedTuple


class MoonPhase(NamedTuple):
    """The face of the Moon on one evening."""

    elongation: float  # degrees between Sun and Moon along the ecliptic, 0 to 360
    lit: float  # lit part of the disc, 0 to 1

    @property
    def waxing(self) -> bool:
        return self.elongation < 180

    @property
    def eighth(self) -> int:
        """0 new, 1 waxing crescent, 2 first quarter, 3 waxing gibbous, 4 full, and so on.

        The four named moments count for the day that they fall on: the Moon moves
        some 12 degrees a day.
        """
        nearest = round(self.elongation / 90) * 90
        if abs(self.elongation - nearest) <= 6.1:
            return int(nearest // 90) % 4 * 2
        return int(self.elongation // 90) * 2 + 1


def moon_phase(day: date) -> MoonPhase:
    """Returns the phase at 20 h UT, the evening in central Europe."""
    centuries = (julian_day(day) + 20 / 24 - 2451545.0) / 36525
    mean_elongation = 297.8501921 + 445267.1114034 * centuries
    sun_anomaly = 357.5291092 + 35999.0502909 * centuries
    moon_anomaly = 134.9633964 + 477198.8675055 * centuries
    d, m, n = radians(mean_elongation), radians(sun_anomaly), radians(moon_anomaly)
    elongation = (
        mean_elongation
        + 6.289 * sin(n)
        - 2.100 * sin(m)
        + 1.274 * sin(2 * d - n)
        + 0.658 * sin(2 * d)
        + 0.214 * sin(2 * n)
        + 0.110 * sin(d)
    ) % 360
    return MoonPhase(elongation, (1 - cos(radians(elongation))) / 2)


def julian_day(day: date) -> float:
    """Returns the Julian day at 0 h UT."""
    return day.toordinal() + 1721424.5
