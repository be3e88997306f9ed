"""What this machine has: packages, memory, disk, a GPU.

In: nothing, or a folder. Out: plain numbers and names; None for what cannot be known here. Knows nothing about models.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container


def packages() -> tuple[dict[str, str], list[str]]:
    """The versions of what Wenbao needs, by name; and those that are missing or of another version than it needs.

    What the extra `models` brings is told where it is installed, and missed nowhere.
    """
    from packaging.requirements import Requirement

    versions, faults = {"python": platform.python_version()}, []
    try:
        needed = [Requirement(line) for line in importlib.metadata.requires("wenbao") or []]
    except importlib.metadata.PackageNotFoundError:
        return versions, ["wenbao"]
    for each in needed:
        wanted = not each.marker or each.marker.evaluate({"extra": ""})
        if not wanted and each.marker and not each.marker.evaluate({"extra": "models"}):
            continue
        try:
            versions[each.name] = importlib.metadata.version(each.name)
        except importlib.metadata.PackageNotFoundError:
            faults += [each.name] if wanted else []
            continue
        if not each.specifier.contains(versions[each.name], prereleases=True):
            faults.append(f"{each.name}{each.specifier}")
    return versions, faults


def memory() -> tuple[int, int] | tuple[None, None]:
    """Bytes of memory, and of them those that are free for a program: less in a container that has a limit."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return None, None
    limits = [int(text) for path in _LIMITS if (text := _read(path).strip()).isdigit()]
    total = min([total, *limits])
    available = re.search(r"^MemAvailable:\s+(\d+) kB", _read("/proc/meminfo"), re.M)
    return total, min(total, int(available[1]) * 1024) if available else total


def free_disk(folder: Path) -> int:
    """Bytes free where a folder lies, or will lie."""
    folder = folder.absolute()
    return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free


def gpu() -> tuple[str, int] | None:
    """The GPU that torch sees: its name and its bytes of memory (0 where it shares the machine's); else None."""
    if not find_spec("torch"):  # it comes with the extra `models`
        return None
    import torch

    if torch.cuda.is_available():
        device = torch.cuda.get_device_properties(0)
        return str(device.name), int(device.total_memory)
    return ("Apple MPS", 0) if torch.backends.mps.is_available() else None


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
