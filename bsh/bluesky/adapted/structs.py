"""Classes whose arguments are listed in ``_fields``."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Any, ClassVar

__all__ = ["Struct", "StructMeta"]


class StructMeta(type):
    """Gives a class the signature that its ``_fields`` describe, and a keyword ``md``."""

    __signature__: Signature

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        fields: list[str] = getattr(cls, "_fields", [])
        positional = [Parameter(field, Parameter.POSITIONAL_OR_KEYWORD) for field in fields]
        cls.__signature__ = Signature([*positional, Parameter("md", Parameter.KEYWORD_ONLY, default=None)])


class Struct(metaclass=StructMeta):
    """Take the fields as arguments and keep them as attributes.

    Examples
    --------
    >>> class Point(Struct):
    ...     _fields = ["x", "y"]
    >>> point = Point(1, y=2)
    >>> point.set(x=5)
    >>> point.x, point.y, point.md
    (5, 2, None)
    """

    _fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = type(self).__signature__.bind(*args, **kwargs)
        given.apply_defaults()
        self.flyers: list[Any] = []
        self.set(**given.arguments)

    def set(self, **kwargs: Any) -> None:
        """Change attributes.

        Parameters
        ----------
        **kwargs
            New values.
        """
        vars(self).update(kwargs)
