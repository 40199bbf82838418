"""Callbacks on external data: they ask a database to fill in what the documents only refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bsh.callbacks.callback_base import CallbackBase
from bsh.callbacks.figures import GridFigure
from bsh.callbacks.obj_fields import get_obj_fields, single_field
from bsh.callbacks.tiff import write_tiff
from bsh.callbacks.views import ViewGroup
from bsh.errors import UsageError
from bsh.protocols import Document

__all__ = ["BrokerCallbackBase", "LiveImage", "LiveTiffExporter"]


class BrokerCallbackBase(CallbackBase):
    """Fill in external data before ``event`` sees them.

    Parameters
    ----------
    fields : iterable of str or device
        Data keys whose values are wanted.
    db : object, optional
        Has ``fill_events(events=, descriptors=, fields=)``, or ``fill_event(event)``. Without it data must
        be filled in already.
    """

    def __init__(self, fields: Iterable[Any], *, db: Any = None) -> None:
        super().__init__()
        self.fields = get_obj_fields(fields)
        self.db = db
        self.clear()

    def clear(self) -> None:
        """Forget all descriptors."""
        self.descriptors: dict[str, Document] = {}

    def descriptor(self, doc: Document) -> None:
        """Keep a descriptor."""
        self.descriptors[doc["uid"]] = doc

    def stop(self, doc: Document) -> None:
        """Forget the descriptors of the run."""
        self.clear()

    def event(self, doc: Document) -> None:
        """Do nothing; subclasses call :meth:`filled`."""

    def filled(self, event: Document) -> dict[str, Any]:
        """Return the values of an event, with external data filled in; the event is not changed.

        Parameters
        ----------
        event : dict
            An event.

        Raises
        ------
        UsageError
            Data are to be filled in, and there is no `db`.
        """
        about = self.descriptors.get(event["descriptor"], {}).get("data_keys", {})
        told: dict[str, Any] = event.get("filled") or {}
        missing = [
            key
            for key in self.fields
            if key in event["data"] and (about.get(key) or {}).get("external") and not told.get(key, False)
        ]
        if not missing:
            return dict(event["data"])
        if self.db is None:
            raise UsageError(
                f"{', '.join(missing)} lie outside of the documents.",
                hint=f"give {type(self).__name__} the database that can read them: db=...",
            )
        copy = {**event, "data": dict(event["data"]), "filled": dict(told)}
        if hasattr(self.db, "fill_events"):
            found = self.db.fill_events(
                events=[copy], descriptors=[self.descriptors[event["descriptor"]]], fields=missing
            )
            copy = next(iter(found), copy)
        else:
            copy = self.db.fill_event(copy) or copy
        return dict(copy["data"])


class LiveImage(BrokerCallbackBase):
    """Show the last image of a field.

    Parameters
    ----------
    field : str or device
        Data key of the images; of a stack the last one is shown.
    db : object, optional
        As for :class:`BrokerCallbackBase`.
    cmap, norm, interpolation : optional
        For the image in matplotlib; other views ignore them.
    limit_func : callable, optional
        Takes the image, returns the values of the lowest and the highest colour.
    auto_redraw : bool, optional
        Tell the views of each image; without it :meth:`update` must be called.
    window_title : str, optional
        Title; the field without it.
    """

    ax = None

    def __init__(
        self,
        field: Any,
        *,
        db: Any = None,
        cmap: Any = None,
        norm: Any = None,
        limit_func: Callable[[Any], tuple[float, float]] | None = None,
        auto_redraw: bool = True,
        interpolation: Any = None,
        window_title: str | None = None,
    ) -> None:
        self.field = single_field(field)
        super().__init__((self.field,), db=db)
        self.cmap = cmap
        self.kwargs = {
            key: value
            for key, value in (("norm", norm), ("interpolation", interpolation))
            if value is not None
        }
        self.limit_func = limit_func
        self.auto_redraw = auto_redraw
        self.window_title = window_title
        self.image: Any = None
        self._views = ViewGroup()

    def start(self, doc: Document) -> None:
        """Ask for views."""
        self._views = ViewGroup(self)

    def event(self, doc: Document) -> None:
        """Take the image of an event, if it has one."""
        if self.field not in doc["data"]:
            return
        data = self.filled(doc)[self.field]
        if self.auto_redraw:
            self.update(data)

    def stop(self, doc: Document) -> None:
        """Tell the views that the run has ended."""
        self._views.finished()
        super().stop(doc)

    def update(self, data: Any) -> None:
        """Show an image.

        Parameters
        ----------
        data : array_like, shape ``(..., rows, columns)``
            Image, or stack of images.
        """
        import numpy as np

        image = np.asarray(data, dtype=float)
        while image.ndim > 2:
            image = image[-1]
        self.image = np.atleast_2d(image)
        self._views.changed()

    def figure(self) -> GridFigure | None:
        """Return the last image, first row at the top."""
        if self.image is None:
            return None
        rows, columns = self.image.shape
        return GridFigure(
            title=self.window_title or self.field,
            x_label="column",
            y_label="row",
            value_label=self.field,
            values=self.image,
            extent=(0.0, columns - 1.0, 0.0, rows - 1.0),
            y_positive="down",
            limits=None if self.limit_func is None else self.limit_func(self.image),
        )


class LiveTiffExporter(BrokerCallbackBase):
    """Save the images of a field as TIFF files.

    Parameters
    ----------
    field : str or device
        Data key of the images; each image of a stack gets a file of its own.
    template : str
        Path of the files, with ``{start...}``, ``{event...}`` and ``{i}``, the number of the image in its stack,
        for example ``"{start[scan_id]}_{event[seq_num]}_{i}.tiff"``.
    dryrun : bool, optional
        Only collect the names.
    overwrite : bool, optional
        Replace files that exist.
    db : object, optional
        As for :class:`BrokerCallbackBase`.

    Raises
    ------
    FileExistsError
        A file exists and `overwrite` is False.

    Attributes
    ----------
    filenames : list of str
        Files of the run.
    """

    def __init__(
        self, field: Any, template: str, dryrun: bool = False, overwrite: bool = False, db: Any = None
    ) -> None:
        self.field = single_field(field)
        super().__init__((self.field,), db=db)
        self.template = template
        self.dryrun = dryrun
        self.overwrite = overwrite
        self.filenames: list[str] = []
        self._start: Document = {}

    def start(self, doc: Document) -> None:
        """Begin a new list of files."""
        self.filenames = []
        self._start = doc

    def event(self, doc: Document) -> None:
        """Save the images of an event."""
        import numpy as np

        if self.field not in doc["data"]:
            return
        images = np.asarray(self.filled(doc)[self.field])
        stack = images.reshape(-1, *images.shape[-2:]) if images.ndim > 2 else [np.atleast_2d(images)]
        for i, image in enumerate(stack):
            name = self.template.format(start=self._start, event=doc, i=i)
            self._save(image, Path(name))
            self.filenames.append(name)

    def _save(self, image: Any, path: Path) -> None:
        if self.dryrun:
            return
        if path.exists() and not self.overwrite:
            raise FileExistsError(f"{path} exists; LiveTiffExporter(..., overwrite=True) would replace it")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_tiff(path, image)
