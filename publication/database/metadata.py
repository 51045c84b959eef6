"""The tables people write to share these metadata, apart from the projection's: they are migrated, never rebuilt."""

import sqlalchemy as sa

RECORDS = sa.MetaData()

APPEND_ONLY = "append_only"
"""Key of a table's ``info``: rows are added, never changed; a trigger refuses an update, see the migrations."""

KEPT = "kept"
"""Key of a table's ``info``: no row is ever deleted either."""
