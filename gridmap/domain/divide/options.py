"""What one division is asked to do."""

from dataclasses import dataclass

from gridmap.errors import InputError


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
                raise InputError(f"{name} is {getattr(self, name)}: give a whole number of households of at least 1.")
        if not 0 <= self.band < 1:
            raise InputError(f"band is {self.band}: give a share from 0 to below 1, such as 0.05.")
        if not 0 <= self.dangle_m <= 1000:
            raise InputError(f"dangle_m is {self.dangle_m}: give metres from 0 to 1000.")
