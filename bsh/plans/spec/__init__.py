"""The scans of SPEC as plans: intervals instead of points, a counting time, the fast motor of a mesh first.

The order of arguments is the one of SPEC's standard macros. A scan of n intervals takes n + 1 points.
Relative scans bring their motors back when they end, are stopped, aborted or fail; not after a halt.
"""

from bsh.plans.spec.lines import (
    a2scan,
    a3scan,
    a4scan,
    a5scan,
    anscan,
    ascan,
    d2scan,
    d3scan,
    d4scan,
    d5scan,
    dnscan,
    dscan,
    lup,
    pointscan,
    th2th,
)
from bsh.plans.spec.lining_up import (
    lineup,
)
from bsh.plans.spec.meshes import (
    dmesh,
    mesh,
)
from bsh.plans.spec.times import (
    ct,
    loopscan,
    timescan,
)

__all__ = [
    "a2scan",
    "a3scan",
    "a4scan",
    "a5scan",
    "anscan",
    "ascan",
    "ct",
    "d2scan",
    "d3scan",
    "d4scan",
    "d5scan",
    "dmesh",
    "dnscan",
    "dscan",
    "lineup",
    "loopscan",
    "lup",
    "mesh",
    "pointscan",
    "th2th",
    "timescan",
]
