"""What a fault from below means to whoever runs a command: a disk, a database or a server gave up, or the program is wrong."""

import errno
from collections.abc import Iterator

from features.bilingual import Bilingual
from features.errors import OutageError
from publication.database.engine import UNREACHABLE

_FULL = Bilingual(
    "The disk is full, or the files on it may not grow further.", "Disk penuh, atau berkasnya tidak boleh bertambah besar."
)
_CLOSED = Bilingual(
    "A file or folder cannot be written: it is read-only, or belongs to somebody else.",
    "Berkas atau folder tidak dapat ditulisi: hanya dapat dibaca, atau milik pengguna lain.",
)
_BROKEN = Bilingual("The disk answers with errors.", "Disk memberi galat baca atau tulis.")
_DATABASE = Bilingual("The application database gave up.", "Basis data aplikasi berhenti menjawab.")
_TRACKING = Bilingual(
    "The MLflow server named in TEPAT_MLFLOW_URI does not answer.", "Server MLflow pada TEPAT_MLFLOW_URI tidak menjawab."
)
_ORCHESTRATION = Bilingual(
    "The Prefect server does not answer. Start the one named in PREFECT_API_URL, or unset that variable: a run has its own.",
    "Server Prefect tidak menjawab. Jalankan server pada PREFECT_API_URL, atau hapus variabel itu: proses punya server sendiri.",
)
_OF_NUMBERS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _CLOSED),
    errno.EIO: _BROKEN,
}
_OF_LIBRARIES = {"mlflow": _TRACKING, "requests": _TRACKING, "prefect": _ORCHESTRATION, "httpx": _ORCHESTRATION}
_NO_ANSWER = (
    "API request to",
    "Connection refused",
    "Max retries exceeded",
    "Failed to reach API",
    "ConnectError",
    "ConnectTimeout",
)
_ADVICE = Bilingual(
    "What was in force before is in force still and whole. Put it right and run the same command again: it goes on from there.",
    "Terbitan sebelumnya tetap berlaku dan utuh. Perbaiki, lalu jalankan perintah yang sama: prosesnya dilanjutkan.",
)


def outage(error: BaseException) -> OutageError | None:
    """Return what gave up below ``error``, None where it is a defect of the program."""
    for cause in _causes(error):
        said = _meaning(cause)
        if said is not None:
            return OutageError(f"{said} ({_detail(cause)}) {_ADVICE}", f"{said.indonesian} ({_detail(cause)}) {_ADVICE.indonesian}")
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from, each once."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            yield one
            waiting += [one.__context__, one.__cause__]


def _meaning(error: BaseException) -> Bilingual | None:
    text = str(error)
    if isinstance(error, OSError) and error.errno in _OF_NUMBERS:
        return _OF_NUMBERS[error.errno]
    if "No space left on device" in text or "database or disk is full" in text:
        return _FULL
    if "readonly database" in text:
        return _CLOSED
    if isinstance(error, UNREACHABLE) and not isinstance(error, OSError):
        return _DATABASE
    library = _OF_LIBRARIES.get(type(error).__module__.split(".")[0])
    if library is None and "Failed to reach API" in text:
        return _ORCHESTRATION
    return library if any(sign in text or sign in type(error).__name__ for sign in _NO_ANSWER) else None


def _detail(error: BaseException) -> str:
    """Return the kind of an error and nothing of its text, which may quote a row."""
    number = errno.errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    return f"{type(error).__name__} {number}".strip()
