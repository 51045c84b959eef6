"""How the command line is called: its help, and its usage errors, in the language of the reader."""

import re
from collections.abc import Mapping, Sequence

from features.bilingual import Bilingual
from features.errors import UsageError
from pipelines.texts import Language

LANGUAGE_VARIABLE = "TEPAT_LANG"

HELP: dict[str, tuple[str, str]] = {
    "tepat": ("Tepat: mutasi ASN berdasarkan bukti. (English: --lang en)", "Tepat: staff transfers on evidence."),
    "source": (
        "Folder berkas CSV, Parquet atau XLSX, atau URL basis data.",
        "Folder of CSV, Parquet or XLSX files, or a database URL.",
    ),
    "mapping": ("Berkas pemetaan, atau nama pemetaan bawaan (siasn).", "Mapping file, or the name of a shipped one (siasn)."),
    "workspace": ("Folder kota ini.", "Folder of this city."),
    "params": ("Pilihan kota sendiri, di atas params.yaml.", "A city's own study choices, over params.yaml."),
    "pool": (
        "Kontribusi kota lain: berkas atau folder; dapat diulang.",
        "Contributions of other cities: a file or a folder; may be repeated.",
    ),
    "contribute": (
        "Menulis yang dapat dibagikan kota ini kepada kota lain: statistik hasil pendugaan, tanpa baris orang.",
        "Write what this city can tell others: fitted statistics, no row of a person.",
    ),
    "contribution_out": ("Berkas JSON kontribusi.", "JSON file of the contribution."),
    "seed": ("Menetapkan semua pilihan acak.", "Fixes every random choice."),
    "as_of": ("Yang diketahui pada akhir hari ini (TTTT-BB-HH).", "What is known at the end of this day (YYYY-MM-DD)."),
    "effective_on": ("Hari mutasi akan berlaku (TTTT-BB-HH).", "Day on which a move would start (YYYY-MM-DD)."),
    "lang": ("Bahasa keluaran.", "Language of what is printed."),
    "out": ("CSV atau Parquet, menurut akhirannya.", "CSV or Parquet, by its ending."),
    "version": ("Versi model di registri.", "Version of the model in the registry."),
    "reason": ("Alasannya; disimpan bersama versi itu.", "Why; kept with the version."),
    "override": ("Di luar aturan pemakaian model.", "Against the release rules."),
    "folder": ("Folder tujuan.", "Folder to write to."),
    "employees": ("Jumlah pegawai.", "People in service."),
    "years": ("Tahun riwayat.", "Years of history."),
    "shape": (
        "Tabel kontrak, atau ekspor seperti dari SIASN (--mapping siasn).",
        "Contract tables, or the export SIASN would give (--mapping siasn).",
    ),
    "knob": (
        "Tombol kota rekaan NAMA=ANGKA, boleh berulang, misalnya match_sd=0; nama yang keliru menampilkan semuanya.",
        "Knob of the invented city NAME=NUMBER, repeatable, such as match_sd=0; a wrong name lists them all.",
    ),
    "damage": (
        "Bagian baris yang dirusak dengan semua cara yang dikenal pemeriksaan (0 sampai 1).",
        "Share of rows to spoil in every way the checks know (0 to 1).",
    ),
    "pairs": ("CSV atau Parquet dengan employee_id dan position_id.", "CSV or Parquet with employee_id and position_id."),
    "from": ("Tahun uji pertama.", "First test year."),
    "to": ("Tahun uji terakhir.", "Last test year."),
    "demo": (
        "Satu akun contoh per peran dengan kata sandi yang diketahui umum; hanya untuk data rekaan.",
        "One account per role with a password everybody knows; for invented data only.",
    ),
    "ledger": ("Buku catatan keputusan.", "The ledger of decisions."),
    "ledger_verify": (
        "Memeriksa apakah buku catatan masih seperti yang ditulis; kode keluar 12: tidak.",
        "Say whether the ledger is what was written; exit code 12: it is not.",
    ),
    "ledger_overrides": (
        "Melaporkan seberapa sering keputusan menyimpang dari daftar, alasannya dan kelanjutannya; tidak per pejabat.",
        "Report how often decisions depart from the list, why, and what became of them; never by officer.",
    ),
    "anchor": (
        "NOMOR:HASH dari dokumen yang ditandatangani, untuk dibandingkan.",
        "NUMBER:HASH from a signed document, to compare with.",
    ),
    "users": ("Akun aplikasi.", "Accounts of the application."),
    "users_list": ("Daftar akun: nama, peran, pegawai, unit, aktif.", "List the accounts: name, role, employee, units, active."),
    "users_add": ("Menambah akun; kata sandinya ditampilkan sekali.", "Add an account; its password is shown once."),
    "users_change": (
        "Mengubah peran, pegawai, unit atau keaktifan akun; sesinya berakhir.",
        "Change an account's role, employee, units, or switch it off; its sessions end.",
    ),
    "users_password": ("Memberi kata sandi baru; ditampilkan sekali.", "Give a new password; it is shown once."),
    "users_remove_demo": ("Menghapus akun contoh.", "Remove the demonstration's accounts."),
    "username": ("Nama akun.", "Name of the account."),
    "role": ("Peran akun.", "Role of the account."),
    "employee": ("employee_id pada sumber, kode, atau NIP pegawai.", "The person's employee_id of the source, code or NIP."),
    "unit": ("unit_id yang dipimpin; dapat diulang.", "unit_id headed; may be repeated."),
    "active": ("Boleh masuk atau tidak.", "Whether it may sign in."),
    "backup": (
        "Menyalin seluruh ruang kerja dan basis data aplikasinya ke satu berkas.",
        "Write the whole workspace and its application database to one file.",
    ),
    "restore": (
        "Memulihkan cadangan ke ruang kerja baru, lalu memeriksa buku catatannya.",
        "Put a backup into a new workspace and verify its ledger.",
    ),
    "backup_file": ("Berkas cadangan.", "File of the backup."),
    "forget": (
        "Menghapus data seorang pegawai atas dasar hukum; keputusan tetap tercatat tanpa dirinya.",
        "Erase a person by law; decisions stay recorded without them.",
    ),
    "scan": (
        "Mencari NIP, nama dan ciri yang dilindungi di tempat yang tidak semestinya (log, MLflow, terbitan, buku analisis).",
        "Look for NIP, names and protected traits where they may not be (logs, MLflow, publications, notebooks).",
    ),
    "scan_also": ("Berkas atau folder lain yang diperiksa, misalnya log.", "Other files or folders to look through, such as logs."),
    "ground": ("Dasar hukum penghapusan; dicatat.", "Legal ground of the erasure; it is recorded."),
    "port": ("Porta di komputer ini.", "Port on this machine."),
    "simulate": (
        "Membuat kota rekaan: tabel sumber, dan nilai sebenarnya di truth/.",
        "Invent a city: source tables, and the truth behind them in truth/.",
    ),
    "map": (
        "Merancang berkas pemetaan untuk sumber yang belum dikenal, ke keluaran baku.",
        "Draft a mapping file for a source never seen before, on standard output.",
    ),
    "check": (
        "Melaporkan apa yang salah pada data dan apa yang terhalang; kode keluar 0: boleh dipakai, 3: belum.",
        "Report what is wrong with the data and what it blocks; the exit code says whether a run may go on (0) or not (3).",
    ),
    "run": (
        "Membaca, melatih, memutuskan, menyusun daftar dan menerbitkan; berakhir dengan satu daftar pendek beserta alasannya.",
        "Ingest, train, decide, draw up the lists and publish; ends with one shortlist and its reasons.",
    ),
    "train": (
        "Membaca, melatih, menguji dan memutuskan model; tidak menerbitkan.",
        "Ingest, train, try out and decide on the model; publish nothing.",
    ),
    "shortlist": (
        "Menyusun dan menerbitkan daftar dengan model yang berlaku, tanpa melatih.",
        "Draw up and publish the lists with the champion, without training a new model.",
    ),
    "plan": (
        "Menyusun dan menerbitkan rencana dengan model yang berlaku; --settle: juga yang terjadi bila sebagian ditetapkan lain.",
        "Make and publish the plan with the champion; with --settle also what follows if some of it is settled otherwise.",
    ),
    "settle": (
        "CSV atau Parquet berisi yang ditetapkan: wish (lock, forbid, force_person, force_post, limit), employee_id, position_id, "
        "limit_name, value. Tidak diterbitkan.",
        "CSV or Parquet of what is settled: wish (lock, forbid, force_person, force_post, limit), employee_id, position_id, "
        "limit_name, value. Not published.",
    ),
    "score": (
        "Menilai pasangan pegawai dan jabatan mana pun, per hari mana pun.",
        "Score any pairs of an employee and a position as of any day.",
    ),
    "backtest": (
        "Membandingkan model dengan semua pembanding; tiap tahun uji diramal dari yang diketahui sebelumnya.",
        "Compare the model with every baseline, each test year forecast from what was known before it.",
    ),
    "evaluate": (
        "Menilai apa yang dihasilkan mutasi terdahulu: daya uji, putusan, pengaruh, penyebab.",
        "Tell what past moves did: power, verdict, effects, causes.",
    ),
    "monitor": (
        "Memantau apakah data, aturan atau penilaian sudah menjauh dari yang dipelajari model.",
        "Watch whether data, rules or ratings have moved away from what the model learned from.",
    ),
    "promote": ("Menetapkan versi model sebagai yang berlaku.", "Make a registered model the champion."),
    "refuse": ("Menolak versi model.", "Refuse a registered model."),
    "versions": (
        "Menampilkan versi model yang terdaftar: mana yang berlaku, pernah berlaku, atau ditolak, dan mengapa.",
        "List the registered models: which is in force, which were, which are refused, and why.",
    ),
    "rollback": ("Memberlakukan kembali model yang pernah berlaku.", "Make a former champion champion again."),
    "prune": (
        "Menghapus terbitan lama; yang sedang berlaku tidak pernah dihapus.",
        "Remove old publications, never the one in force.",
    ),
    "prune_sources": (
        "Hapus juga salinan sumber, karantina dan isian beku yang tidak lagi mendasari terbitan mana pun.",
        "Also remove snapshots, quarantines and extracts that no publication left rests on.",
    ),
    "keep": ("Jumlah terbitan sebelumnya yang disimpan.", "How many earlier publications to keep."),
    "serve": (
        "Membuka halaman HR dan JSON API, hanya di komputer ini.",
        "Open the HR pages and the JSON API on this machine only.",
    ),
    "schedule": (
        "Mendaftarkan jadwal Prefect dan menjalankannya: baca tiap malam, latih tiap bulan, daftar bila diminta.",
        "Register the Prefect deployments and serve them: nightly ingest, monthly retrain, shortlist on demand.",
    ),
    "leaderboard": (
        "Menguji metode pada kota rekaan yang kebenarannya diketahui: metode kami, pembanding, dan kelas Python Anda sendiri.",
        "Score methods on invented cities whose truth is known: ours, the baselines, and any Python class of yours.",
    ),
    "method": (
        "Metode Anda: modul:Kelas atau folder/berkas.py:Kelas; dapat diulang.",
        "A method of yours: module:Class or path/to/file.py:Class; repeatable.",
    ),
    "cities": ("Jumlah kota rekaan tiap dunia.", "Invented cities of each world."),
    "people": ("Pegawai tiap kota.", "People in each city."),
    "posts": ("Jabatan lowong yang dinilai tiap kota, paling banyak.", "Most vacant posts judged in each city."),
    "world": (
        "default, no-match, no-post atau empty; empty selalu ikut.",
        "default, no-match, no-post or empty; empty is always among them.",
    ),
    "rules": ("Paket aturan: siapa boleh.", "The rule pack: who may."),
    "rules_diff": (
        "Menunjukkan pasangan mana dari terbitan yang berlaku yang berubah oleh paket aturan baru, dan sebabnya.",
        "Show which pairs of the run in force another rule pack flips, and why.",
    ),
    "old_pack": ("Paket lama: berkas, atau nama paket bawaan.", "The old pack: a file, or the name of a shipped one."),
    "new_pack": ("Paket baru: berkas, atau nama paket bawaan.", "The new pack: a file, or the name of a shipped one."),
    "submission": (
        "Membuat lembar prausul I-MUT tiap mutasi: dasar hukum, alasan, dan berkas yang belum ada.",
        "Make the pre-submission sheet of each move for I-MUT: article, reason, and papers missing.",
    ),
    "swaps": (
        "Mencari pertukaran dua sampai empat pegawai di luar rencana: tidak seorang pun lebih buruk daripada tetap.",
        "Find swaps of two to four people on top of the plan: nobody worse off than staying.",
    ),
    "wishes": (
        "Mencatat undian lalu mengabulkan minat menurut urutannya, dengan batas nilai rencana.",
        "Put a lot on record and grant wishes in its order, within a floor on plan value.",
    ),
    "lot": ("Angka atau kata hasil undian terbuka.", "Number or word drawn in public."),
    "kept_share": ("Bagian nilai rencana yang dipertahankan (%).", "Share of the plan's value to keep (%)."),
    "turns": ("Giliran paling banyak.", "Most turns."),
    "turn_seconds": ("Detik; sesudahnya tidak ada giliran baru.", "Seconds after which no further turn begins."),
    "scenario": ("Nama skenario tempat undian dicatat.", "Scenario under which the lot is recorded."),
    "sheet_out": ("Berkas .html (cetak), .csv, .parquet atau .json.", "File: .html (to print), .csv, .parquet or .json."),
    "by": (
        "Nama Anda: mencantumkan nama dan NIP pegawai pada lembar, atas nama Anda.",
        "Your name: puts names and NIPs of employees on the sheet, in your name.",
    ),
    "sentinels": (
        "Mencari pola mutasi yang perlu ditelaah, dengan anggaran alarm palsu; bukan tuduhan.",
        "Look for patterns of moves to be reviewed, within a budget of false alarms; no accusation.",
    ),
    "sentinels_out": ("Berkas .csv atau .parquet.", "File: .csv or .parquet."),
    "trial": (
        "Uji coba di dalam gelombang: undian bagi kandidat yang setara, atau mulai bertahap bila kursi pelatihan terbatas.",
        "Trials inside a wave: a lottery where candidates tie, or a phased start where training seats are short.",
    ),
    "trial_propose": (
        "Menyusun rencana uji coba dari terbitan yang berlaku dan menunjukkan apa yang dapat ditemukannya; belum diundi.",
        "Draw up a trial from the run in force and show what it can find; nothing is drawn.",
    ),
    "trial_commit": (
        "Mengunci rencana dan mencetak sidik komitmen untuk diumumkan sebelum undian.",
        "Lock the plan and print the commitment to be published before the draw.",
    ),
    "trial_draw": (
        "Mengundi satu kali, dengan angka publik yang telah terbit.",
        "Draw, once, with the public number as it appeared.",
    ),
    "trial_verify": (
        "Mengulang undian dari catatannya; tanpa ruang kerja, oleh siapa pun.",
        "Work a draw out again from its record; without a workspace, by anybody.",
    ),
    "trial_analyse": ("Menganalisis uji coba seperti yang didaftarkan.", "Analyse a trial as it was registered."),
    "trial_name": ("Nama uji coba, misalnya 2026-mei.", "Name of the trial, such as 2026-may."),
    "trial_kind": (
        "lottery: kandidat setara; phased: mulai bertahap menurut kursi.",
        "lottery: tied candidates; phased: started in waves by seats.",
    ),
    "seats": ("Kursi tiap tahap (phased).", "Seats of one wave (phased)."),
    "every": ("Bulan dari satu tahap ke tahap berikutnya (phased).", "Months from one wave to the next (phased)."),
    "beacon": (
        "Angka publik mana yang akan dipakai dan kapan terbit, misalnya penutupan IHSG tanggal tertentu.",
        "Which public number will be used and when it appears, such as the closing index of a day to come.",
    ),
    "number": ("Angka publik itu, seperti yang terbit.", "That public number, as it appeared."),
    "record": ("Catatan undian (draw.json).", "The record of a draw (draw.json)."),
    "published_digest": ("Sidik komitmen seperti yang diumumkan.", "The commitment as it was published."),
    "board_folder": ("Folder tabel, gambar dan hasil yang sudah selesai.", "Folder of table, figure and finished results."),
}
"""Help by command, argument and option, Indonesian and English."""

