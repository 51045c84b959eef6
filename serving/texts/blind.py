"""Words of the blind first look."""

TEXTS: dict[str, tuple[str, str]] = {
    "blind_note": (
        "Tampilan pertama tanpa nama, NIP, jenis kelamin, dan usia. Nilailah buktinya dahulu.",
        "First look without name, NIP, sex and age. Weigh the evidence first.",
    ),
    "blind_reveal": ("Tampilkan nama (dicatat)", "Show names (logged)"),
    "hidden_for_you": ("tersembunyi untuk peran Anda", "hidden from your role"),
    "blind_person": ("Kandidat {code}", "Candidate {code}"),
}
