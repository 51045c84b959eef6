"""Every feature, declared once: name, side, unit, meaning, source tables. The data dictionary is generated from it."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["employee", "position", "pair"]
_RATED = ("appraisals",)
_POSTS = ("assignments", "positions")


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the pair matrix. It exists where every table of ``sources`` exists; ``category`` columns hold text."""

    name: str
    side: Side
    unit: str
    meaning_en: str
    meaning_id: str
    sources: tuple[str, ...]
    category: bool = False

    @property
    def family(self) -> str:
        """Return the family: the name's prefix."""
        return self.name.split("_", 1)[0]


def _employee(name: str, unit: str, en: str, indonesian: str, *sources: str, category: bool = False) -> Feature:
    return Feature(name, "employee", unit, en, indonesian, sources, category)


def _position(name: str, unit: str, en: str, indonesian: str, *sources: str, category: bool = False) -> Feature:
    return Feature(name, "position", unit, en, indonesian, sources, category)


def _pair(name: str, unit: str, en: str, indonesian: str, *sources: str) -> Feature:
    return Feature(name, "pair", unit, en, indonesian, sources)


_EMPLOYEE = (
    _employee("perf_level", "SD", "performance so far: recent years count more, shrunk by reliability",
              "kinerja sejauh ini: tahun terbaru lebih berbobot, disusutkan menurut keandalan", *_RATED),
    _employee("perf_last", "SD", "last harmonised rating", "penilaian terakhir yang diselaraskan", *_RATED),
    _employee("perf_trend", "SD/year", "yearly change of performance, shrunk", "perubahan kinerja per tahun, disusutkan", *_RATED),
    _employee("perf_volatility", "SD", "spread of the harmonised ratings", "sebaran penilaian yang diselaraskan", *_RATED),
    _employee("perf_reliability", "0-1", "reliability of perf_level", "keandalan perf_level", *_RATED),
    _employee("perf_n", "ratings", "ratings known", "jumlah penilaian yang diketahui", *_RATED),
    _employee("perf_age_months", "months", "months since the last rated period ended",
              "bulan sejak akhir periode penilaian terakhir", *_RATED),
    _employee("perf_exposure", "own unit", "mean exposure behind the ratings, recent years count more",
              "rata-rata paparan di balik penilaian, tahun terbaru lebih berbobot", *_RATED),
    _employee("perf_leniency", "SD", "leniency taken out of the person's past ratings",
              "kelonggaran penilai yang dikeluarkan dari penilaian lampau", *_RATED),
    _employee("ten_post_months", "months", "time in the present post", "lama dalam jabatan sekarang", *_POSTS),
    _employee("ten_unit_months", "months", "time in the present unit", "lama di unit sekarang", *_POSTS),
    _employee("ten_level_months", "months", "time at the present level", "lama pada jenjang sekarang", *_POSTS),
    _employee("ten_service_months", "months", "time in service", "masa kerja", "employees", *_POSTS),
    _employee("ten_stale", "0/1", "more than five years in the present post", "lebih dari lima tahun dalam jabatan sekarang",
              *_POSTS),
    _employee("ten_idle_months", "months", "time without a post", "lama tanpa jabatan", *_POSTS),
    _employee("exp_families", "count", "job families held for six months or more",
              "rumpun jabatan yang dijalani enam bulan atau lebih", *_POSTS),
    _employee("exp_units", "count", "units worked in", "unit tempat pernah bekerja", *_POSTS),
    _employee("exp_level", "level", "level of the present post", "jenjang jabatan sekarang", *_POSTS),
    _employee("exp_top_level", "level", "highest level held", "jenjang tertinggi yang pernah diduduki", *_POSTS),
    _employee("exp_job_family", "", "job family of the present post", "rumpun jabatan sekarang", *_POSTS, category=True),
    _employee("edu_step", "1-10", "legal standing of the highest education", "jenjang pendidikan tertinggi", "educations"),
    _employee("edu_recent_months", "months", "time since the last graduation", "lama sejak lulus terakhir", "educations"),
    _employee("rank_step", "1-17", "rank (golongan) of a PNS", "golongan PNS", "ranks"),
    _employee("rank_months", "months", "time in the present rank", "masa kerja golongan", "ranks"),
    _employee("comp_mean", "level", "mean of the assessed competencies", "rata-rata kompetensi hasil asesmen", "competencies"),
    _employee("comp_age_months", "months", "time since the last assessment", "lama sejak asesmen terakhir", "competencies"),
    _employee("train_hours_2y", "hours", "training of the last two years", "jam pelatihan dua tahun terakhir", "trainings"),
    _employee("train_courses", "count", "courses finished", "pelatihan yang diselesaikan", "trainings"),
    _employee("view_peer", "1-5", "mean of peers' answers, where five or more",
              "rata-rata penilaian rekan, bila lima jawaban atau lebih",
              "peer_reviews"),
    _employee("view_superior", "1-5", "mean of superiors' answers, where five or more",
              "rata-rata penilaian atasan, bila lima jawaban atau lebih", "peer_reviews"),
    _employee("move_n", "moves", "moves so far", "jumlah mutasi sejauh ini", *_POSTS),
    _employee("move_n_5y", "moves", "moves of the last five years", "mutasi lima tahun terakhir", *_POSTS),
    _employee("move_last_gain", "SD", "change of performance over the last move (shrunk)",
              "perubahan kinerja pada mutasi terakhir (disusutkan)", *_RATED, *_POSTS),
    _employee("lead_months", "months", "time in supervisory posts", "lama dalam jabatan pimpinan", *_POSTS),
    _employee("lead_acting_months", "months", "time as acting head (plt, plh)", "lama sebagai plt atau plh", *_POSTS),
    _employee("lead_training", "count", "leadership courses finished (PKN, PKA, PKP, Diklatpim)",
              "pelatihan kepemimpinan yang diselesaikan", "trainings"),
)  # fmt: skip

