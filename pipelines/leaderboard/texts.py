"""What is said of methods held against each other, in Indonesian and English."""

BOARD: dict[str, tuple[str, str]] = {
    "board_method": ("metode", "method"),
    "board_gain of best 3 posts": ("3 jabatan terbaik", "best 3 posts"),
    "board_within employee": ("peringkat/pegawai", "rank, employee"),
    "board_gain of top 10": ("10 teratas", "top 10"),
    "board_within position": ("peringkat/jabatan", "rank, position"),
    "board_plan": ("rencana", "plan"),
    "board_over staying": ("dibanding tetap", "over staying"),
    "board_RMSE": ("RMSE", "RMSE"),
    "board_slope": ("kemiringan", "slope"),
    "board_promised": ("janji / nyata", "promised / delivered"),
    "board_coverage": ("cakupan 80 %", "coverage 80 %"),
    "board_contamination": ("pencemaran", "contamination"),
    "board_empty: spread": ("kosong: sebaran", "empty: spread"),
    "board_empty: promised": ("kosong: janji", "empty: promised"),
    "board_empty: over staying": ("kosong: dibanding tetap", "empty: over staying"),
    "board_fit seconds": ("CPU (detik)", "fit CPU s"),
    "board_baseline": ("pembanding", "baselines"),
    "board_ours": ("metode kami", "ours"),
    "board_yours": ("metode Anda", "yours"),
    "board_failed": (
        "**{method}** gagal di {failed} dari {cities} kota: {reason}",
        "**{method}** failed in {failed} of {cities} cities: {reason}",
    ),
    "board_notes": (
        "3 jabatan terbaik, 10 teratas, rencana: bagian dari yang dicapai bila kebenaran diketahui (1), dihitung dari undian (0):"
        " tiga jabatan terbaik seseorang, sepuluh calon pertama suatu jabatan, satu calon untuk tiap jabatan lowong."
        " Peringkat: korelasi Spearman dengan pengaruh sebenarnya.\n"
        "Dibanding tetap: SB x tahun per jabatan lowong bila hanya pengaruh yang dinyatakan positif dijalankan, biaya adaptasi"
        " dikurangi; 0 bila semua tetap.\n"
        "RMSE, kemiringan, janji / nyata (20 calon teratas): dalam SB kinerja terharmonisasi; kosong bagi metode yang hanya"
        " mengurutkan. Pencemaran: korelasi dengan kemurahan penilaian unit baru.\n"
        "Kosong: kota tanpa pengaruh jabatan apa pun; sebaran dan janji di sana palsu, setiap mutasi hanya menelan biaya."
        " ±: selang {level} antarkota.",
        "Best 3 posts, top 10, plan: share of what knowing the truth would reach (1), counted from drawing lots (0): a person's"
        " three best posts, the first ten of a position's list, one candidate to each vacant post. Rank: Spearman's correlation"
        " with the true effect.\n"
        "Over staying: SD x years per vacant post if only claimed gains are acted on, adapting to the new post paid for; 0 if"
        " everybody stays.\n"
        "RMSE, slope, promised / delivered (first 20 of a list): in SD of harmonised performance; blank for methods that only"
        " order. Contamination: correlation with how much more leniently the new unit rates.\n"
        "Empty: cities in which no post has any effect; spread and promises there are false, and every move only costs."
        " ±: {level} interval over cities.",
    ),
    "board_made_by": ("`{command}`", "`{command}`"),
    "board_city": (
        "{world}, kota {seed}: {people} pegawai diciptakan dan riwayatnya dibaca",
        "{world}, city {seed}: inventing {people} people and reading their record",
    ),
    "board_result": (
        "{done}/{of} {world}, kota {seed}: {method}, {cost} detik CPU",
        "{done}/{of} {world}, city {seed}: {method}, {cost} CPU seconds",
    ),
    "board_result_failed": (
        "{done}/{of} {world}, kota {seed}: {method} gagal: {reason}",
        "{done}/{of} {world}, city {seed}: {method} failed: {reason}",
    ),
    "board_written": (
        "Tabel dan gambar: {out} (leaderboard.md, leaderboard.csv, leaderboard.svg, cities.csv)",
        "Table and figure: {out} (leaderboard.md, leaderboard.csv, leaderboard.svg, cities.csv)",
    ),
}
