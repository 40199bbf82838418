"""Not offered yet; importing it says why."""

from bsh.bluesky.adapted.removed import refuse

refuse("bluesky.utils.jupyter")
