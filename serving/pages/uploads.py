"""Handing in an export without a command line: files or a zip, a mapping picked or drafted, the check and its report.

Nothing is published by it: the data team runs a checked export, or it is discarded.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from features.errors import EntryError, SourceError
from features.source.mapping import load_mapping
from publication.accounts.roles import Account, Permission
from publication.accounts.roles import Field as Hidden
from publication.uploads.places import MAPPING_FILE, PICKED_FILE, QUARANTINE_FOLDER, REPORT_FILE, SOURCE_FOLDER, write
from publication.uploads.uploads import STATES, Upload, Uploads
from serving.accounts import guard, looks
from serving.accounts.guard import records_of
from serving.checks import Checks
from serving.masking import visitor_of
from serving.rendering import language, page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.UPLOAD))])

CHECKED = ("usable", "unusable")
LONGEST_MAPPING = 200_000


@router.get("/uploads")
def uploads(request: Request) -> Response:
    """Show the form to hand in an export, and what was handed in."""
    return page(request, "uploads.html", _form(request))


@router.post("/uploads")
async def hand_in(request: Request) -> Response:
    """Take in files, or a zip of them, and check them."""
    form = await request.form()
    sent = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    files = [(str(one.filename), one.file) for one in sent]
    note = str(form.get("note", ""))[:200]
    return await run_in_threadpool(_hand_in, request, files, note)


@router.get("/uploads/{upload_id}")
def upload(request: Request, upload_id: int) -> Response:
    """Show an export handed in: its report, its mapping, and what may be done with it."""
    return _shown(request, _known(request, upload_id))


@router.post("/uploads/{upload_id}/check")
def check(
    request: Request, upload_id: int, mapping: Annotated[str, Form(max_length=LONGEST_MAPPING)] = "",
) -> Response:  # fmt: skip
    """Check an export again, with the mapping as it was put right; an empty one is picked anew."""
    known, folder = _open(request, upload_id), _folder(request, upload_id)
    if mapping.strip():
        aside = folder / f".{MAPPING_FILE}"
        write(aside, mapping.replace("\r\n", "\n"))
        try:
            load_mapping(aside)
        except SourceError as error:
            return _shown(request, known, problem=error, mapping=mapping)
        finally:
            aside.unlink()
        write(folder / MAPPING_FILE, mapping.replace("\r\n", "\n"))
    else:
        (folder / MAPPING_FILE).unlink(missing_ok=True)
    _check(request, upload_id)
    return RedirectResponse(f"/uploads/{upload_id}", status_code=303)


@router.post("/uploads/{upload_id}/taken", dependencies=[Depends(guard.needs(Permission.TAKE_IN))])
def take_in(request: Request, upload_id: int) -> Response:
    """Say that the data team has run an export that may be used; nothing is run by this."""
    if _open(request, upload_id).state != "usable":
        raise EntryError("Only an export that may be used is taken in.", "Hanya ekspor yang dapat dipakai yang diolah.")
    _uploads(request).settle(upload_id, "taken", visitor_of(request).username, _now())
    return RedirectResponse("/uploads", status_code=303)


@router.post("/uploads/{upload_id}/discard")
def discard(request: Request, upload_id: int) -> Response:
    """Delete the files of an export; that it was handed in stays on record."""
    _open(request, upload_id)
    uploads, folder = _uploads(request), request.app.state.settings.folder.uploads
    uploads.discard(upload_id, folder, visitor_of(request).username, _now())
    return RedirectResponse("/uploads", status_code=303)


@router.get("/uploads/{upload_id}/quarantine/{name}")
def quarantine(request: Request, upload_id: int, name: str) -> Response:
    """Download one file of the rows set aside, as written in the export: for who may see names, and who handed it in."""
    known, account = _known(request, upload_id), visitor_of(request)
    if not _may_see_rows(account, known):
        raise guard.NotAllowedError
    wanted = next((path for path in _quarantine(request, upload_id) if path.name == name), None)
    if wanted is None:
        raise HTTPException(404)
    looks.record_deed(request, "download", f"upload/{upload_id} {name}")
    return FileResponse(wanted, media_type="text/csv; charset=utf-8", filename=name)


def _hand_in(request: Request, files: list[tuple[str, Any]], note: str) -> Response:
    account, folder = visitor_of(request).username, request.app.state.settings.folder.uploads
    try:
        received = _uploads(request).receive(files, folder, note, account, _now())
    except EntryError as error:
        return page(request, "uploads.html", {**_form(request), "problem": error}, status=422)
    _check(request, received.upload_id)
    return RedirectResponse(f"/uploads/{received.upload_id}", status_code=303)


def _check(request: Request, upload_id: int) -> None:
    uploads, account = _uploads(request), visitor_of(request).username

    def settle(report: dict[str, Any]) -> None:
        tables = report.get("tables", [])
        figures = {"rows": sum(row["read"] for row in tables), "set_aside": sum(row["set_aside"] for row in tables)}
        uploads.settle(upload_id, "usable" if report["usable"] else "unusable", account, _now(), figures)

    _checks(request).begin(upload_id, _folder(request, upload_id), language(request), settle)


def _form(request: Request) -> dict[str, Any]:
    megabytes = request.app.state.settings.upload_megabytes
    return {"uploads": _uploads(request).newest(), "states": STATES, "problem": None, "megabytes": megabytes}


def _shown(request: Request, known: Upload, problem: SourceError | None = None, mapping: str | None = None) -> Response:
    folder, account = _folder(request, known.upload_id), visitor_of(request)
    there = (folder / SOURCE_FOLDER).is_dir()
    settings = request.app.state.settings
    context = {
        "upload": known, "states": STATES, "there": there, "problem": problem, "report": _report(folder),
        "waits": _checks(request).waits(known.upload_id), "picked": _read(folder / PICKED_FILE),
        "mapping": _read(folder / MAPPING_FILE) if mapping is None else mapping,
        "longest": LONGEST_MAPPING, "rows": [path.name for path in _quarantine(request, known.upload_id)],
        "may_see_rows": _may_see_rows(account, known), "may_take_in": account.may(Permission.TAKE_IN),
        "open": there and known.state not in ("taken", "discarded"), "place": settings.folder.uploads.name,
    }  # fmt: skip
    return page(request, "upload.html", context, status=422 if problem else 200)


def _known(request: Request, upload_id: int) -> Upload:
    found = _uploads(request).upload(upload_id) if upload_id < 2**53 else None
    if found is None:
        raise HTTPException(404)
    return found


def _open(request: Request, upload_id: int) -> Upload:
    """Return an upload whose files are there and at rest."""
    found = _known(request, upload_id)
    if found.state == "discarded" or not (_folder(request, upload_id) / SOURCE_FOLDER).is_dir():
        raise HTTPException(404)
    if _checks(request).waits(upload_id):
        raise EntryError("This export is still being checked.", "Ekspor ini masih diperiksa.")
    return found


def _may_see_rows(account: Account, known: Upload) -> bool:
    return known.received_by == account.username or Hidden.NIP not in account.grant.hidden


def _report(folder: Path) -> Mapping[str, Any] | None:
    written = _read(folder / REPORT_FILE)
    return dict(json.loads(written)) if written else None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _quarantine(request: Request, upload_id: int) -> list[Path]:
    return sorted((_folder(request, upload_id) / QUARANTINE_FOLDER).glob("*.csv"))


def _folder(request: Request, upload_id: int) -> Path:
    folder = request.app.state.settings.folder.uploads
    assert isinstance(folder, Path)
    return folder / str(upload_id)


def _uploads(request: Request) -> Uploads:
    return records_of(request).uploads


def _checks(request: Request) -> Checks:
    checks = request.app.state.checks
    assert isinstance(checks, Checks)
    return checks


def _now() -> datetime:
    return datetime.now().astimezone()
