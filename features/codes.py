"""Code lists of the contract, in the order of their rank where they have one (lowest first)."""

RANKS: tuple[str, ...] = (
    *(f"I/{c}" for c in "abcd"),
    *(f"II/{c}" for c in "abcd"),
    *(f"III/{c}" for c in "abcd"),
    *(f"IV/{c}" for c in "abcde"),
)
"""Golongan ruang of a PNS, lowest first (17)."""

CONTRACT_RANKS: tuple[str, ...] = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
)  # fmt: skip
"""Golongan of a PPPK, lowest first (17)."""

EDUCATION_LEVELS: tuple[str, ...] = (
    "SD", "SLTP", "SLTA", "D-I", "D-II", "D-III", "D-IV", "S-1", "profesi", "S-2", "spesialis", "S-3",
)  # fmt: skip
"""Education levels, lowest first. D-IV and S-1 are equal before the law: compare with ``EDUCATION_STEP``."""

EDUCATION_STEP: dict[str, int] = {
    "SD": 1, "SLTP": 2, "SLTA": 3, "D-I": 4, "D-II": 5, "D-III": 6, "D-IV": 7, "S-1": 7, "profesi": 8, "S-2": 9,
    "spesialis": 9, "S-3": 10,
}  # fmt: skip
"""Legal standing of an education level: equal numbers meet each other's requirement."""

RATINGS: dict[int, str] = {
    5: "Sangat Baik",
    4: "Baik",
    3: "Butuh Perbaikan",
    2: "Kurang",
    1: "Sangat Kurang",
}
"""The five annual ratings (predikat kinerja) of PermenPANRB 6/2022; contract code to its Indonesian name."""

EXPECTATIONS: dict[int, str] = {3: "di atas", 2: "sesuai", 1: "di bawah"}
"""Work result or behaviour against expectation; the contract counts upwards (SIASN counts 1 = di atas)."""

RATING_OF_QUADRANT: dict[tuple[int, int], int] = {
    (3, 1): 2, (3, 2): 4, (3, 3): 5,
    (2, 1): 2, (2, 2): 4, (2, 3): 4,
    (1, 1): 1, (1, 2): 3, (1, 3): 3,
}  # fmt: skip
"""(work_result, behaviour) to rating, PermenPANRB 6/2022 as found in six independent public code samples."""

JOB_KINDS: tuple[str, ...] = (
    "executive", "administrator", "supervisor", "staff", "functional_expert", "functional_skilled",
)  # fmt: skip
"""JPT pratama, administrator, pengawas, pelaksana, JF keahlian, JF keterampilan."""

MOVE_TYPES: tuple[str, ...] = (
    "own_request", "selected", "promotion", "rotation", "functional", "disciplinary", "renaming", "reinauguration", "entry",
)  # fmt: skip

MOVES_THAT_ARE_NONE: tuple[str, ...] = ("renaming", "reinauguration", "entry", "disciplinary")
"""Assignments that are not moves to learn from: penyetaraan, pengukuhan, first post, execution of a punishment."""

ASSIGNMENT_KINDS: tuple[str, ...] = ("definitive", "plt", "plh")
EMPLOYEE_STATUSES: tuple[str, ...] = ("PNS", "CPNS", "PPPK", "PPPK paruh waktu")
LEGAL_STATUSES: tuple[str, ...] = ("active", "unpaid_leave", "suspended", "study", "dismissed", "retired", "deceased")
DISCIPLINE_SEVERITIES: tuple[str, ...] = ("light", "moderate", "heavy")
CLEARANCE_KINDS: tuple[str, ...] = (
    "court", "audit", "study", "bond", "wealth_report", "health", "competency_test", "certificate",
)  # fmt: skip

COMPETENCIES: tuple[str, ...] = (
    "integritas", "kerjasama", "komunikasi", "orientasi pada hasil", "pelayanan publik",
    "pengembangan diri dan orang lain", "mengelola perubahan", "pengambilan keputusan", "perekat bangsa",
)  # fmt: skip
"""The nine assessed competencies of PermenPANRB 38/2017, by their legal names."""

SPELLINGS: dict[tuple[str, ...], dict[str, str]] = {
    RANKS + CONTRACT_RANKS: {
        **{f"{group}{level}": rank for rank in RANKS for group, level in [rank.lower().split("/")]},
        **{f"{1 + step}{1 + 'abcde'.index(rank[-1])}": rank for rank in RANKS
           for step in [("I", "II", "III", "IV").index(rank.split("/")[0])]},
        **{str(1 + step): rank for step, rank in enumerate(CONTRACT_RANKS[:10])},
    },
    EDUCATION_LEVELS: {
        "sekolahdasar": "SD", "smp": "SLTP", "mts": "SLTP", "sma": "SLTA", "smk": "SLTA", "ma": "SLTA", "sltakejuruan": "SLTA",
        "sltakeguruan": "SLTA", "sltpkejuruan": "SLTP", "d1": "D-I", "diplomai": "D-I", "d2": "D-II", "diplomaii": "D-II",
        "d3": "D-III", "diplomaiii": "D-III", "diplomaiiisarjanamuda": "D-III", "d4": "D-IV", "diplomaiv": "D-IV",
        "sarjana": "S-1", "s1sarjana": "S-1", "magister": "S-2", "s2magister": "S-2", "doktor": "S-3", "s3doktor": "S-3",
        "spesialis1": "spesialis", "sp1": "spesialis",
    },
    ("F", "M"): {
        "perempuan": "F", "p": "F", "wanita": "F", "w": "F", "female": "F", "lakilaki": "M", "l": "M", "pria": "M", "male": "M",
    },
}  # fmt: skip
"""Other spellings of a code list, as compared by `features.source.parsing` (lower case, letters and digits only).

The bare numbers 11-45 are SIASN's ids of golongan ruang; 1-10 are read as golongan of a PPPK.
"""
