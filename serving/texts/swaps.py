"""Words of the page of swaps."""

TEXTS: dict[str, tuple[str, str]] = {
    "swaps": ("Tukar tempat", "Swaps"),
    "swaps_lead": (
        "Dua sampai empat pegawai yang saling mengambil jabatan: tidak ada jabatan yang menjadi kosong, dan menurut perkiraan "
        "tidak seorang pun lebih rendah kinerjanya daripada bila tetap.",
        "Two to four people who take each other's posts: no post falls empty, and by the estimates nobody does worse than by "
        "staying.",
    ),
    "swaps_on_top": (
        "Semuanya di atas rencana: pegawai yang pindah dalam rencana tidak ikut, dan semua batas rencana tetap berlaku (staf "
        "minimal, pasangan, keluarga, batas per unit) kecuali jumlah perpindahan. Bila satu lingkaran dikunci dalam skenario "
        "sementara jumlah perpindahan dibatasi, perpindahan lain mengalah. Hanya pegawai yang memenuhi semua syarat.",
        "All of it on top of the plan: nobody who moves in the plan takes part, and every limit of the plan holds (staffing "
        "floors, couples, relatives, limits of units) but the number of moves. Where that number is limited, a ring locked into a "
        "scenario takes the place of other moves. Only people who meet every requirement.",
    ),
    "swaps_none": (
        "Tidak ada lingkaran yang menguntungkan kota tanpa merugikan seorang pun.",
        "There is no ring that helps the city and leaves nobody worse off.",
    ),
    "swaps_unsupported": (
        "Bukti belum mendukung perbandingan pegawai pada data ini, sehingga tidak diketahui siapa yang lebih baik bila bertukar.",
        "The evidence does not tell people apart on these data, so nobody knows who would do better by swapping.",
    ),
    "swaps_count": (
        "{found} lingkaran ditemukan, yang paling bernilai lebih dahulu.", "{found} rings found, those of most value first.",
    ),
    "swap_ring": ("Lingkaran {number}", "Ring {number}"),
    "swap_city": (
        "Bagi kota {value} SB (selang 80 %: {lower} … {upper})", "To the city {value} SD (80 % interval {lower} … {upper})",
    ),
    "swap_gain": ("Bagi pegawai", "To the person"),
    "swap_city_part": ("Bagian kota", "City's part"),
    "swap_lock": ("Kunci dalam skenario", "Lock into scenario"),
    "swap_scenario": ("Nama skenario", "Name of the scenario"),
}  # fmt: skip
