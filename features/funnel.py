"""The funnel in words: from people in post at the decision dates to the rows learned from, every loss counted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from features.bilingual import Bilingual

STEPS: Mapping[str, Bilingual] = {
    "at_risk": Bilingual("People in post x decision dates", "Pegawai dalam jabatan × tanggal keputusan"),
    "position_unknown": Bilingual("post held is not in the table of positions", "jabatannya tidak ada pada tabel jabatan"),
    "stale_knowledge": Bilingual("post held was not yet known that day", "jabatannya belum diketahui pada tanggal itu"),
    "disciplinary": Bilingual("a punishment was executed", "dijatuhi hukuman disiplin"),
    "frozen": Bilingual("frozen by an election", "larangan mutasi menjelang pilkada"),
    "destination_unknown": Bilingual("post moved to is not in the table", "jabatan tujuan tidak ada pada tabel jabatan"),
    "left": Bilingual("retired or left before the outcome", "pensiun atau keluar sebelum hasilnya ada"),
    "second_move": Bilingual("moved again before the outcome", "pindah lagi sebelum hasilnya ada"),
    "later_move": Bilingual("stayed, then moved before the outcome", "tetap, lalu pindah sebelum hasilnya ada"),
    "post_ended": Bilingual("post ended before the outcome", "jabatannya berakhir sebelum hasilnya ada"),
    "window_open": Bilingual("outcome not known yet", "hasilnya belum dapat diketahui"),
    "no_rating_after": Bilingual("no rating afterwards", "tidak ada nilai sesudahnya"),
    "learned": Bilingual("Learned from", "Dipelajari"),
}
"""Words of every step; the losses are `features.risk.EXCLUSIONS`."""
ENDS: Mapping[str, tuple[str, str]] = {"at_risk": ("at_risk", "at_risk_movers"), "learned": ("risk_rows", "risk_movers")}
"""Steps that lose nobody, and what they are called in a publication."""


def in_words(funnel: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Bilingual, int, int]]:
    """Give what each step is called, its rows, and movers among them; steps that lose nobody are left out.

    ``funnel``: step and rows, one entry per step, as a publication's run.json holds it; empty where nothing was learned.
    """
    if not funnel:
        return
    rows = {str(step["step"]): int(step["rows"]) for step in funnel}
    for step, words in STEPS.items():
        count, movers = (rows.get(key, 0) for key in ENDS.get(step, (f"excluded:{step}", f"excluded_movers:{step}")))
        if step in ENDS:
            yield words, count, movers
        elif count:
            yield Bilingual(f"− {words}", f"− {words.indonesian}"), count, movers
