"""What a source checked in parts must be: the source checked whole."""

import pandas as pd

from features.checking.checks import CheckedSource
from features.checking.shelf import Shelf
from features.snapshot import lost_rows
from features.source.raw import FILE


def assert_same(whole: CheckedSource, pieces: CheckedSource) -> None:
    """Tables in parts are compared in the order of content, everything else as it is."""
    assert isinstance(pieces.tables, Shelf)
    for name, frame in whole.tables.items():
        found, expected = pieces.tables[name], frame
        if pieces.tables.parted(name):
            found, expected = (
                one.sort_values(list(one.columns), key=lambda cells: cells.astype("str")).reset_index(drop=True)
                for one in (found, expected)
            )
        pd.testing.assert_frame_equal(found, expected, obj=name)
    pd.testing.assert_frame_equal(pieces.quarantine, whole.quarantine)
    assert set(pieces.set_aside) == set(whole.set_aside)
    for name, rows in whole.set_aside.items():
        pd.testing.assert_frame_equal(pieces.set_aside[name].astype({FILE: "str"}), rows.astype({FILE: "str"}))
    pd.testing.assert_frame_equal(pieces.report.tables, whole.report.tables)
    pd.testing.assert_frame_equal(pieces.report.faults, whole.report.faults)
    assert (pieces.report.notes, pieces.report.reasons) == (whole.report.notes, whole.report.reasons)
    assert (pieces.extracted_on, dict(pieces.digests)) == (whole.extracted_on, dict(whole.digests))
    pd.testing.assert_frame_equal(lost_rows(pieces), lost_rows(whole))
