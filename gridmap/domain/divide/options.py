"""What one division is asked to do."""

from dataclasses import dataclass

from gridmap.errors import InputError
from gridmap.sentence import Term


@dataclass(frozen=True)
class DivideOptions:
    """The rules' figures, in households unless the name says otherwise."""

    target: int = 100
    """Households of a grid."""
    keep_whole: int = 130
    """A hamlet of up to so many is not cut."""
    min_side: int = 50
    """A barrier binds where both sides have at least so many."""
    band: float = 0.05
    """With previous grids: the share by which a grid may differ from the mean before anyone is moved."""
    dangle_m: float = 25.0
    """A barrier that ends this close to an outline or another barrier is taken to reach it."""

    def __post_init__(self) -> None:
        for name in ("target", "keep_whole", "min_side"):
            if getattr(self, name) < 1:
                raise InputError(
                    "{name} is {given}: give a whole number of households of at least 1.",
                    name=Term("field", name),
                    given=getattr(self, name),
                )
        if not 0 <= self.band < 1:
            raise InputError("band is {given}: give a share from 0 to below 1, such as 0.05.", given=self.band)
        if not 0 <= self.dangle_m <= 1000:
            raise InputError("dangle_m is {given}: give metres from 0 to 1000.", given=self.dangle_m)
