"""Words of why and why not, and of the comparison."""

TEXTS: dict[str, tuple[str, str]] = {
    "why_title": ("Mengapa / mengapa tidak", "Why / why not"),
    "why_yes": ("Memenuhi semua syarat yang dinilai.", "Meets every requirement assessed."),
    "why_yes_beside": (
        "Tidak ada syarat yang menggugurkan. Di samping itu {count} syarat tidak terpenuhi atau belum dapat dinilai; bahan "
        "pertimbangan.",
        "Nothing rules this person out. Beside that, {count} requirements are not met or cannot be assessed: for consideration.",
    ),
    "why_unknown": (
        "Belum dapat ditandatangani: {count} syarat belum dapat dinilai atau menunggu persetujuan.",
        "Cannot be signed yet: {count} requirements are not yet judged or wait for an approval.",
    ),
    "why_no": ("Tidak memenuhi syarat: {count} syarat gugur.", "Not eligible: {count} requirements fail."),
    "why_cure": ("Yang membuatnya memenuhi: {cure}.", "What would make it lawful: {cure}."),
    "why_passes_on": ("Cukup menunggu sampai {day}.", "Waiting until {day} is enough."),
    "why_incurable": ("Tidak ada yang dapat dilakukan atau ditunggu.", "Neither effort nor waiting helps."),
    "why_unjudged": (
        "Fakta proses ini tidak ada di komputer ini, sehingga syarat satu per satu tidak dapat ditampilkan.",
        "The facts of this run are not on this computer, so requirements cannot be shown one by one.",
    ),
    "rules_failed": ("Syarat yang tidak terpenuhi", "Requirements not met"),
    "rules_unknown": ("Syarat yang belum dapat dinilai", "Requirements not yet judged"),
    "rules_passed": ("Syarat yang terpenuhi ({count})", "Requirements met ({count})"),
    "severity_note": ("tidak menggugurkan", "does not rule out"),
    "no_estimate": (
        "Perkiraan kinerja untuk pasangan ini belum dihitung: ia tidak ada dalam daftar yang diterbitkan.",
        "The performance of this pair has not been estimated: no published list holds it.",
    ),
    "record_title": ("Catatan", "Record"),
    "rank_education": ("Golongan, pendidikan", "Rank, education"),
    "tenure_here": ("Masa di jabatan kini", "Time in present post"),
    "gap_table": ("Kompetensi terhadap standar jabatan", "Competencies against the post's standard"),
    "competency": ("Kompetensi", "Competency"),
    "level_has": ("Tingkat", "Level"),
    "difference": ("Selisih", "Difference"),
    "level_needs": ("Standar", "Standard"),
    "year": ("Tahun", "Year"),
    "regime": ("Aturan penilaian", "Rating regime"),
    "raw": ("Nilai asli", "As recorded"),
    "harmonised": ("Setara (SB)", "Harmonised (SD)"),
    "harmonised_hint": (
        "Setara: nilai yang sudah disamakan antaraturan, antarunit, dan antarpenilai.",
        "Harmonised: made comparable over regimes, units and raters.",
    ),
    "whole_record": ("Seluruh data pegawai ini", "Everything on this employee"),
    "anybody_title": ("Siapa yang dimaksud?", "Who is meant?"),
    "anybody_none": ("Tidak ada pegawai dengan NIP atau nama “{query}”.", "No employee with NIP or name “{query}”."),
    "compare_title": ("Perbandingan kandidat", "Candidates compared"),
    "compare_pick": (
        "Pilih {fewest} sampai {most} kandidat pada daftar pendek, lalu tekan Bandingkan. Sekarang terpilih {count}.",
        "Pick {fewest} to {most} candidates on the shortlist, then press Compare. Now picked: {count}.",
    ),
    "aspect": ("Aspek", "Aspect"),
    "differ": ("beda", "differs"),
    "tie": ("setara", "tie"),
    "compare_hint": (
        "Tanda “beda” berarti benar-benar berbeda. Angka perkiraan dalam kelompok setara yang sama dianggap seri.",
        "“differs” marks what really differs. Estimates within one band count as a tie.",
    ),
    "turning": ("Apa yang akan membalik urutan", "What would turn the order"),
    "turn_between": ("{above} di atas {below}", "{above} above {below}"),
    "turn_tied_eligibility": (
        "Keduanya setara. {below} di bawah hanya karena syaratnya perlu dilengkapi: melengkapi berkas membalik urutan.",
        "They are a tie. {below} stands below only because a requirement is to be completed: completing it may turn the order.",
    ),
    "turn_tied_evidence": (
        "Keduanya setara. {below} di bawah hanya karena buktinya lebih lemah; wawancara atau uji kompetensi boleh membalik urutan.",
        "They are a tie. {below} stands below only for weaker evidence; an interview or a test may turn the order.",
    ),
    "turn_tied_value": (
        "Keduanya setara: selisih nilai bersih {needed} SB lebih kecil daripada ketidakpastiannya. Pertimbangan lain boleh "
        "menentukan.",
        "They are a tie: the difference in net value, {needed} SD, is smaller than its uncertainty. Other considerations may "
        "decide.",
    ),
    "turn_tied_nothing": ("Keduanya setara dalam segala hal yang diukur.", "They are a tie in everything measured."),
    "turn_value_within": (
        "Beda kelompok. {below} menyamai bila nilai bersihnya {needed} SB lebih tinggi; selangnya masih memuat kemungkinan itu.",
        "Different bands. {below} would stand level with {needed} SD more net value; its interval still holds that.",
    ),
    "turn_value_beyond": (
        "Beda kelompok. {below} baru menyamai bila nilai bersihnya {needed} SB lebih tinggi, di luar selangnya: kecil "
        "kemungkinannya.",
        "Different bands. {below} would need {needed} SD more net value, beyond its interval: unlikely.",
    ),
    "precedents": ("Lima perpindahan terdahulu yang paling mirip", "The five most similar past moves"),
    "precedents_hint": (
        "Contoh tanpa nama, bukan perkiraan: nilai cenderung kembali ke rata-rata dengan sendirinya. Perubahan dalam SB.",
        "Examples without names, not an estimate: scores drift back to the mean by themselves. Change in SD.",
    ),
    "precedent_row": ("{year}: {origin} → {target}", "{year}: {origin} → {target}"),
    "precedent_months": ("{months} bl di jabatan lama", "{months} m in the old post"),
    "no_precedents": (
        "Tidak ada perpindahan terdahulu dengan nilai sebelum dan sesudahnya.",
        "No past move has scores on both sides.",
    ),
    "before_after": ("{before} → {after}", "{before} → {after}"),
}