_POSITION = (
    _position("pos_level", "level", "level of the post", "jenjang jabatan", "positions"),
    _position("pos_job_family", "", "job family of the post", "rumpun jabatan", "positions", category=True),
    _position("pos_job_kind", "", "kind of job", "jenis jabatan", "positions", category=True),
    _position("pos_job_class", "1-17", "job class", "kelas jabatan", "positions"),
    _position("pos_headcount", "posts", "equal posts", "jumlah jabatan setara", "positions"),
    _position("pos_strategic", "0/1", "strategic post", "jabatan strategis", "positions"),
    _position("pos_supervisory", "0/1", "supervisory post", "jabatan pimpinan", "positions"),
    _position("pos_education_step", "1-10", "lowest education admitted", "pendidikan terendah yang disyaratkan", "positions"),
    _position("pos_rank_step", "1-17", "lowest rank admitted", "golongan terendah yang disyaratkan", "positions"),
    _position("pos_holders_5y", "people", "people who held the post in five years", "pemegang jabatan dalam lima tahun", *_POSTS),
    _position("pos_perf", "SD", "performance in the post so far, shrunk", "kinerja dalam jabatan sejauh ini, disusutkan", *_RATED),
    _position("unit_kind", "", "kind of unit", "jenis unit", "units", category=True),
    _position("unit_staff", "people", "people in post in the unit", "pegawai di unit", *_POSTS),
    _position("unit_perf", "SD", "performance of the unit's people, shrunk", "kinerja pegawai unit, disusutkan", *_RATED, *_POSTS),
    _position("unit_leniency", "SD", "leniency of ratings in the unit", "kelonggaran penilaian di unit", *_RATED),
    _position("unit_turnover", "share", "people who joined within a year", "pegawai yang bergabung dalam setahun", *_POSTS),
    _position("unit_survey", "1-5", "mean survey answer of the unit, where five or more people",
              "rata-rata jawaban survei unit, bila lima orang atau lebih", "surveys"),
    _position("unit_service_index", "25-100", "last satisfaction index (IKM)", "indeks kepuasan masyarakat terakhir",
              "service_index"),
    _position("unit_service_trend", "points/year", "yearly change of the satisfaction index", "perubahan indeks kepuasan per tahun",
              "service_index"),
    _position("unit_demand_trend", "share/year", "yearly change of visitors", "perubahan jumlah pengunjung per tahun",
              "service_demand"),
    _position("unit_need_ratio", "share", "people in post per person needed (ABK)", "pegawai per kebutuhan (ABK)", "workloads",
              *_POSTS),
)  # fmt: skip

