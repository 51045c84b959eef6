"""What the command line says of registered models, in Indonesian and English."""

MODELS: dict[str, tuple[str, str]] = {
    "promoted": (
        "Versi {version} menjadi model yang berlaku: {reason}\nHalaman HR memakainya setelah `tepat shortlist` atau `tepat "
        "run` berikutnya.",
        "Version {version} is the champion: {reason}\nThe HR pages show it after the next `tepat shortlist` or `tepat run`.",
    ),
    "refused": (
        "Versi {version} ditolak: {reason}\nTerbitan yang berlaku tidak berubah sampai `tepat shortlist` atau `tepat run` "
        "berikutnya.",
        "Version {version} is refused: {reason}\nWhat is published stays until the next `tepat shortlist` or `tepat run`.",
    ),
    "rolled_back": (
        "Versi {version} kembali berlaku: {reason}\nHalaman HR memakainya setelah `tepat shortlist` atau `tepat run` berikutnya.",
        "Version {version} is the champion again: {reason}\nThe HR pages show it after the next `tepat shortlist` or `tepat run`.",
    ),
    "version_line": (
        "Versi {version}: {state}; data sampai {until}; {ranking}; {reason}{by}",
        "Version {version}: {state}; data until {until}; {ranking}; {reason}{by}",
    ),
    "version_by": (" (oleh {who})", " (by {who})"),
    "version_in_force": ("berlaku", "in force"),
    "version_former": ("pernah berlaku", "was in force"),
    "version_refused": ("ditolak", "refused"),
    "version_waiting": ("belum pernah berlaku", "never in force"),
    "version_passed": ("semua syarat penentu terpenuhi", "all deciding rules passed"),
    "version_beside": ("tidak terpenuhi, tanpa menentukan: {rules}", "not met, without deciding: {rules}"),
    "version_failed": ("tidak terpenuhi: {rules}", "not met: {rules}"),
    "told_decision": ("Keputusan: {said}", "Decision: {said}"),
    "told_released": (
        "Berlaku: versi {version}, data sampai {until}, sejak {day}",
        "In force: version {version}, data until {until}, since {day}",
    ),
    "told_promoted": (
        "Berlaku: versi {version}, data sampai {until}, ditetapkan {day}",
        "In force: version {version}, data until {until}, promoted on {day}",
    ),
    "told_rolled_back": (
        "Berlaku: versi {version}, data sampai {until}, diberlakukan lagi {day} menggantikan versi {former}",
        "In force: version {version}, data until {until}, back since {day} in place of version {former}",
    ),
    "told_withdrawn": (
        "Berlaku: versi {version}, data sampai {until}, diberlakukan lagi {day} karena versi {former} ditarik",
        "In force: version {version}, data until {until}, back since {day}, for version {former} was withdrawn",
    ),
    "told_found": ("Berlaku: versi {version}, data sampai {until}", "In force: version {version}, data until {until}"),
    "told_none": ("Tidak ada model yang berlaku", "No model is in force"),
    "told_refused": (
        "Ditolak: versi {version}, data sampai {until}, {day}",
        "Refused: version {version}, data until {until}, {day}",
    ),
    "version_none": ("Belum ada model terdaftar.", "No model is registered yet."),
}
