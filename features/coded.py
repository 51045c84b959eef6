"""Texts as categories: every distinct text once, its place in every row; the same in files, where texts repeat from row to row."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.sorting import Ints
from features.text_index import TextIndex, arrow_texts

_INDEX = "__index_level_0__"
_TEXT = pa.large_string()


def coded_texts(places: NDArray[np.integer], texts: pd.Index) -> pd.Categorical:
    """Return the column whose rows hold the texts at ``places`` (-1: empty); that ``texts`` are distinct is not looked at."""
    return pd.Categorical.from_codes(places, dtype=_categories(pd.Index(texts, dtype="str")), validate=False)


def _categories(texts: pd.Index) -> pd.CategoricalDtype:
    dtype: pd.CategoricalDtype = pd.CategoricalDtype._from_fastpath(texts, ordered=False)
    return dtype  # the public way hashes every text, as an object, to see that it is there once


def is_coded(column: pd.Series) -> bool:
    """Return whether a column holds its texts as categories."""
    return isinstance(column.dtype, pd.CategoricalDtype)


def distinct(column: pd.Series) -> tuple[NDArray[np.integer], pd.Index]:
    """Return the place of every row's text (-1: empty) among distinct texts, and these; of categories some may be in no row."""
    if is_coded(column):
        return column.cat.codes.to_numpy(), column.cat.categories
    places, texts = pd.factorize(column)
    return places, pd.Index(texts)


class Listing:
    """Distinct texts; where other texts stand among them is remembered of those asked about last, as long as these are the same."""

    def __init__(self, texts: pd.Index, index: TextIndex | None = None) -> None:
        self.texts = texts
        self._index = index or TextIndex(texts)
        self._asked: pd.Index | None = None
        self._found = np.empty(0, dtype=np.int64)

    def places(self, texts: pd.Index) -> Ints:
        """Return the place of each of ``texts``, -1 where it is not there."""
        if texts is not self._asked:
            self._asked, self._found = texts, self._index.places(texts)
        return self._found

    def again(self) -> "Listing":
        """Return the same list with a memory of its own; the texts are looked up in one and the same index."""
        return Listing(self.texts, self._index)


def used_texts(column: pd.Series) -> pd.Index:
    """Return the distinct texts of a column that a row holds."""
    places, texts = distinct(column)
    return texts[held(places, len(texts))]


def held(places: NDArray[np.integer], count: int) -> NDArray[np.bool_]:
    """Return which of ``count`` places a row holds."""
    found = np.zeros(count + 1, dtype=bool)
    found[places] = True  # -1 is the last
    return found[:count]


def with_texts(column: pd.Series, texts: pd.Series) -> pd.Series:
    """Return ``column`` with other texts in place of its distinct ones (`distinct`), coded if it is."""
    places, _ = distinct(column)
    if not is_coded(column):
        return pd.Series(texts.array.take(places, allow_fill=True), index=column.index)
    other, names = pd.factorize(texts)
    return pd.Series(coded_texts(np.append(other, -1)[places], pd.Index(names)), index=column.index)


def plain(column: pd.Series) -> pd.Series:
    """Return a column with its texts row by row."""
    if not is_coded(column):
        return column
    texts = column.cat.categories.astype("str").array
    return pd.Series(texts.take(column.cat.codes.to_numpy(), allow_fill=True), index=column.index, name=column.name)


def plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with all its texts row by row."""
    coded = [name for name in frame.columns if is_coded(frame[name])]
    return frame.assign(**{name: plain(frame[name]) for name in coded}) if coded else frame


def arrow_table(frame: pd.DataFrame, *, index: bool) -> pa.Table:
    """Return a frame as an Arrow table, with its ``index`` or not; coded columns are dictionaries, few texts in small places."""
    coded = [name for name in frame.columns if is_coded(frame[name])]
    table = pa.Table.from_pandas(frame.drop(columns=coded), preserve_index=index)
    arrays = {name: _dictionary(frame[name].cat.codes.to_numpy(), frame[name].cat.categories) for name in coded}
    columns = {name: arrays[name] if name in arrays else table[name] for name in frame.columns}
    columns |= {name: table[name] for name in table.column_names if name not in columns}
    return pa.table(columns).replace_schema_metadata(table.schema.metadata)


def _dictionary(places: NDArray[np.integer], texts: pd.Index) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(_arrow_places(places), arrow_texts(texts))


def _arrow_places(places: NDArray[np.integer]) -> pa.Array:
    empty = places < 0
    return pa.array(places, mask=empty if empty.any() else None)


def trimmed(table: pa.Table) -> pa.Table:
    """Return a table of one chunk whose dictionaries, where they are longer than the table, hold only what a row holds."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type) and table.num_rows:
            array = table.column(place).chunk(0)
            if len(array.dictionary) > table.num_rows:
                table = table.set_column(place, field, _trimmed(array))
    return table


def _trimmed(array: pa.DictionaryArray) -> pa.DictionaryArray:
    places = _places(array)
    found = held(places, len(array.dictionary))
    of_place = np.append(np.cumsum(found) - 1, -1).astype(places.dtype)[places]
    return pa.DictionaryArray.from_arrays(_arrow_places(of_place), array.dictionary.filter(pa.array(found)))


def stacked(tables: Iterable[pa.Table]) -> pa.Table:
    """Return tables that `arrow_table` made one below the other, the places in dictionaries as wide as the widest of them."""
    given = list(tables)
    return pa.concat_tables([_alike(table, given) for table in given])


def _alike(table: pa.Table, others: Sequence[pa.Table]) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            widest = max((other.field(place).type.index_type for other in others), key=lambda where: where.bit_width)
            table = table.set_column(place, field.name, _with_places(table.column(place), widest))
    return table


def _with_places(column: pa.ChunkedArray, where: pa.DataType) -> pa.ChunkedArray:
    if column.type.index_type == where:
        return column
    chunks = [pa.DictionaryArray.from_arrays(chunk.indices.cast(where), chunk.dictionary) for chunk in column.chunks]
    return pa.chunked_array(chunks, type=pa.dictionary(where, _TEXT))


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Return the frame of an Arrow table that `arrow_table` made, or of several one below the other."""
    coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    rest = table.drop_columns(coded).to_pandas(split_blocks=True)
    columns = {
        name: _coded(table[name], rest.index) if name in coded else rest[name] for name in table.column_names if name != _INDEX
    }
    return pd.DataFrame(columns, index=rest.index, copy=False)


def _coded(column: pa.ChunkedArray, index: pd.Index) -> pd.Series:
    most = sum(len(chunk.dictionary) for chunk in column.chunks)
    whole = _with_places(column, pa.from_numpy_dtype(np.min_scalar_type(-most - 1))).unify_dictionaries()
    texts = whole.chunk(0).dictionary if whole.num_chunks else pa.array([], _TEXT)
    places = [_places(chunk) for chunk in whole.chunks]
    return pd.Series(
        coded_texts(np.concatenate(places) if places else np.empty(0, np.int32), pd.Index(texts.to_pandas())), index=index
    )


def _places(array: pa.DictionaryArray) -> NDArray[np.signedinteger]:
    return np.asarray((pc.fill_null(array.indices, -1) if array.null_count else array.indices).to_numpy())


def below(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return frames of the same columns one below the other, with their indexes, coded where they are."""
    given = list(frames)
    if len(given) == 1:
        return given[0]
    return frame_of(stacked(arrow_table(frame, index=True) for frame in given))


def text_ranks(column: pd.Series) -> tuple[Ints, pd.Index]:
    """Return every cell's rank among the sorted distinct texts of a coded column (-1: empty), and these."""
    places, texts = distinct(column)
    found = held(places, len(texts))
    names = texts[found]
    order = np.asarray(pc.array_sort_indices(arrow_texts(names)))
    rank = np.full(len(texts) + 1, -1, dtype=np.int64)
    rank[np.flatnonzero(found)[order]] = np.arange(len(order))
    return rank[places], names[order]
