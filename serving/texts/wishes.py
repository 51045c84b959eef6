"""Words of granting wishes in a drawn order."""

TEXTS: dict[str, tuple[str, str]] = {
    "wishes_open": ("Kabulkan minat menurut undian", "Grant wishes by lot"),
    "wishes_how": (
        "Pegawai mendapat giliran menurut undian yang tidak bergantung pada minat siapa pun; masing-masing mendapat minat "
        "terkuatnya yang masih menyisakan nilai rencana di atas batas.",
        "People take turns by a lot that depends on nobody's wishes; each gets the strongest of their wishes that leaves the plan "
        "worth the floor.",
    ),
    "wishes_truth": (
        "Karena itu menyatakan minat yang sebenarnya selalu paling menguntungkan: yang tertutup pada giliran seseorang tetap "
        "tertutup apa pun yang ia nyatakan, dan dari yang terbuka ia mendapat yang paling ia inginkan.",
        "So telling the truth is always best: what is closed at somebody's turn stays closed whatever they state, and of what is "
        "open they get what they want most.",
    ),
    "wishes_people": (
        "{people} pegawai menyatakan minat pada jabatan yang daftar kandidatnya memuat mereka; giliran sampai pada {most} orang "
        "pertama.",
        "{people} people stated a wish that fits a post they are candidates for; the first {most} of the order get a turn.",
    ),
    "wishes_draw": ("Undian baru", "A new draw"),
    "wishes_lot": ("Angka atau kata hasil undian terbuka", "Number or word drawn in public"),
    "wishes_lot_hint": (
        "Tarik di depan saksi sebelum mengisinya di sini. Sesudah dicatat urutannya tidak dapat diubah; undian lain tercatat juga.",
        "Draw it before witnesses, then enter it. Once on record its order cannot be changed; other draws are on record too.",
    ),
    "wishes_share": ("Bagian nilai rencana yang dipertahankan (%)", "Share of the plan's value to keep (%)"),
    "wishes_record": ("Catat undian dan tampilkan urutan", "Record the lot and show the order"),
    "wishes_draws": ("Undian yang tercatat", "Draws on record"),
    "wishes_no_draws": ("Belum ada undian untuk hasil yang berlaku.", "No draw for the run in force yet."),
    "wishes_drawn": ("Undian “{lot}”", "Draw “{lot}”"),
    "wishes_drawn_by": (
        "dicatat {at} oleh {by}; mempertahankan {share} % nilai rencana; skenario {scenario}",
        "recorded {at} by {by}; keeps {share} % of the plan's value; scenario {scenario}",
    ),
    "wishes_order": ("Urutan", "Order"),
    "wishes_order_first": (
        "Inilah urutan giliran. Cetak atau umumkan lebih dahulu, lalu buka minatnya.",
        "This is the order of turns. Print or announce it first, then open the wishes.",
    ),
    "wishes_grant": ("Buka dan kabulkan minat", "Open and grant the wishes"),
    "wishes_waiting": (
        "Giliran {served} dari {total} sedang dihitung; halaman ini memuat ulang sendiri.",
        "Turn {served} of {total} is being worked out; this page loads itself again.",
    ),
    "wishes_outcome": ("Hasil", "Outcome"),
    "wishes_given": ("minat dikabulkan", "wishes granted"),
    "wishes_turns": ("dari {turns} giliran", "of {turns} turns"),
    "wishes_kept": ("nilai rencana dipertahankan", "of the plan's value kept"),
    "wishes_floor": ("batas {floor} %", "floor {floor} %"),
    "wish_granted": ("dikabulkan; nilai rencana {share} %", "granted; the plan is worth {share} %"),
    "wish_below": (
        "tidak: yang terbaik dari {tried} jabatan yang diminati menyisakan {share} % nilai rencana, di bawah batas",
        "none: the best of {tried} posts wished for leaves the plan {share} %, below the floor",
    ),
    "wish_impossible": (
        "tidak: tidak satu pun dari {tried} jabatan yang diminati masih muat dalam batas rencana setelah giliran sebelumnya",
        "none: none of {tried} posts wished for fits the limits of the plan after the turns before",
    ),
    "wish_no_move": (
        "tidak: yang diminati bukan mutasi yang mungkin (syarat belum terpenuhi, atau lebih berguna di tempatnya sekarang)",
        "none: what is wished for is no possible move (a requirement is open, or worth more where they are)",
    ),
    "wish_not_reached": ("gilirannya tidak sampai: waktu hitung habis", "no turn: the time for working it out was over"),
    "wishes_rest": (
        "Yang tidak mendapat giliran atau minatnya tertutup tetap dinilai rencana seperti biasa, tanpa kerugian.",
        "Who gets no turn, or whose wishes are closed, is left to the plan as ever, at no disadvantage.",
    ),
    "wishes_lock": ("Masukkan ke skenario", "Put into the scenario"),
}
