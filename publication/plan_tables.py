"""Published tables of need, of the wave and of its preparation."""

from publication.columns import PublishedTable, count, day, flag, number, table, text

LOCAL = ("saw", "topsis", "nine_box", "talent_formula", "seniority", "profile_matching")
"""Local methods shown beside a list (`placement.local_methods`, `placement.profile_matching`)."""
VERDICTS = ("fill", "leave", "nobody", "unresolved", "keep", "stronger", "abolished")
_MOVE = ("employee_id", "to_position")
_PROMISED = ("promised_uplift", "promised_in_post", "promised_net_value")

NEED: tuple[PublishedTable, ...] = (
    table("needs", {
        "unit_id": text(), "job_family": text(), "need": number(minimum=0), "filled": number(minimum=0), "gap": number(),
        "acting": number(minimum=0), "vacant": number(minimum=0), "demand_trend": number(null=True), "surge": flag(),
        "retirements_36_months": number(minimum=0), "vacancies_36_months": number(minimum=0), "surplus": number(minimum=0),
        "releasable": number(minimum=0), "priority": number(),
    }, ("unit_id", "job_family")),
    table("post_needs", {
        "position_id": text(), "unit_id": text(), "job_family": text(), "holders": count(), "vacant": count(), "acting": count(),
        "acting_since": day(null=True), "retirements_36_months": count(), "terms_36_months": count(),
        "vacancies_36_months": count(), "next_vacancy_on": day(null=True), "longest_months": number(null=True), "stale": count(),
        "ready": count(), "depends_on_one": flag(), "critical": flag(),
    }, ("position_id",)),
    table("surges", {
        "unit_id": text(), "demand_trend": number(), "surge_since": day(), "surge_rise": number(minimum=0),
        "expected": number(minimum=0), "visitors": number(minimum=0), "p_value": number(minimum=0),
    }, ("unit_id",)),
    table("reinforcements", {
        "unit_id": text(), "rank": count(1), "employee_id": text(), "way": text(values=("definitive", "temporary")),
        "job_family": text(), "months": number(minimum=0), "from_unit": text(), "from_fill": number(), "to_fill": number(),
        "position_id": text(null=True), "net_value": number(null=True),
    }, ("unit_id", "rank"), (("employee_id",),)),
    table("advice", {
        "position_id": text(), "verdict": text(values=VERDICTS), "do_nothing": flag(), "employee_id": text(null=True),
        **{name: number(null=True) for name in _PROMISED}, "holder_outlook": number(null=True),
        "text_id": text(), "text_en": text(),
    }, ("position_id",)),
    table("shortlist_details", {
        "position_id": text(), "employee_id": text(), **{name: number() for name in _PROMISED},
        **{name: number(null=True) for name in LOCAL}, **{f"rank_{name}": number(null=True, minimum=1) for name in LOCAL},
        **{name: number(null=True) for name in ("unit_gain", "unit_doubt", "unit_part", "ripe_months")}, "inexperienced": flag(),
    }, ("position_id", "employee_id")),
)  # fmt: skip

PREPARATION: tuple[PublishedTable, ...] = (
    table("development", {
        "employee_id": text(), "to_position": text(), "gaps_closed": number(minimum=0), "new_family": flag(),
        "managerial_step": flag(), "wider_network": flag(), "development": number(minimum=0),
    }, _MOVE),
    table("programmes", {
        "programme_id": text(), "goal": text(), "indicator": text(), "target": number(null=True), "from_on": day(),
        "to_on": day(null=True), "in_force": flag(), "of_this_wave": flag(), "expected": number(null=True),
    }, ("programme_id", "goal", "indicator")),
    table("support", {
        "employee_id": text(), "to_position": text(), "ready_on": day(), "start_on": day(), "phase": count(1), "gaps": text(),
        "gap_levels": number(minimum=0), "trainings": text(), "training_hours": number(minimum=0), "deadline": day(),
        "waiting": count(), "after_start": count(), "not_taught": count(), "mentor_employee_id": text(null=True),
        "mentor_covers": text(null=True), "mentor_months": number(null=True), "mentor_match": number(null=True),
        "adaptation_months": count(), "hand_over_left": text(), "hand_over_entered": text(),
    }, _MOVE, (("mentor_employee_id",), ("to_position",))),
    table("readiness", {  # for those who support people, and for nobody else: past refusals are personal
        "employee_id": text(), "to_position": text(), "readiness": text(values=("willing", "hesitant", "open", "unknown")),
        "refusals": count(), "objections": text(),
    }, _MOVE),
    table("training_calendar", {
        "course": text(), "competency": text(), "unit_id": text(), "start_on": day(), "finish_on": day(),
        "hours": number(null=True), "seats": number(null=True), "taken": count(), "waiting": count(), "agencies": text(),
    }, ("start_on", "course", "unit_id")),
)  # fmt: skip

WAVE: tuple[PublishedTable, ...] = (
    table("wave_moves", {
        "position_id": text(), "employee_id": text(), "value": number(), "spread": number(minimum=0), "distance": number(minimum=0),
        "cost": number(minimum=0), "aspired": flag(),
    }, ("position_id", "employee_id")),
    table("wave_posts", {
        "position_id": text(), "unit_id": text(), "job_family": text(), "district": text(null=True), "vacant": count(),
    }, ("position_id",)),
    table("wave_floors", {"unit_id": text(), "job_family": text(), "staff": count(), "floor": number(minimum=0)},
          ("unit_id", "job_family")),
    table("wave_wishes", {  # candidates' stated wishes, for the office that grants them in a drawn order
        "position_id": text(), "employee_id": text(), "aspiration": number(minimum=1),
    }, ("position_id", "employee_id")),
    table("wave_couples", {"employee_id": text(), "other_employee_id": text()}, ("employee_id", "other_employee_id")),
    table("wave_relatives", {"employee_id": text(), "other_employee_id": text()}, ("employee_id", "other_employee_id")),
)  # fmt: skip
"""What `placement.wave.scenario.published_wave` makes the wave from again."""
