"""Starts the chart engine early, while other work is done.

Its first chart costs some 0.4 s of starting a JavaScript engine, which runs beside Python.
"""

import threading

import vl_convert

from mesoplan.report.chart_style import VEGA_LITE, Spec

_SMALLEST: Spec = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {}}


def warm_up() -> threading.Thread:
    """Start the chart engine in a thread and return it; nobody has to wait for it.

    Only the command line has a reason to call this: a plan takes long enough to hide the start.
    """
    thread = threading.Thread(target=_start, name="chart engine")
    thread.start()
    return thread


def _start() -> None:
    vl_convert.vegalite_to_svg(_SMALLEST, vl_version=VEGA_LITE)
