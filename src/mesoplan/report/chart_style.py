"""The look of the charts: one typeface, thin lines, colours that also print in grey."""

from dataclasses import dataclass
from typing import Any

from mesoplan.report import svg
from mesoplan.report.ramp import GREY_RAMP, RAMP

Spec = dict[str, Any]

VEGA_LITE = "v5.20"
"""The version of Vega-Lite that the specifications are written for."""


@dataclass(frozen=True)
class Style:
    """Sizes in px and colours of a figure.

    Attributes
    ----------
    panel_width, panel_height : int
        Plot room of one panel.
    columns : int
        Panels beside each other.
    font_size : float
        Of labels; titles are a little larger.
    names : bool
        Whether areas carry their names, or only their numbers for want of room.
    grey : bool
        Whether the plan is not released.
    """

    panel_width: int
    panel_height: int
    columns: int
    font_size: float
    names: bool
    grey: bool = False

    @property
    def ramp(self) -> tuple[str, ...]:
        """Colours of the map, light to dark."""
        return GREY_RAMP if self.grey else RAMP

    @property
    def line(self) -> str:
        """Colour of the first line."""
        return svg.GREY if self.grey else svg.ACCENT

    @property
    def second(self) -> str:
        """Colour of what stands back."""
        return "#b5babf" if self.grey else svg.SOFT

    def config(self) -> Spec:
        """The Vega-Lite configuration."""
        size = self.font_size
        return {
            "font": "Source Sans Pro, Helvetica, Arial, sans-serif",
            "background": "#ffffff",
            "view": {"stroke": None},
            "title": {
                "anchor": "start",
                "fontSize": size + 2,
                "fontWeight": 600,
                "color": svg.INK,
                "subtitleFontSize": size,
                "subtitleColor": svg.SOFT,
                "offset": 6,
            },
            "axis": {
                "labelFontSize": size,
                "titleFontSize": size,
                "titleFontWeight": "normal",
                "labelColor": svg.SOFT,
                "titleColor": svg.INK,
                "gridColor": "#e9ebed",
                "domainColor": "#9aa2a9",
                "tickColor": "#9aa2a9",
                "tickSize": 3,
                "tickCount": 5,
            },
            "legend": {
                "labelFontSize": size,
                "titleFontSize": size,
                "titleFontWeight": "normal",
                "labelColor": svg.INK,
                "titleColor": svg.INK,
                "labelLimit": 2.2 * self.panel_width,
                "titleLimit": 2.2 * self.panel_width,
            },
            "text": {"fontSize": size, "color": svg.INK},
            "concat": {"spacing": 2.2 * size},
        }


FULL = Style(panel_width=300, panel_height=200, columns=3, font_size=11.5, names=True)
"""exposure.svg."""

SMALL = Style(panel_width=176, panel_height=112, columns=3, font_size=8.0, names=False)
"""The panels on the page of the exposure."""
