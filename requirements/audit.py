"""Whether what is installed is what was locked: ``make audit``.

Offline: every installed package stands in the lock under its version, nothing else is installed, every pin has hashes, and every
installed file still has the hash its package recorded. Known vulnerabilities need a data base of them and the network: they are
looked up by pip-audit where that is on the path, else it is said that they were not.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

LOCK = Path(__file__).with_name("all.lock")
OWN = {"tepat", "pip", "setuptools", "wheel"}
"""The project itself, and what a new environment brings."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def plain(name: str) -> str:
    """Return a package's name as the lock writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, tuple[str, bool]]:
    """Return version, and whether there are hashes, of every package in the lock."""
    return {
        plain(name): (version, "--hash=sha256:" in rest) for name, version, rest in _PIN.findall(LOCK.read_text(encoding="utf-8"))
    }


def unlike_the_lock() -> Iterator[str]:
    """Yield what is installed and not locked, or locked otherwise, and pins without a hash."""
    pins = locked()
    yield from (f"{name}: no hash in the lock" for name, (_, hashed) in pins.items() if not hashed)
    for name, version in sorted({plain(one.name): one.version for one in distributions()}.items()):
        if name not in OWN and pins.get(name, ("", False))[0] != version:
            yield f"{name} {version}: the lock has {pins.get(name, ('none', False))[0]}"


def altered() -> Iterator[str]:
    """Yield installed files that are not what their package recorded."""
    for one in distributions():
        if plain(one.name) not in OWN:
            yield from (f"{plain(one.name)}: {place}" for place in _altered(one))


def _altered(one: Distribution) -> Iterator[str]:
    for file in one.files or ():
        path = Path(str(file.locate()))
        if file.hash is None or path.suffix == ".pyc" or ".." in file.parts:  # scripts name the environment they were put in
            continue
        if not path.is_file():
            yield f"{file} is gone"
            continue
        digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            yield f"{file} is altered"


def main() -> int:
    """Say what is wrong; 1 if anything is."""
    wrong = [*unlike_the_lock(), *altered()]
    sys.stdout.write("\n".join([*wrong, f"{len(wrong)} finding(s) in {len(locked())} locked packages\n"]))
    auditor = shutil.which("pip-audit")
    if auditor is None:
        sys.stdout.write("Known vulnerabilities were not looked up: pip-audit is not on the path.\n")
        return int(bool(wrong))
    command = [auditor, "--requirement", str(LOCK), "--require-hashes", "--disable-pip", "--no-deps"]
    return int(bool(wrong)) or subprocess.run(command, check=False).returncode  # noqa: S603 - a fixed command


if __name__ == "__main__":
    raise SystemExit(main())
