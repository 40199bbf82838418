"""Not offered yet; importing it says why."""

from bsh.bluesky.adapted.removed import refuse

refuse("bluesky.commandline.zmq_proxy")
