"""Words for coded values, by the column they stand in."""

CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "eligible": {
        "yes": ("Memenuhi syarat", "Eligible"),
        "unknown": ("Perlu dilengkapi", "To be completed"),
        "no": ("Tidak memenuhi", "Not eligible"),
    },
    "release": {
        "champion": ("Dipakai: lolos uji pada data kota ini", "In use: passed validation on this city's data"),
        "refused": ("Ditolak: belum lolos uji", "Refused: did not pass validation"),
        "none": ("Belum ada model", "No model yet"),
    },
    "verdict": {
        "pass": ("terpenuhi", "met"),
        "fail": ("tidak terpenuhi", "not met"),
        "unknown": ("belum dapat dinilai", "not yet judged"),
        "not assessed": ("tidak dinilai", "not assessed"),
    },
    "grade": {
        "A": ("bukti kuat", "strong evidence"),
        "B": ("bukti cukup", "fair evidence"),
        "C": ("bukti lemah", "weak evidence"),
        "D": ("belum cukup bukti", "not enough evidence"),
    },
    "fact": {
        "active": ("aktif", "active"),
        "none": ("tidak ada", "none"),
        "first": ("penempatan pertama", "first post"),
        "assigned": ("ditempatkan", "assigned"),
        "selected": ("hasil seleksi", "selected"),
        "promotion": ("promosi", "promotion"),
        "own_request": ("permintaan sendiri", "own request"),
        "light": ("ringan", "light"),
        "moderate": ("sedang", "moderate"),
        "severe": ("berat", "severe"),
    },
    "job_kind": {
        "executive": ("JPT Pratama", "Senior executive (JPT)"),
        "administrator": ("Administrator", "Administrator"),
        "supervisor": ("Pengawas", "Supervisor"),
        "staff": ("Pelaksana", "Staff"),
        "functional_expert": ("Fungsional keahlian", "Functional, expert"),
        "functional_skilled": ("Fungsional keterampilan", "Functional, skilled"),
    },
}
