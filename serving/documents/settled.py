"""Office files whose bytes depend on what they say alone, not on when they were written."""

import io
import re
import zipfile

_DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)")
_DAY = (1980, 1, 1, 0, 0, 0)


def settled(packed: bytes) -> bytes:
    """Return a Word or Excel file with the times of its parts and of its properties set to fixed ones."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _DATED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", part)
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return kept.getvalue()
