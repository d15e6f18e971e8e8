"""What a class is not handed, since it does not say that it reads it."""

from __future__ import annotations

from typing import Any, NoReturn

from oversight.errors import ActorError


class Absent:
    """Stands in a `Situation` for a quantity that is not in the class's `uses`; whoever touches it is told so."""

    __slots__ = ("name",)
    __array_ufunc__ = None  # so that an array leaves the operation to this object

    def __init__(self, name: str):
        self.name = name

    def __deepcopy__(self, memo: Any) -> Absent:
        return self

    def __reduce__(self) -> tuple[type[Absent], tuple[str]]:
        return Absent, (self.name,)

    def _refuse(self, *_: Any) -> NoReturn:
        raise ActorError(f'this class reads `now.{self.name}` without naming "{self.name}" in `uses`')

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copying and pickling ask for
            raise AttributeError(name)
        self._refuse()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __abs__ = __invert__ = _refuse
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __float__ = __int__ = __len__ = __iter__ = __getitem__ = __array__ = _refuse


HARM: Any = Absent("harm")
RECORD: Any = Absent("record")
WEALTH: Any = Absent("wealth")
TURNOVER: Any = Absent("turnover")
DRAW: Any = Absent("draw")
TRAITS: Any = Absent("traits")
INCOME: Any = Absent("income")
POLICY: Any = Absent("policy")
BASE: Any = Absent("base")
NEIGHBOURS: Any = Absent("neighbours")
NEIGHBOURS_SANCTIONED: Any = Absent("neighbours_sanctioned")
SIGNAL: Any = Absent("signal")
