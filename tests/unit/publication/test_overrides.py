"""The override report counts departures and what followed, leaves small cells out, and names no officer."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from publication.accounts.roles import GRANTS, Role
from publication.decisions.life import Asked, Listed
from publication.decisions.overrides import FEWEST, decisions_of, override_report
from publication.records import open_records

NOW = datetime(2026, 3, 4, 9, tzinfo=timezone(timedelta(hours=7)))
BEST = Listed("run1", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
BELOW = Listed("run1", "yes", 9, 3, 1, "C", 0.1, 0.1, -0.1, 0.3)


def test_departures_are_counted_with_what_followed(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path / 'tepat.db'}", tmp_path)
    hr, team = GRANTS[Role.HR].permissions, GRANTS[Role.APPRAISAL_TEAM].permissions
    for number in range(12):
        listed = BELOW if number < 6 else BEST
        choose = Asked("choose", f"pejabat{number % 2}", hr, reason_code="need" if number < 6 else "evidence", text="Perlu segera.")
        records.moves.take("P1", f"E{number}", choose, listed, NOW)
        if number < 3:
            records.moves.take("P1", f"E{number}", Asked("check", "ketua", team), listed, NOW)
    for number in range(2):
        reject = Asked("reject", "hr", hr, reason_code="timing", text="Belum waktunya.")
        records.moves.take("P2", f"X{number}", reject, BEST, NOW)
    decisions = decisions_of(records.ledger.entries())
    assert len(decisions) == 14
    report = override_report(decisions)
    assert report["rate"].to_dict("records") == [{"action": "choose", "decisions": 12, "departures": 6, "share": 0.5}]
    assert report["reasons"].to_dict("records") == [{"action": "choose", "reason_code": "need", "decisions": 6}]
    followed = report["followed"].set_index("departs")["checked"]
    assert followed.to_dict() == {False: 0.0, True: 0.5}
    assert report["months"]["month"].tolist() == ["2026-03"]
    assert all((frame["decisions"] >= FEWEST).all() for frame in report.values())
    written = "".join(frame.to_string() for frame in report.values())
    assert "pejabat" not in written
    assert "ketua" not in written


def test_a_report_of_nothing_is_empty() -> None:
    report = override_report(decisions_of([]))
    assert all(frame.empty for frame in report.values())
