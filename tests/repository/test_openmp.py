"""A machine without libgomp1: LightGBM finds the runtime that scikit-learn's wheel ships, under the name it asks for."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from requirements import openmp

PACKAGES = Path(sysconfig.get_path("purelib"))
WHO_ANSWERS = """
import ctypes, pathlib
exec(pathlib.Path({loader!r}).read_text())
ctypes.CDLL("libgomp.so.1").omp_get_max_threads()
print({{line.split()[-1] for line in open("/proc/self/maps") if "gomp" in line}})
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Return a folder of packages in which scikit-learn's runtime is all there is."""
    shipped = openmp.shipped(PACKAGES)
    (tmp_path / "scikit_learn.libs").mkdir()
    (tmp_path / "scikit_learn.libs" / shipped.name).symlink_to(shipped)
    return tmp_path


def test_the_copy_answers_to_the_name_lightgbm_asks_for(packages: Path) -> None:
    copy = openmp.bring(packages)
    asked = subprocess.run(
        [sys.executable, "-I", "-S", "-c", WHO_ANSWERS.format(loader=str(packages / openmp.LOADER))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert asked.stdout.strip() == str({str(copy)})


def test_no_package_is_altered(packages: Path) -> None:
    before = openmp.shipped(PACKAGES).read_bytes()
    openmp.bring(packages)
    assert openmp.shipped(PACKAGES).read_bytes() == before


def test_where_nothing_is_shipped_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="install libgomp1"):
        openmp.bring(tmp_path)
