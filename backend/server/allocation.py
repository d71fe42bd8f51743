"""How the workers' memory is allocated: what was large is given back when it is no longer used.

By itself glibc keeps it for the next time: two passwords being hashed, 19 MiB each, or one list of 10,000 tasks, 3 MB several
times over, stayed in each worker for good. Huge pages keep the price of taking such blocks anew below a tenth of a hash.
"""

import os

_TUNABLES = "glibc.malloc.mmap_threshold=1048576:glibc.malloc.hugetlb=1"


def give_back_what_is_large() -> None:
    """For the processes started from now on (mallopt(3); elsewhere than on glibc it means nothing)."""
    os.environ.setdefault("GLIBC_TUNABLES", _TUNABLES)
