"""The few features of `msgspec.Struct` that items need, for the Python guest."""

from __future__ import annotations

from typing import Any, dataclass_transform


@dataclass_transform()
class Struct:
    """Fields from annotations, positional or by name; class options are accepted and ignored."""

    __struct_fields__: tuple[str, ...] = ()

    def __init_subclass__(cls, **_options: object) -> None:
        cls.__struct_fields__ = tuple(cls.__annotations__)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        values = dict(zip(self.__struct_fields__, args, strict=False)) | kwargs
        for name in self.__struct_fields__:
            if name in values:
                setattr(self, name, values[name])
            elif not hasattr(type(self), name):
                message = f"{type(self).__name__}() lacks the argument {name!r}"
                raise TypeError(message)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == getattr(other, "_values")()  # noqa: B009

    __hash__ = None  # type: ignore[assignment]  # items hold dicts

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value!r}" for name, value in self._values().items())
        return f"{type(self).__name__}({inner})"

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}
