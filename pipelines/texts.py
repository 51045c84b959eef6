"""What the command line says, in Indonesian and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from features.written import whole
from pipelines.effects_texts import EFFECTS
from pipelines.leaderboard.texts import BOARD
from pipelines.model_texts import MODELS


class Language(StrEnum):
    """Languages of the terminal."""

    ID = "id"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in one language: ``texts("stage")``, with values for the places in braces."""

    language: Language = Language.ID

    def __call__(self, name: str, **values: object) -> str:
        """Return text ``name``; KeyError where it does not exist."""
        indonesian, english = _TEXTS[name]
        return (indonesian if self.language is Language.ID else english).format(**values)

    def signed(self, value: float) -> str:
        """Return a number with its sign (a true minus), two places and the language's decimal mark."""
        written = self._decimal(f"{abs(value):.2f}")
        return written if not float(f"{value:.2f}") else ("+" if value > 0 else "−") + written

    def plain(self, value: float) -> str:
        """Return a number without a sign, two places and the language's decimal mark."""
        return self._decimal(f"{value:.2f}")

    def count(self, value: int) -> str:
        """Return a whole number with the language's mark between thousands."""
        return whole(value, self.language.value)

    def seconds(self, value: float) -> str:
        """Return seconds with one place."""
        return self._decimal(f"{value:.1f}")

    def figures(self, figures: Mapping[str, object]) -> str:
        """Return a stage's figures as words; those without words here are for the stage's table artifact only."""
        return "; ".join(words for words in (self._figure(name, value) for name, value in figures.items()) if words)

    def _figure(self, name: str, value: object) -> str:
        if isinstance(value, bool):
            return self(f"figure_{name}_{value}")
        known = f"code_{value}"
        if known in _TEXTS:
            shown = self(known)
        elif isinstance(value, int):
            shown = self.count(value)
        else:
            shown = self._decimal(f"{value:z.2f}".replace("-", "−")) if isinstance(value, float) else str(value)
        return self(f"figure_{name}", value=shown)

    def _decimal(self, written: str) -> str:
        return written.replace(".", ",") if self.language is Language.ID else written


