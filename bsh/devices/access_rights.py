"""What may be written, after an IOC that did not answer for a while answers again.

When a circuit does not answer, libca takes all rights away from its channels; when it answers again, the channels are
connected again, but nobody is told that the rights are back. ophyd believes what it was told last, and refuses every put
("No write access") until the IOC is started again. This tells the rights with each connection, before it.
"""

from __future__ import annotations

from typing import Any

__all__ = ["tell_rights_with_connections"]


def tell_rights_with_connections(ca: Any) -> None:
    """Have channels hear of their access rights whenever they are connected; for those made from now on.

    Parameters
    ----------
    ca : module
        ``epics.ca``.
    """
    from epics import dbr

    tell = ca._onConnectionEvent

    def on_connection(args: Any) -> None:
        if args.op == dbr.OP_CONN_UP:
            _tell_rights(ca, dbr.chid_t(args.chid))
        tell(args)

    ca._CB_CONNECT = dbr.make_callback(on_connection, dbr.connection_args)


def _tell_rights(ca: Any, channel: Any) -> None:
    try:
        entry = ca._get_cache_by_chid(channel.value)
    except KeyError:  # it was given up meanwhile
        return
    entry.run_access_event_callbacks(
        bool(ca.libca.ca_read_access(channel)), bool(ca.libca.ca_write_access(channel))
    )
