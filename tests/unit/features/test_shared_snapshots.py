"""Copies of snapshots in object storage: what is pseudonymous, whole or not there."""

import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pandas as pd
import pytest

from features import shared_snapshots
from features.checking.checks import check_source
from features.errors import SourceError
from features.shared_snapshots import DIGESTS, load_shared_tables, share_snapshot, withdraw_copies
from features.snapshot import KEPT_HERE, load_tables, write_snapshot
from features.source.readers import read_source
from simulation.city import invent_city, write_city
from simulation.knobs import Knobs


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace's snapshots, of a city in parts, and the id of one."""
    folder = tmp_path_factory.mktemp("shared")
    write_city(invent_city(Knobs.from_scale(employees=60, years=3), 2), folder / "source")
    snapshots = folder / "snapshots"
    return snapshots, write_snapshot(check_source(read_source(str(folder / "source"))), snapshots, b"key", people_a_part=25)


@pytest.fixture(params=["memory://city/snapshots", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    shared_snapshots._fetched.cache_clear()
    yield (tmp_path / "storage").as_uri() if request.param == "file" else request.param
    fsspec.filesystem("memory").store.clear()


def test_tables_read_from_a_copy_are_those_of_the_snapshot(kept, url):
    folder, name = kept
    share_snapshot(folder, name, url)
    here, there = load_tables(folder, name), load_shared_tables(url, name)
    assert here.frames.keys() == there.frames.keys()
    for table, frame in here.frames.items():
        pd.testing.assert_frame_equal(there[table], frame)
    pd.testing.assert_frame_equal(there.set_aside, here.set_aside)
    assert there.extracted_on == here.extracted_on


def test_who_is_who_never_leaves_the_workspace(kept, url):
    folder, name = kept
    share_snapshot(folder, name, url)
    storage, above = fsspec.core.url_to_fs(url)
    copied = {place.rpartition("/")[2] for place in storage.find(above)}
    assert set(KEPT_HERE) <= {path.name for path in (folder / name).iterdir()}
    assert copied.isdisjoint(KEPT_HERE)
    nips = pd.read_parquet(folder / name / "identity.parquet")["nip"].dropna()
    texts = b"".join(storage.cat_file(place) for place in storage.find(above) if not place.endswith(".parquet"))
    assert not any(nip.encode() in texts for nip in nips if nip)


def test_half_a_copy_is_none_and_a_damaged_one_is_refused(kept, url):
    folder, name = kept
    share_snapshot(folder, name, url)
    storage, above = fsspec.core.url_to_fs(url)
    damaged = f"{above}/{name}/units.parquet"
    storage.pipe_file(damaged, storage.cat_file(damaged)[:-1] + b"?")
    with pytest.raises(SourceError, match=r"units.parquet"):
        load_shared_tables(url, name)
    storage.rm_file(f"{above}/{name}/{DIGESTS}")
    with pytest.raises(SourceError, match="no whole copy"):
        load_shared_tables(url, name)
    share_snapshot(folder, name, url)
    assert load_shared_tables(url, name)["units"].shape == load_tables(folder, name)["units"].shape


def test_a_whole_copy_is_not_written_again_and_goes_with_its_snapshot(kept, url, tmp_path):
    folder, name = kept
    share_snapshot(folder, name, url)
    storage, above = fsspec.core.url_to_fs(url)
    mark = f"{above}/{name}/{DIGESTS}"
    storage.pipe_file(mark, json.dumps({"mine": "left as it is"}).encode())
    share_snapshot(folder, name, url)
    assert json.loads(storage.cat_file(mark)) == {"mine": "left as it is"}
    assert withdraw_copies(folder, url) == 0
    assert withdraw_copies(tmp_path / "nothing here", url) == 1
    assert not storage.exists(f"{above}/{name}")
    assert withdraw_copies(folder, f"{url}/never written") == 0
