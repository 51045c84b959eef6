"""What the JSON says where it refuses: title and detail of its problem documents, in both languages."""

from collections.abc import Iterable, Mapping
from typing import Any

from features.bilingual import Bilingual

Refusal = tuple[Bilingual, Bilingual]
"""Title and detail."""

NOT_SIGNED_IN: Refusal = (
    Bilingual("Not signed in", "Belum masuk"),
    Bilingual(
        "Sign in at /login; the answer's cookie opens this address.", "Masuk melalui /login; kuki jawabannya membuka alamat ini."
    ),
)
NOT_ALLOWED: Refusal = (
    Bilingual("Not allowed", "Bukan wewenang Anda"),
    Bilingual("The account's role may not do this.", "Peran akun ini tidak boleh melakukannya."),
)
TOO_MANY: Refusal = (
    Bilingual("Too many requests", "Terlalu sering"),
    Bilingual("Wait, and ask again.", "Tunggu sebentar, lalu coba lagi."),
)
TOKEN_NEEDED: Refusal = (
    Bilingual("A token is needed", "Perlu token"),
    Bilingual("Writes need a bearer token; make one at /account.", "Menulis memerlukan token; buat di /account."),
)
FAULT: Refusal = (
    Bilingual("Fault", "Terjadi kesalahan"),
    Bilingual("The fault was logged. Try again.", "Kesalahan sudah dicatat. Silakan coba lagi."),
)
AWAY: Refusal = (
    Bilingual("Database or disk cannot be used just now", "Basis data atau disk sedang tidak dapat dipakai"),
    Bilingual(
        "Try again in a moment. After a write, look first whether it is on record.",
        "Coba lagi sebentar lagi. Setelah menulis, lihat dahulu apakah sudah tercatat.",
    ),
)
MALFORMED = Bilingual("Malformed request", "Permintaan tidak sesuai")
NO_TEXT: Refusal = (
    MALFORMED,
    Bilingual("What was sent holds a sign that no text may hold.", "Yang dikirim memuat tanda yang tidak boleh ada dalam teks."),
)
NOT_ACCEPTED = Bilingual("Not accepted", "Tidak diterima")
NOTHING_PUBLISHED = Bilingual("Nothing published", "Belum ada hasil yang diterbitkan")
REFUSED = Bilingual("Refused", "Ditolak")
GETTING_READY: Refusal = (
    Bilingual("Getting ready", "Sedang disiapkan"),
    Bilingual(
        "The reasons are being made ready. Ask again in a moment.", "Alasannya sedang disiapkan. Silakan coba lagi sebentar lagi."
    ),
)

NO_POSITION = Bilingual("This position is not in the run in force.", "Jabatan ini tidak ada pada hasil yang berlaku.")
NO_CANDIDATE = Bilingual(
    "This candidate of this position is not in the run in force.", "Kandidat jabatan ini tidak ada pada hasil yang berlaku."
)
NOT_LISTED = Bilingual(
    "Position and employee are in the run in force, but the employee is not on this position's list. Why not is told by the page"
    " /positions/POSITION/candidates/EMPLOYEE; who was ruled out last and by which rule, by"
    " /api/v1/positions/POSITION/exclusions.",
    "Jabatan dan pegawai itu ada pada hasil yang berlaku, tetapi pegawai itu tidak ada pada daftar jabatan ini. Sebabnya"
    " dijelaskan pada halaman /positions/JABATAN/candidates/PEGAWAI; siapa yang paling akhir gugur dan oleh aturan apa, pada"
    " /api/v1/positions/JABATAN/exclusions.",
)
NO_PAIR = Bilingual(
    "The run in force knows no such position or employee.", "Jabatan atau pegawai itu tidak ada pada hasil yang berlaku."
)
NO_ENTRY = Bilingual("There is no such entry, or it is withdrawn already.", "Isian itu tidak ada, atau sudah ditarik.")
NO_FORM = Bilingual("There is no such form.", "Formulir itu tidak ada.")
NO_MOVE = Bilingual("There is no such move.", "Mutasi itu tidak ada.")

_BY_STATUS = {
    404: Bilingual("There is nothing at this address.", "Tidak ada apa-apa di alamat ini."),
    413: Bilingual("The request is larger than this address takes.", "Permintaan melebihi batas alamat ini."),
    405: Bilingual("This address does not take this method.", "Alamat ini tidak menerima metode itu."),
}
_TITLES = {
    404: Bilingual("Not found", "Tidak ditemukan"),
    413: Bilingual("Too large", "Terlalu besar"),
    405: Bilingual("Method not allowed", "Metode tidak diterima"),
}
_OTHERWISE = Bilingual("The request cannot be answered.", "Permintaan tidak dapat dijawab.")


def refused(status: int, detail: str) -> Refusal:
    """Return what is said of ``status``; ``detail`` itself where it is one of ours, and not a word of the framework."""
    return _TITLES.get(status, REFUSED), detail if isinstance(detail, Bilingual) else _BY_STATUS.get(status, _OTHERWISE)


def malformed(faults: Iterable[Mapping[str, Any]]) -> Refusal:
    """Return which places of a request are not as expected; what was sent is not repeated."""
    places = ", ".join(sorted({".".join(str(part) for part in fault["loc"]) for fault in faults}))
    return MALFORMED, Bilingual(f"Not as expected: {places}.", f"Tidak sesuai: {places}.")
