"""Invented names: any likeness to a person is chance. The lists are small on purpose: nobody can be meant."""

import numpy as np
from numpy.typing import NDArray

_MALE = (
    "Adi", "Agus", "Andi", "Arif", "Bagus", "Bayu", "Budi", "Candra", "Dedi", "Deni", "Dimas", "Eko", "Fajar", "Galih", "Hadi",
    "Hendra", "Imam", "Indra", "Joko", "Krisna", "Lukman", "Made", "Nanda", "Omar", "Putra", "Rahmat", "Rizki", "Slamet",
    "Surya", "Teguh", "Umar", "Wahyu", "Wawan", "Yudi", "Yusuf", "Zaki",
)  # fmt: skip
_FEMALE = (
    "Ani", "Anisa", "Ayu", "Bunga", "Citra", "Dewi", "Dian", "Eka", "Endang", "Fitri", "Gita", "Hana", "Ika", "Indah", "Intan",
    "Kartika", "Lestari", "Lina", "Maya", "Mega", "Nia", "Nurul", "Putri", "Ratna", "Rina", "Sari", "Siti", "Sri", "Tika",
    "Tuti", "Umi", "Vina", "Wati", "Wulan", "Yanti", "Yuni",
)  # fmt: skip
_SECOND = (
    "Anggara", "Basuki", "Cahyadi", "Darmawan", "Effendi", "Firmansyah", "Gunawan", "Halim", "Irawan", "Jatmiko", "Kusuma",
    "Laksana", "Maulana", "Nugraha", "Oktavian", "Permana", "Rahardja", "Saputra", "Suryadi", "Tanjung", "Utama", "Wijaya",
    "Yulianto", "Zulkarnain", "Hidayat", "Kurnia", "Lubis", "Mahendra", "Nasir", "Pratama", "Ramadhan", "Santoso", "Siregar",
    "Triyono", "Wibowo", "Harahap",
)  # fmt: skip
_TITLES = {"S-1": ", S.A.", "S-2": ", S.A., M.A.", "S-3": ", S.A., M.A., Dr.", "D-III": ", A.Md."}


def invent_names(rng: np.random.Generator, female: NDArray[np.bool_], education: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return one invented name with title per person (order of ``female``)."""
    size = len(female)
    pick = rng.integers(0, len(_MALE), size)
    first = np.where(female, np.array(_FEMALE, dtype=object)[pick], np.array(_MALE, dtype=object)[pick])
    second = np.array(_SECOND, dtype=object)[rng.integers(0, len(_SECOND), size)]
    third = np.array(_SECOND, dtype=object)[rng.integers(0, len(_SECOND), size)]
    title = np.array([_TITLES.get(str(level), "") for level in education], dtype=object)
    return np.asarray(first + " " + second + " " + third + title, dtype=object)
