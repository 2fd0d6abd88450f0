"""The product of two tables of finite numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def product(left: NDArray[Any], right: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
    """`left @ right`, without the warning that BLAS may leave behind.

    For small tables BLAS fills its registers with whatever memory lies beyond them and drops those lanes again, but the
    processor's note of an invalid operation stays. Nothing that is multiplied here can be infinite or no number.
    """
    with np.errstate(invalid="ignore"):
        found: NDArray[Any] = np.matmul(left, right, out=out)
    return found
