"""Words of the help page: for someone who never studied statistics."""

TEXTS: dict[str, tuple[str, str]] = {
    "help": ("Bantuan", "Help"),
    "help_title": ("Cara membaca Tepat", "How to read Tepat"),
    "help_lead": (
        "Lima menit, tanpa rumus. Tepat memberi bahan pertimbangan; yang memutuskan tetap pejabat yang berwenang.",
        "Five minutes, no formulas. Tepat gives evidence to weigh; a named official decides.",
    ),
    "help_uplift": ("Peningkatan kinerja: dua perkiraan dibandingkan", "Performance uplift: two forecasts compared"),
    "help_uplift_1": (
        "Untuk setiap orang dan jabatan, Tepat membuat dua perkiraan: bagaimana kinerjanya setahun lagi bila ia tetap di "
        "jabatan kini, dan bagaimana bila ia dipindah ke jabatan ini. Peningkatan kinerja adalah selisih keduanya.",
        "For each person and post Tepat makes two forecasts: how they will perform in a year if they stay, and how in this "
        "post. The uplift is the difference.",
    ),
    "help_uplift_2": (
        "Jadi orang yang sudah sangat baik tidak otomatis memiliki angka besar: bila ia akan tetap sangat baik di tempatnya, "
        "pindah tidak menambah apa-apa. Sebaliknya, orang biasa yang cocok sekali dengan jabatan ini bisa meningkat banyak.",
        "So a person who is already very good need not have a large number: if they would stay very good where they are, "
        "moving adds nothing. An ordinary person who fits this post well may gain much.",
    ),
    "help_uplift_3": (
        "Satuannya “simpangan baku” (SB), jarak antarpegawai pada umumnya. Bayangkan 100 pegawai berbaris menurut kinerja: "
        "+0,3 SB memindahkan orang di tengah barisan (nomor 50) kira-kira ke nomor 38 dari depan.",
        "Its unit is the standard deviation (SD), the usual distance between employees. Picture 100 employees in a row by "
        "performance: +0.3 SD takes somebody from the middle (number 50) to about number 38 from the front.",
    ),
    "help_stay": ("Bila tetap", "If staying"),
    "help_moved": ("Bila pindah", "If moved"),
    "help_interval": ("Selang: seberapa jauh angka itu bisa meleset", "The interval: how far the number may be off"),
    "help_interval_1": (
        "Tidak ada perkiraan yang pasti. Batang di samping angka adalah selang 80 %: dari 100 batang seperti ini, sekitar 80 "
        "memuat nilai yang sebenarnya.",
        "No forecast is certain. The bar beside the number is its 80 % interval: of 100 such bars, about 80 hold the true value.",
    ),
    "help_interval_clear": (
        "Seluruh batang di kanan nol: arahnya cukup jelas, kinerja diperkirakan naik.",
        "The whole bar right of zero: the direction is fairly clear, performance is expected to rise.",
    ),
    "help_interval_unclear": (
        "Batang melewati nol: bisa naik, bisa turun. Jangan memilih karena angkanya saja.",
        "The bar crosses zero: it may rise or fall. Do not choose by the number alone.",
    ),
    "help_interval_loss": (
        "Seluruh batang di kiri nol: pindah ke jabatan ini diperkirakan merugikan.",
        "The whole bar left of zero: moving here is expected to be a loss.",
    ),
    "help_grade": ("Bukti: seberapa banyak pengalaman di balik angka", "Evidence: how much experience stands behind the number"),
    "help_grade_1": (
        "Huruf A–D menilai angkanya, bukan orangnya. Orang yang sangat baik bisa memiliki bukti D karena perpindahan seperti "
        "ini belum pernah terjadi di kota ini.",
        "The letters A–D judge the number, not the person. A very good person may have evidence D because a move like this has "
        "never happened in this city.",
    ),
    "help_grade_A": (
        "Banyak perpindahan serupa, umumnya dalam unit dan rumpun jabatan yang sama; separuh perkiraan meleset tidak lebih dari "
        "sekitar 0,3 SB. Angka boleh ikut menentukan. Jarang diberikan, dan tidak di setiap kota.",
        "Many moves like it, mostly within the unit and job family; half of the forecasts miss by no more than some 0.3 SD. The "
        "number may help decide. Rarely given, and not in every city.",
    ),
    "help_grade_B": (
        "Cukup banyak, umumnya dalam rumpun jabatan yang sama; separuh meleset kurang dari 0,35 SB. Pakai bersama pertimbangan "
        "lain.",
        "A fair number, mostly within the job family; half miss by less than 0.35 SD. Use it with other considerations.",
    ),
    "help_grade_C": (
        "Jarang ada padanannya, umumnya ke rumpun lain; separuh meleset lebih dari 0,4 SB. Anggap petunjuk saja.",
        "Few moves like it, mostly into another family; half miss by more than 0.4 SD. Take it as a hint only.",
    ),
    "help_grade_D": (
        "Belum cukup bukti; hanya syarat, kebutuhan, dan rekam jejak yang berlaku.",
        "Not enough evidence; only eligibility, need and record count.",
    ),
    "help_band": ("Kelompok setara: seri adalah seri", "Bands: a tie is a tie"),
    "help_band_1": (
        "Bila selang dua kandidat bertumpang tindih, kita tidak tahu siapa yang lebih baik. Mereka ditaruh dalam satu kelompok "
        "setara, dan nomor urut di dalamnya tidak bermakna. Pilihlah dengan wawancara, minat, atau kebutuhan unit.",
        "Where two candidates' intervals overlap we do not know who is better. They share a band, and the order inside it "
        "means nothing. Choose by interview, wish, or the unit's need.",
    ),
    "help_marks": ("Tiga tanda syarat", "Three marks of eligibility"),
    "help_marks_1": (
        "Data yang tidak ada selalu ditampilkan sebagai tidak ada. Kandidat tidak digugurkan karenanya, tetapi belum dapat "
        "ditandatangani.",
        "Missing data are always shown as missing. They rule nobody out, but the candidate cannot be signed yet.",
    ),
    "help_mark_yes": ("Semua syarat yang dinilai terpenuhi.", "Every requirement assessed is met."),
    "help_mark_unknown": (
        "Ada syarat yang datanya belum ada. Arahkan ke berkas yang kurang lalu lengkapi.",
        "The data for a requirement are missing. Find the paper that is missing and complete it.",
    ),
    "help_mark_no": (
        "Ada syarat yang tidak terpenuhi; halaman menyebut aturan, pasal, dan perbaikannya.",
        "A requirement is not met; the page names the rule, the article and the cure.",
    ),
    "help_blind": ("Mengapa nama tidak langsung tampil", "Why names are hidden at first"),
    "help_blind_1": (
        "Kesan pertama sebaiknya dari bukti, bukan dari nama. Daftar dibuka tanpa nama, NIP, jenis kelamin, dan usia; nama "
        "dibuka dengan satu tombol, dan pembukaan itu dicatat.",
        "The first impression should come from the evidence, not from the name. Lists open without name, NIP, sex and age; one "
        "button shows the names, and that is logged.",
    ),
    "help_limits": ("Yang tidak dapat dijawab", "What it cannot answer"),
    "help_limit_1": (
        "Mutu seorang atasan dan kemurahannya menilai tidak dapat dipisahkan dari nilai saja.",
        "A superior's quality and leniency cannot be told apart from ratings alone.",
    ),
    "help_limit_2": (
        "Angka adalah perkiraan untuk bulan ke-7 sampai ke-18; enam bulan pertama adalah masa penyesuaian.",
        "Numbers are forecasts for months 7 to 18; the first half year is for settling in.",
    ),
    "help_limit_3": (
        "Tepat tidak mengetahui hal yang tidak tercatat: keadaan keluarga, kesehatan, hubungan antarpegawai. Tanyakan.",
        "Tepat does not know what is not on record: family, health, relations between people. Ask.",
    ),
    "help_order": ("Bagaimana daftar diurutkan", "How a list is ordered"),
}