_FAULTS: tuple[tuple[str, str], ...] = (
    (r"No such command (.+?)\. Did you mean (.+)\?", "Perintah {0} tidak ada; mungkin {1}."),
    (r"No such command (.+?)\.", "Perintah {0} tidak ada."),
    (r"Missing command\.", "Perintah belum diberikan."),
    (r"Missing argument '(.+?)'\.( .*)?", "Argumen '{0}' belum diberikan."),
    (r"Missing option '(.+?)'\.( .*)?", "Opsi '{0}' belum diberikan."),
    (r"No such option: (\S+) \(Possible options: (.+)\)", "Opsi {0} tidak ada; mungkin {1}."),
    (r"No such option: (\S+)(.*)", "Opsi {0} tidak ada."),
    (r"Invalid value for '(.+?)': .*'(.+?)' is not one of (.+)\.", "Nilai '{1}' untuk '{0}' tidak sah; pilihannya {2}."),
    (r"Invalid value for '(.+?)': .*valid integer.*", "Nilai untuk '{0}' harus bilangan bulat."),
    (r"Invalid value for '(.+?)': .*valid number.*", "Nilai untuk '{0}' harus bilangan."),
    (r"Invalid value for '(.+?)': .*greater than or equal to (\S+)", "Nilai untuk '{0}' paling sedikit {1}."),
    (r"Invalid value for '(.+?)': .*less than or equal to (\S+)", "Nilai untuk '{0}' paling banyak {1}."),
    (r"Invalid value for '(.+?)': .*", "Nilai untuk '{0}' tidak sah."),
    (r"Invalid value: .*", "Salah satu nilai tidak sah."),
    (r"Option '?(.+?)'? does not take a value\.", "Opsi {0} tidak menerima nilai."),
    (r"Option '?(.+?)'? requires (\d+) arguments\.", "Opsi {0} memerlukan {1} nilai."),
    (r"Argument '?(.+?)'? takes (\d+) values\.", "Argumen {0} memerlukan {1} nilai."),
    (r"Option '?(.+?)'? requires an argument\.", "Opsi {0} memerlukan nilai."),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "Argumen berlebih: {0}."),
)
"""What the parser of the command line says, and the same in Indonesian."""


def spoken(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the reader's language: ``--lang`` where it is given, else ``TEPAT_LANG``, else Indonesian.

    Help and usage errors come before any option is parsed, so the arguments are looked at as they stand.
    """
    line = " ".join(arguments)
    asked = re.search(r"--lang[ =](\S+)", line)
    named = asked.group(1) if asked else environment.get(LANGUAGE_VARIABLE, "")
    return Language.EN if named == Language.EN.value else Language.ID


def usage_error(said: str) -> UsageError:
    """Return a fault the parser of the command line found, in both languages."""
    for pattern, words in _FAULTS:
        found = re.fullmatch(pattern, said.strip(), re.DOTALL)
        if found:
            return UsageError(Bilingual(said.strip(), words.format(*found.groups())))
    return UsageError(Bilingual(said.strip(), f"Perintah tidak dapat dibaca ({said.strip()}). Lihat `tepat --help`."))