_TEXTS: dict[str, tuple[str, str]] = {
    **BOARD,
    **EFFECTS,
    **MODELS,
    "stage": ("Tahap", "Stage"),
    "stage_times": ("Waktu per tahap", "Time per stage"),
    "seconds": ("Detik", "Seconds"),
    "peak_memory": ("Memori puncak", "Peak memory"),
    "total": ("Jumlah", "Total"),
    "stage_ingest": ("Membaca dan memeriksa sumber", "Reading and checking the source"),
    "stage_learn": ("Melatih dan menguji model", "Training and testing the model"),
    "stage_release": ("Memutuskan pemakaian model", "Deciding on the model's release"),
    "stage_recommend": ("Menyusun daftar pendek", "Drawing up the shortlists"),
    "stage_evaluate": ("Menilai mutasi terdahulu", "Evaluating past moves"),
    "stage_gate": ("Memeriksa keadilan", "Gate of fairness"),
    "figure_gate_True": ("model boleh dipakai", "the model may publish"),
    "figure_gate_False": ("model ditarik; daftar disusun ulang", "the model is withdrawn; lists are drawn up anew"),
    "stage_monitor": ("Memantau", "Monitoring"),
    "figure_readings": ("{value} pembacaan", "{value} readings"),
    "figure_to_review": ("{value} perlu ditelaah", "{value} to be reviewed"),
    "stage_publish": ("Menerbitkan", "Publishing"),
    "funnel": ("Dari catatan ke baris pembelajaran", "From records to rows learned from"),
    "funnel_rows": ("baris", "rows"),
    "funnel_movers": ("di antaranya pindah", "of them moved"),
    "stage_engine": ("Menyiapkan Prefect", "Starting Prefect"),
    "simulated": (
        "Kota rekaan: {employees} pegawai, {years} tahun riwayat.\n"
        "  tabel sumber: {out}\n  nilai sebenarnya di baliknya: {out}/truth",
        "An invented city: {employees} employees, {years} years of history.\n"
        "  source tables: {out}\n  the truth behind them: {out}/truth",
    ),
    "spoilt": (
        "  {lines} baris dirusak, satu per satu: {out}/truth/damage.csv",
        "  {lines} rows spoilt, one by one: {out}/truth/damage.csv",
    ),
    "checked": ("Baris yang disisihkan dan laporan lengkap: {folder}", "Rows set aside and the full report: {folder}"),
    "scored": ("{count} pasangan ditulis ke {out}.", "{count} pairs written to {out}."),
    "scheduled": (
        "Jadwal berjalan sampai dihentikan: baca tiap malam (01.15), pantau tiap Senin (02.15), latih dan terbitkan tiap bulan\n"
        "(tanggal 2, 03.00), daftar bila diminta: prefect deployment run tepat-shortlist/shortlist",
        "The schedule runs until it is stopped: ingest every night (01:15), monitor every Monday (02:15), train and publish every\n"
        "month (the 2nd, 03:00), a shortlist when asked for: prefect deployment run tepat-shortlist/shortlist",
    ),
    "pruned": (
        "Dihapus: {runs} terbitan lama. Tersisa {kept}, termasuk yang berlaku.",
        "Removed: {runs} old publications. {kept} are left, the one in force among them.",
    ),
    "let_go": (
        "Dihapus juga: {folders} folder data sumber yang tidak lagi mendasari terbitan.",
        "Removed as well: {folders} folders of source data that no publication rests on.",
    ),
    "sentinels_found": (
        "Pola yang diuji: {tests}; perlu ditelaah: {alarms} (bila hanya kebetulan yang bekerja, paling banyak {budget}).\n"
        "Turun jenjang tanpa catatan hukuman disiplin: {facts}. Ini isi catatan, bukan hasil uji; periksa satu per satu.\n"
        "Ditulis ke {out}; kolom alarm berisi True pada baris yang perlu ditelaah.",
        "Patterns tested: {tests}; to be reviewed: {alarms} (where only chance is at work, at most {budget}).\n"
        "Steps down without a punishment on record: {facts}. These are facts on record, not tests; check them one by one.\n"
        "Written to {out}; the column alarm is True in rows to be reviewed.",
    ),
    "monitored": (
        "Pemantauan per {as_of}; model yang berlaku belajar dari data sampai {learned_until}.",
        "Monitor as of {as_of}; the model in force learned from data until {learned_until}.",
    ),
    "monitored_no_model": ("Pemantauan per {as_of}; belum ada model berlaku.", "Monitor as of {as_of}; no model is in force."),
    "monitored_signal": (
        "  {signal}: {safe} aman, {review} perlu ditelaah, {untold} tidak cukup data",
        "  {signal}: {safe} safe, {review} to be reviewed, {untold} too little data",
    ),
    "monitored_review": ("Perlu ditelaah: {text} [{subject}]", "To be reviewed: {text} [{subject}]"),
    "signal_people": ("Pegawai, jabatan dan unit", "People, posts and units"),
    "signal_rules": ("Aturan", "Rules"),
    "signal_shares": ("Sebaran nilai", "Shares per grade"),
    "signal_unit_years": ("Nilai per unit dan tahun", "Ratings by unit and year"),
    "signal_persons": ("Kesejalanan nilai per pegawai", "Agreement with people's years before"),
    "signal_spellings": ("Ejaan dan rentang nilai", "Spellings and ranges of ratings"),
    "signal_labels": ("Kelayakan penilaian", "Label health"),
    "signal_promises": ("Janji terhadap hasil", "Promise against outcome"),
    "signal_untried": ("Belum pernah dicoba", "Never tried"),
    "trial_power": (
        "{entrants} pegawai dalam {blocks} kelompok undian; {treated} tempat.\n"
        "Daya uji untuk pengaruh {effect} SB: {power} %. Pengaruh terkecil yang dapat ditemukan dengan daya {wanted} %: "
        "{detectable} SB.",
        "{entrants} people in {blocks} blocks; {treated} places.\n"
        "Power for an effect of {effect} SD: {power} %. Smallest effect found with power {wanted} %: {detectable} SD.",
    ),
    "trial_waves": (
        "Mulai bertahap: {first} pegawai mulai pada tahap pertama; {late} mulai paling cepat pada bulan ke-{last} dan menjadi "
        "pembanding; {between} di antara keduanya ikut diundi tetapi tidak dinilai.",
        "Phased start: {first} people start with the first wave; {late} start no sooner than in month {last} and are compared "
        "with; {between} in between are drawn, and not judged.",
    ),
    "trial_nobody_waits": (
        "Tidak dapat menjawab apa pun: semua sudah mulai ketika hasil diukur, atau terlalu sedikit yang menunggu. Perpanjang jarak "
        "tahap (--every), kurangi kursi (--seats), atau undi hanya demi keadilan.",
        "It cannot answer anything: all have started when the outcome is measured, or too few wait. Put waves further apart "
        "(--every), give fewer seats (--seats), or draw for fairness only.",
    ),
    "trial_too_small": (
        "Terlalu kecil untuk menjawab pertanyaannya sendiri: gabungkan dengan gelombang berikutnya, atau undi hanya demi keadilan.",
        "Too small to answer its question alone: pool it with the next waves, or draw for fairness only.",
    ),
    "trial_proposed": ("Rencana: {path}", "Protocol: {path}"),
    "trial_committed": (
        "Umumkan sebelum angka publik itu terbit ({beacon}):\n  {digest}",
        "Publish before the public number appears ({beacon}):\n  {digest}",
    ),
    "trial_drawn": (
        "Catatan undian untuk siapa pun: {path}\nPeriksa: tepat trial verify {path} --published SIDIK\n"
        "Siapa yang terundi, hanya untuk Anda: {entrants}",
        "Record of the draw, for anybody: {path}\nCheck: tepat trial verify {path} --published DIGEST\n"
        "Who was drawn, for your eyes only: {entrants}",
    ),
    "trial_sound": (
        "Undian sah: hasilnya mengikuti dari rencana, rahasia, dan angka publik dalam catatan.\n"
        "Angka yang dipakai: {number}. Bandingkan sendiri dengan yang terbit: {beacon}.",
        "The draw holds: its outcome follows from protocol, secret and public number of the record.\n"
        "Number used: {number}. Compare it yourself with what was published: {beacon}.",
    ),
    "trial_announced": ("Komitmennya adalah yang diumumkan.", "The commitment is the one that was announced."),
    "trial_unannounced": (
        "Komitmen dalam catatan: {digest}. Apakah itu yang diumumkan sebelum undian, hanya pengumumannya yang membuktikan.",
        "Commitment of the record: {digest}. Whether it is the one announced before the draw only the announcement can prove.",
    ),
    "trial_unsound": ("Undian TIDAK sah: {faults}.", "The draw does NOT hold: {faults}."),
    "trial_fault_malformed": ("berkas ini bukan catatan undian yang utuh", "the file is no whole record of a draw"),
    "trial_fault_algorithm": ("cara undinya bukan yang dikenal", "the way of drawing is not the known one"),
    "trial_fault_protocol": ("rencana diubah setelah dikomitmenkan", "the protocol was changed after the commitment"),
    "trial_fault_secret": ("rahasianya bukan yang dikomitmenkan", "the secret is not the one committed to"),
    "trial_fault_published": ("komitmennya bukan yang diumumkan", "the commitment is not the one that was announced"),
    "trial_fault_assignments": (
        "hasilnya bukan dari rahasia dan angka publik itu",
        "secret and public number give another outcome",
    ),
    "trial_result": (
        "Pengaruh {first}: {effect} SB (selang {level} %: {lower} sampai {upper}), p {p_value}.\n"
        "{treated} {first} dan {others} lainnya dinilai; hasil hilang {missing_treated} % dan {missing_others} %.\n"
        "Menduduki jabatan itu sebelum masa pengamatan berakhir: {came} % dari yang {first}, {came_others} % dari lainnya. "
        "Pengaruhnya dihitung menurut undian, dijalankan atau tidak.\n"
        "Putusan: {verdict}.",
        "Effect of being {first}: {effect} SD ({level} % interval: {lower} to {upper}), p {p_value}.\n"
        "{treated} {first} and {others} others judged; outcomes missing {missing_treated} % and {missing_others} %.\n"
        "In that post before the window ended: {came} % of those {first}, {came_others} % of the others. "
        "The effect is that of the draw, whether it was followed or not.\n"
        "Verdict: {verdict}.",
    ),
    "trial_first_lottery": ("terundi", "drawn"),
    "trial_first_phased": ("mulai pada tahap pertama", "started first"),
    "trial_unequal": (
        "Tidak memutuskan apa pun: hasil yang hilang berbeda lebih dari {most} poin persen di antara kedua pihak.",
        "It decides nothing: outcomes missing differ by more than {most} percentage points between the two sides.",
    ),
    "submitted": ("Lembar prausul {count} mutasi ditulis ke {out}.", "Pre-submission sheets of {count} moves written to {out}."),
    "plan_heading": ("Rencana yang berlaku", "The plan in force"),
    "settled_heading": ("Dengan yang ditetapkan (tidak diterbitkan)", "With what is settled (not published)"),
    "plan_line": (
        "{moves} mutasi, nilai {value} SB; tidak ada rencana dalam batas yang sama bernilai lebih dari {bound} SB ({proven}).",
        "{moves} moves worth {value} SD; no plan within the same limits is worth more than {bound} SD ({proven}).",
    ),
    "plan_proven": ("terbukti terbaik", "proven best"),
    "plan_not_proven": ("waktu habis sebelum terbukti", "time ran out before the proof"),
    "plan_step": ("Langkah", "Step"),
    "plan_from": ("Dari", "From"),
    "plan_to": ("Ke", "To"),
    "plan_value": ("Nilai bersih", "Net value"),
    "plan_start": ("Mulai", "Starts"),
    "more_rows": ("… dan {count} lagi; semuanya dengan --out BERKAS", "… and {count} more; all of them with --out FILE"),
    "moves_written": ("{moves} mutasi ditulis ke {out}.", "{moves} moves written to {out}."),
    "swaps_found": (
        "{rings} pertukaran dari {people} pegawai, bersama bernilai {value} SB bagi kota. Ditulis ke {out}.",
        "{rings} swaps of {people} people, together worth {value} SD to the city. Written to {out}.",
    ),
    "swaps_unknown": (
        "Tidak ada pertukaran yang diusulkan: bukti belum mendukung pemeringkatan, jadi tidak diketahui siapa yang lebih baik.",
        "No swap is proposed: the evidence does not support ranking, so nobody knows who would do better.",
    ),
    "lot_recorded": (
        "Undian {number} tercatat: giliran {turns} dari {people} pegawai yang menyatakan minat.",
        "Draw {number} is on record: {turns} turns of {people} people who stated a wish.",
    ),
    "wishes_turn": ("Giliran {served} dari {turns}", "Turn {served} of {turns}"),
    "wishes_granted": (
        "{granted} minat dikabulkan dari {turns} giliran; nilai rencana tersisa {share} % (batas {floor} %). Ditulis ke {out}.",
        "{granted} wishes granted of {turns} turns; {share} % of the plan's value is left (floor {floor} %). Written to {out}.",
    ),
    "verdict": ("Model: {release}; {ranking}.", "Model: {release}; {ranking}."),
    "cities_heard_True": (
        "Dipelajari dengan statistik dari kota lain (--pool): {cities} kota",
        "Learned with statistics of other cities (--pool): {cities}",
    ),
    "cities_heard_False": (
        "Statistik dari kota lain (--pool): {cities} kota. Baru prakiraan kinerja yang memakainya; pengaruh mutasi belum, sebab "
        "harus terbukti dahulu pada mutasi kota ini sendiri",
        "Statistics of other cities (--pool): {cities}. Only forecasts of performance rest on them yet; effects of moves do not, "
        "because they must first be shown on this city's own moves",
    ),
    "release_champion": ("dipakai", "in use"),
    "release_refused": ("yang baru dilatih ditolak", "the one just trained is refused"),
    "release_none": ("tidak ada yang dapat diuji", "none that could be tested"),
    "ranking_True": ("urutan menurut perkiraan pengaruh didukung data", "the data support ranking by uplift"),
    "ranking_False": (
        "belum cukup bukti, maka urutan menurut kebutuhan, kelayakan dan perkiraan kinerja",
        "not enough evidence, so ordered by need, eligibility and expected performance",
    ),
    "one_shortlist": ("Satu daftar pendek", "One shortlist"),
    "position_line": ("{title} · {unit_name} ({position_id})", "{title} · {unit_name} ({position_id})"),
    "counts_line": (
        "lowong {vacant}; memenuhi syarat {candidates}, belum pasti {unknown}, tidak memenuhi {excluded}",
        "vacant {vacant}; eligible {candidates}, unknown {unknown}, ruled out {excluded}",
    ),
    "rank": ("No", "No"),
    "candidate": ("Kandidat", "Candidate"),
    "uplift": ("Pengaruh (selang 80 %)", "Uplift (80 % interval)"),
    "grade": ("Bukti", "Evidence"),
    "eligible": ("Syarat", "Eligible"),
    "eligible_yes": ("terpenuhi", "yes"),
    "eligible_unknown": ("belum pasti", "unknown"),
    "band": ("setara {band}", "tied {band}"),
    "how_to_read": (
        "Pengaruh: kinerja di jabatan ini dikurangi bila tetap, dalam simpangan baku. Setara: urutan di dalamnya lebih kecil"
        " daripada ketidakpastiannya. Bukti: A kuat, B cukup, C lemah, D belum cukup.",
        "Uplift: performance in this post minus that if staying, in standard deviations. Tied: differences within are smaller"
        " than their uncertainty. Evidence: A strong, B fair, C weak, D not enough.",
    ),
    "published_in": ("Semua daftar: {folder}", "All lists: {folder}"),
    "serving": (
        "Membuka halaman HR di {address}; berhenti dengan Ctrl+C.",
        "Opening the HR pages at {address}; stop with Ctrl+C.",
    ),
    "interrupted": (
        "Dihentikan. Terbitan yang berlaku tidak berubah; perintah yang sama melanjutkan dari tahap yang belum selesai.",
        "Stopped. The publication in force is unchanged; the same command goes on from the stage that had not ended.",
    ),
    "open_pages": ("Buka halaman dengan:", "Open the pages with:"),
    "ledger_intact": (
        "Buku catatan utuh: {count} catatan.\n  jangkar: {head}",
        "The ledger is intact: {count} entries.\n  anchor: {head}",
    ),
    "overrides_rate": ("Keputusan dan yang menyimpang dari daftar", "Decisions, and those that depart from the list"),
    "overrides_reasons": ("Alasan menyimpang", "Reasons of departures"),
    "overrides_months": ("Per bulan", "By month"),
    "overrides_followed": (
        "Kelanjutan (bagian yang sampai ke tiap keadaan)",
        "What became of them (share by state)",
    ),
    "overrides_few": ("kurang dari lima keputusan", "fewer than five decisions"),
    "user_added": (
        "Akun {account}; kata sandi, ditampilkan sekali ini saja:\n  {password}",
        "Account {account}; password, shown this once only:\n  {password}",
    ),
    "user_changed": ("Akun {account} diubah; sesinya berakhir.", "Account {account} changed; its sessions have ended."),
    "demo_removed": ("{count} akun contoh dihapus.", "{count} accounts of the demonstration removed."),
    "backed_up": (
        "{count} berkas dicadangkan ke {out}. Simpan di tempat terpisah; isinya data pribadi.\n  jangkar: {head}",
        "{count} files backed up to {out}. Keep it elsewhere; it holds personal data.\n  anchor: {head}",
    ),
    "restored": (
        "{count} berkas dari cadangan {made} dipulihkan ke {folder}; buku catatan utuh.",
        "{count} files of the backup of {made} restored to {folder}; the ledger is intact.",
    ),
    "forgotten_nobody": (
        "Tidak ada yang dikenal dengan sebutan itu dalam isian, keputusan, terbitan, atau salinan sumber: periksa ejaannya. Baris "
        "yang disisihkan, kutipan, ekspor yang diserahkan, dan singgahan tetap dihapus, karena dapat memuatnya.",
        "Nobody is known by that name in entries, decisions, publications or snapshots: check its spelling. Rows set aside, "
        "extracts, exports handed in and caches were removed all the same, for they may hold it.",
    ),
    "forgotten": (
        "Dihapus: {entries} isian, bagian pribadi {ledger} catatan, {rows} baris terbitan, {snapshots} salinan sumber.\n"
        "Hapus juga dari sumbernya, lalu jalankan `tepat run` lagi.",
        "Erased: {entries} entries, the personal part of {ledger} ledger entries, {rows} published rows, {snapshots} snapshots.\n"
        "Remove the person from the source too, then `tepat run` again.",
    ),
    "names_left_out": (
        "Nama tidak ditulis karena keluaran ini bukan ke terminal: log lebih jauh jangkauannya daripada data.",
        "Names are left out, since this output goes to no terminal: logs travel further than data.",
    ),
    "scanned": (
        "Tidak ada NIP, nama, pengenal sumber atau ciri yang dilindungi di luar tempatnya.",
        "No NIP, name, source id or protected trait outside its place.",
    ),
    "figure_rows": ("{value} baris dibaca", "{value} rows read"),
    "figure_set_aside": ("{value} disisihkan", "{value} set aside"),
    "figure_faults": ("{value} temuan", "{value} findings"),
    "figure_snapshot": ("", ""),
    "figure_as_of": ("data sampai {value}", "known until {value}"),
    "figure_effective_on": ("rencana berlaku {value}", "effective from {value}"),
    "figure_risk_rows": ("{value} baris pembelajaran", "{value} rows learned from"),
    "figure_movers": ("{value} di antaranya pindah", "{value} of them moved"),
    "figure_label_health": ("penilaian {value}", "ratings {value}"),
    "code_layak": ("layak", "fit for learning"),
    "code_tidak layak": ("tidak layak", "unfit for learning"),
    "figure_tried_out_on": ("diuji pada {value} perpindahan", "tried out on {value} moves"),
    "figure_autoc": ("AUTOC {value}", "AUTOC {value}"),
    "figure_reused_True": ("tidak berubah, dipakai ulang", "unchanged, used again"),
    "figure_reused_False": ("", ""),
    "figure_release": ("model {value}", "model {value}"),
    "code_champion": ("dipakai", "in use"),
    "code_refused": ("ditolak", "refused"),
    "code_berhasil": ("berhasil", "that they worked"),
    "code_belum terbukti": ("belum terbukti", "nothing proven"),
    "code_merugikan": ("merugikan", "that they did harm"),
    "code_none": ("tidak ada", "none"),
    "figure_ranking_supported_True": ("urutan didukung data", "ranking supported"),
    "figure_ranking_supported_False": ("urutan belum didukung data", "ranking not supported"),
    "figure_reasons": ("", ""),
    "figure_positions": ("{value} jabatan", "{value} positions"),
    "figure_shortlists": ("{value} baris daftar pendek", "{value} shortlist rows"),
    "figure_best_positions": ("{value} usulan jabatan per pegawai", "{value} best positions of employees"),
    "figure_candidates": ("{value} pasangan layak", "{value} eligible pairs"),
    "figure_exclusions": ("{value} alasan tidak memenuhi syarat", "{value} grounds for ruling out"),
    "figure_exclusion_counts": ("", ""),
    "figure_needs": ("", ""),
    "figure_ratings": ("", ""),
    "figure_past_moves": ("", ""),
    "figure_recent_moves": ("", ""),
    "figure_rules": ("", ""),
    "figure_post_needs": ("", ""),
    "figure_surges": ("{value} lonjakan permintaan", "{value} surges of demand"),
    "figure_reinforcements": ("", ""),
    "figure_advice": ("", ""),
    "figure_shortlist_details": ("", ""),
    "figure_development": ("", ""),
    "figure_programmes": ("", ""),
    "figure_support": ("", ""),
    "figure_readiness": ("", ""),
    "figure_training_calendar": ("", ""),
    "figure_wave_moves": ("", ""),
    "figure_wave_posts": ("", ""),
    "figure_wave_floors": ("", ""),
    "figure_wave_couples": ("", ""),
    "figure_wave_wishes": ("", ""),
    "figure_wave_relatives": ("", ""),
    "figure_plan": ("{value} mutasi dalam rencana", "{value} moves in the plan"),
    "figure_evaluation": ("", ""),
    "figure_follow_up": ("", ""),
    "figure_promises": ("", ""),
    "figure_fairness": ("", ""),
    "figure_judged_moves": ("{value} mutasi dinilai", "{value} moves judged"),
    "figure_programme": ("hasilnya {value}", "found {value}"),
    "figure_warned": ("{value} pegawai perlu dukungan", "{value} people to support"),
    "figure_units": ("", ""),
    "figure_facts_employees": ("", ""),
    "figure_facts_positions": ("", ""),
    "figure_run_id": ("nomor proses {value}", "run {value}"),
    "figure_tables": ("{value} tabel", "{value} tables"),
    "contributed": (
        "Kontribusi ditulis ke {out}: statistik {count} kelompok dari {people} pegawai yang dinilai selama {years} tahun, "
        "dibulatkan; tanpa baris orang.\n"
        "  kelompok (pegawai, dibulatkan ke bawah): {cells}\n"
        "  Baca dahulu sebelum dikirim: docs/pooling.md menerangkan tiap bagiannya.",
        "Contribution written to {out}: statistics of {count} cells of {people} people rated over {years} years, rounded; no row "
        "of a person.\n"
        "  cells (people, rounded down): {cells}\n"
        "  Read it before it leaves: docs/pooling.md tells what each part is.",
    ),
}
