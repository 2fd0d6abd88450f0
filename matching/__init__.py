"""Which mentors might suit a mentee, and why.

The arrays here are many and small. BLAS's own threads only get in each other's way at that size (18 times slower at
500 × 200 on two cores), so they are switched off unless the environment says otherwise. This must run before numpy loads.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
