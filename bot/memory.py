"""How much memory this process has taken at most."""

import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_kib() -> int:
    """Return the peak of resident memory in KiB.

    Where the kernel tells it of this very program it is taken from there: the usual figure also
    counts what the parent held at the moment of the start.
    """
    if STATUS.exists():
        for line in STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