_PAIR = (
    _pair("pair_family_months", "months", "experience in the post's job family", "pengalaman dalam rumpun jabatan tujuan", *_POSTS),
    _pair("pair_unit_months", "months", "experience in the post's unit", "pengalaman di unit tujuan", *_POSTS),
    _pair("pair_kind_months", "months", "experience in the unit's kind", "pengalaman pada jenis unit tujuan", *_POSTS),
    _pair("pair_level_months", "months", "experience at the post's level or above",
              "pengalaman pada jenjang tujuan atau lebih tinggi", *_POSTS),
    _pair("pair_same_post", "0/1", "the present post", "jabatan sekarang", *_POSTS),
    _pair("pair_same_family", "0/1", "same job family as now", "rumpun jabatan sama dengan sekarang", *_POSTS),
    _pair("pair_same_unit", "0/1", "same unit as now", "unit sama dengan sekarang", *_POSTS),
    _pair("pair_same_parent", "0/1", "same parent unit as now", "induk unit sama dengan sekarang", *_POSTS),
    _pair("pair_same_district", "0/1", "same district as now", "kecamatan kerja sama dengan sekarang", *_POSTS, "units"),
    _pair("pair_level_step", "levels", "level of the post minus level now", "selisih jenjang tujuan dengan sekarang", *_POSTS),
    _pair("pair_class_step", "classes", "job class of the post minus class now", "selisih kelas jabatan", *_POSTS),
    _pair("pair_perf_family", "SD", "performance in the post's job family, shrunk",
              "kinerja dalam rumpun jabatan tujuan, disusutkan",
          *_RATED, "positions"),
    _pair("pair_perf_unit", "SD", "performance in the post's unit, shrunk", "kinerja di unit tujuan, disusutkan",
              *_RATED, "positions"),
    _pair("pair_education_step", "steps", "education minus what the post demands", "selisih pendidikan dengan syarat",
              "educations"),
    _pair("pair_field_match", "0/1", "education field is admitted by the post", "bidang pendidikan sesuai syarat jabatan",
              "educations"),
    _pair("pair_field_family", "share", "posts of the job family, among those that state fields, that admit the education field",
          "bagian jabatan serumpun yang mensyaratkan bidang pendidikan dan menerima bidang pegawai", "educations"),
    _pair("pair_field_usual", "log ratio", "how much more usual the education field is among the others in the job family than in "
          "the city (shrunk)", "seberapa lazim bidang pendidikan itu di antara pegawai lain dalam rumpun jabatan dibanding sekota "
          "(disusutkan)", "educations", *_POSTS),
    _pair("pair_rank_step", "steps", "rank minus what the post demands", "selisih golongan dengan syarat", "ranks"),
    _pair("pair_gap_sum", "levels", "sum of competency gaps against the standard", "jumlah kesenjangan kompetensi", "competencies",
          "competency_standards"),
    _pair("pair_gap_max", "levels", "largest competency gap", "kesenjangan kompetensi terbesar", "competencies",
              "competency_standards"),
    _pair("pair_gap_missing", "count", "demanded competencies never assessed", "kompetensi syarat yang belum dinilai",
              "competencies",
          "competency_standards"),
    _pair("pair_profile", "levels squared", "likeness of the competency profile to the demanded one: mean product of what lies "
          "above or below each one's own mean", "keserupaan profil kompetensi dengan profil yang dituntut", "competencies",
          "competency_standards"),
    _pair("pair_train_hours", "hours", "training that fits the post (course or competency names its field, or its standard)",
          "jam pelatihan yang sesuai jabatan", "trainings"),
    _pair("pair_train_unit_hours", "hours", "training in the unit's own systems", "jam pelatihan sistem unit tujuan", "trainings",
          "trainings_catalogue"),
    _pair("dist_home", "0/1", "works in the district of residence", "bekerja di kecamatan tempat tinggal", "employees", "units"),
    _pair("dist_km", "km", "distance from the present unit", "jarak dari unit sekarang", *_POSTS, "units"),
)  # fmt: skip

FEATURES: tuple[Feature, ...] = (*_EMPLOYEE, *_POSITION, *_PAIR)
"""All declared features in the order of the pair matrix; attribute columns of the source follow per side."""
