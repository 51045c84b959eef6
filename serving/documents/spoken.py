"""What speaks for a move, said to the person it concerns: letters speak of people, not of estimates."""

from collections.abc import Mapping
from typing import Any

from rules.wording import MISSING

SPOKEN: Mapping[str, str] = {
    "performance": "Riwayat kinerja Saudara memberi ruang untuk meningkat di jabatan ini",
    "experience": "Pengalaman kerja Saudara mendukung tugas di jabatan ini",
    "education": "Pendidikan Saudara sesuai dengan jabatan ini",
    "competency": "Kompetensi Saudara dibandingkan dengan standar jabatan ini mendukung penugasan ini",
    "training": "Pelatihan yang telah Saudara ikuti mendukung tugas di jabatan ini",
    "leadership": "Pengalaman memimpin Saudara mendukung tugas di jabatan ini",
    "tenure": "Masa tugas Saudara di jabatan sekarang sudah waktunya diikuti tugas baru",
    "rank": "Golongan dan jenjang Saudara sesuai dengan jabatan ini",
    "views": "Penilaian rekan dan atasan mendukung penugasan Saudara di jabatan ini",
    "moves": "Riwayat perpindahan Saudara mendukung penugasan ini",
    "distance": "Letak unit kerja tujuan mendukung penugasan ini",
    "position": "Riwayat para pemegang jabatan ini menunjukkan peluang berkinerja lebih baik",
    "unit": "Riwayat unit kerja tujuan menunjukkan peluang berkinerja lebih baik",
}
"""By concept of the model's contributions; all other reasons rest on rules, need and record, and are said as they are."""


def spoken(reason: Mapping[str, Any]) -> str:
    """Return a reason *for* a move as a sentence to the person, with the record it rests on.

    ``reason``: concept, contribution (None for what is no part of the estimate), id and record, as published.
    """
    phrase = SPOKEN.get(str(reason["concept"])) if reason.get("contribution") is not None else None
    if phrase is None:
        return str(reason["id"])
    record = str(reason.get("record") or "")
    if record.endswith(MISSING[0]):  # no praise may rest on what is not known
        return f"{record}; hal itu tidak mengurangi prakiraan di jabatan ini."
    return f"{phrase} ({record[:1].lower() + record[1:] if record[1:2].islower() else record})." if record else f"{phrase}."
