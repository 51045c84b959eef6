"""What a mark found in one world as a frame, kept on disk: an interrupted measurement goes on with the next world."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pandas as pd

from benchmarks.proof.sizes import Size
from pipelines.code import code_hash

ROOMS = ("features", "models", "evaluation", "simulation", "benchmarks/proof")


def kept(
    size: Size, mark: str, world: dict[str, object], make: Callable[[], pd.DataFrame], rooms: tuple[str, ...] = ROOMS
) -> pd.DataFrame:  # fmt: skip
    """Return the frame of ``world``, read from ``size.kept`` where the same code (of ``rooms``) has made it before."""
    if size.kept is None:
        return make()
    key = json.dumps([world, code_hash(*rooms)], sort_keys=True)
    path = size.kept / f"{mark}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make().to_parquet(path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)
    return pd.read_parquet(path)


def side_by_side(
    size: Size, make: Callable[..., pd.DataFrame], asked: Sequence[tuple[Any, ...]]
) -> Iterator[pd.DataFrame]:  # fmt: skip
    """Yield what ``make`` returns for each of the arguments ``asked``, in their order, ``size.processes`` at a time."""
    if size.processes == 1:
        yield from (make(*one) for one in asked)
        return
    with ProcessPoolExecutor(size.processes) as workers:
        yield from workers.map(make, *zip(*asked, strict=True))
