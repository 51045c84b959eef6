"""The funnel of a run on the terminal: from people in post at the decision dates to the rows learned from, every loss counted."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from pipelines.texts import Texts

STEPS: Mapping[str, tuple[str, str]] = {
    "at_risk": ("Pegawai dalam jabatan × tanggal keputusan", "People in post x decision dates"),
    "position_unknown": ("jabatannya tidak ada pada tabel jabatan", "post held is not in the table of positions"),
    "stale_knowledge": ("jabatannya belum diketahui pada tanggal itu", "post held was not yet known that day"),
    "disciplinary": ("dijatuhi hukuman disiplin", "a punishment was executed"),
    "frozen": ("larangan mutasi menjelang pilkada", "frozen by an election"),
    "destination_unknown": ("jabatan tujuan tidak ada pada tabel jabatan", "post moved to is not in the table"),
    "left": ("pensiun atau keluar sebelum hasilnya ada", "retired or left before the outcome"),
    "second_move": ("pindah lagi sebelum hasilnya ada", "moved again before the outcome"),
    "later_move": ("tetap, lalu pindah sebelum hasilnya ada", "stayed, then moved before the outcome"),
    "post_ended": ("jabatannya berakhir sebelum hasilnya ada", "post ended before the outcome"),
    "window_open": ("hasilnya belum dapat diketahui", "outcome not known yet"),
    "no_rating_after": ("tidak ada nilai sesudahnya", "no rating afterwards"),
    "learned": ("Dipelajari", "Learned from"),
}
"""Words of every step, Indonesian and English; the losses are `features.risk.EXCLUSIONS`."""


def funnel_table(funnel: Sequence[Mapping[str, Any]], texts: Texts) -> Table:
    """Return the funnel as a table: rows, and movers among them, per step; steps that lose nobody are left out.

    ``funnel``: step and rows, one entry per step, as a publication's run.json holds it; empty where nothing was learned.
    """
    rows = {str(step["step"]): int(step["rows"]) for step in funnel}
    table = Table(title=texts("funnel"), title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("", header_style="dim")
    for name in ("funnel_rows", "funnel_movers"):
        table.add_column(texts(name), justify="right", header_style="dim")
    for step, words in STEPS.items():
        ends = {"at_risk": ("at_risk", "at_risk_movers"), "learned": ("risk_rows", "risk_movers")}
        keys = ends.get(step, (f"excluded:{step}", f"excluded_movers:{step}"))
        count, movers = (rows.get(key, 0) for key in keys)
        if count or step in ends:
            mark = "" if step in ends else "− "
            table.add_row(mark + words[texts.language == "en"], texts.count(count), texts.count(movers))
    return table
