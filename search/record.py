"""Records that cost next to nothing to define."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """The base of classes that are used as frozen dataclasses are.

    Making a dataclass compiles six methods, which takes Python a millisecond: a tenth of a search
    for those that every search needs. These methods are the same for all records.
    """

    record_fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.record_fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.record_fields
        given = dict(zip(names, values, strict=False)) | named
        if len(values) + len(named) != len(given) or not given.keys() <= {*names}:
            raise TypeError(f"{type(self).__name__} takes each of {', '.join(names)} once")
        own = vars(self)
        for name in names:  # in this order, by which records are compared
            try:
                own[name] = given[name] if name in given else getattr(type(self), name)
            except AttributeError:
                raise TypeError(f"{type(self).__name__} needs {name}") from None
        self.__post_init__()

    def __post_init__(self) -> None:
        """Check the values."""

    def __eq__(self, other: object) -> bool:
        """Compare all values of records of one class."""
        return vars(self) == vars(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        """Agree with __eq__."""
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        """Return what makes an equal record."""
        shown = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({shown})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse: records stay as they are."""
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse: records stay as they are."""
        raise AttributeError(f"{type(self).__name__} cannot be changed")
