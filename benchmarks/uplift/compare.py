"""UpliftModel beside its peers on the sets of protocol.py, in one run: `python -m benchmarks.uplift.compare --peers PYTHON`.

About 20 processor minutes, most of them the peers'. What is on disk already is not made again, so an interrupted run goes on.
`--only ours` measures UpliftModel alone, on the data that lie there, into a block of its own; the peers' tables stay as they are.
"""

import argparse
import os
import subprocess
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks.proof.page import captioned, put
from benchmarks.uplift import ours, planted, score
from benchmarks.uplift.protocol import SETS, instances

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "benchmarks-uplift.md"
PANELS = "TEPAT_PANELS"
OUR_PACKAGES = ("lightgbm", "scikit-learn", "numpy", "pandas")
PEER_PACKAGES = ("econml", "causalml", "causallib", "lightgbm", "scikit-learn", "numpy", "pandas")


def names(part: str, panels: bool) -> list[str]:
    """Return the files of ``part``, one instance of every set after another, so that an unfinished run is a balanced one."""
    chosen = [one for one in SETS if panels or one.source == "public"]
    most = max(len(getattr(one, part)) for one in chosen)
    return [f"{one.name}-{getattr(one, part)[k]}" for k in range(most) for one in chosen if k < len(getattr(one, part))]


def main() -> None:
    """Write data, fit all methods, score, and put the tables on the page."""
    given = _arguments()
    data, forecasts = given.folder / given.part, given.folder / f"{given.part}-forecasts"
    panels = os.environ.get(PANELS, "")
    files = names(given.part, bool(panels))
    if given.only:
        ours.write(data, forecasts, files)
        scored = score.scores(data, forecasts)
        _publish(
            given, "compare-ours", f"`compare --only ours`, revision {given.revision}. {_our_versions()}.", score.ours_alone(scored)
        )
        return
    _write_data(given.peers, data, given.part, panels)
    _in_peers(given.peers, "peers.py", str(data), str(forecasts), *files)
    ours.write(data, forecasts, files)
    scored = score.scores(data, forecasts)
    _publish(given, "compare", f"`make compare`, revision {given.revision}. {_versions(given.peers)}", score.tables(scored))


def _publish(given: argparse.Namespace, block: str, made_by: str, tables: dict[str, pd.DataFrame]) -> None:
    """Print the tables, and where a date was given put them on the page."""
    text = captioned(tables)
    print(text)
    if given.date:
        put(PAGE, block, f"*Made on {given.date} by {made_by}*\n\n{text}")


def _write_data(peers: str, data: Path, part: str, panels: str) -> None:
    if not data.exists():
        _in_peers(peers, "public_sets.py", str(data), part)
    for name, seed in instances(part, "panel") if panels else []:
        if not (data / f"{name}-{seed}.parquet").exists():
            planted.write(Path(panels), data, name, seed)


def _in_peers(peers: str, script: str, *arguments: str) -> None:
    """Run a script in the peers' environment, one thread."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    absolute = [str(Path(one).resolve()) if os.sep in one else one for one in arguments]
    environment = {**os.environ, **threads, "PYTHONWARNINGS": "ignore"}
    environment.pop("PYTHONPATH", None)  # nothing of ours is imported there
    subprocess.run([peers, script, *absolute], cwd=HERE, env=environment, check=True)  # noqa: S603


def _versions(peers: str) -> str:
    ask = "import importlib.metadata as m, sys; print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
    theirs = subprocess.run([peers, "-c", ask, *PEER_PACKAGES], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    return f"{_our_versions()}; peers with {theirs}."


def _our_versions() -> str:
    return f"Ours with {', '.join(f'{name} {version(name)}' for name in OUR_PACKAGES)}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default="", help="Python of the peers' environment (make peers); needed unless --only ours")
    parser.add_argument("--only", choices=("ours",), help="leave the peers' forecasts and tables as they are")
    parser.add_argument("--folder", type=Path, default=Path("workspace/compare"), help="data and forecasts")
    parser.add_argument("--part", choices=("reported", "development"), default="reported")
    parser.add_argument("--date", default="", help="of the measurement; without it the page is left alone")
    parser.add_argument("--revision", default="", help="what git describe says of the code measured")
    given = parser.parse_args()
    if not given.peers and not given.only:
        parser.error("--peers is needed unless --only ours")
    return given


if __name__ == "__main__":
    main()
