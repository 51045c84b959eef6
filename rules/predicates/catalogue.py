"""Every predicate by the name a rule pack calls it."""

from collections.abc import Callable

from rules.predicates import experience, posts, qualifications, standing, terms, waves
from rules.predicates.finding import Predicate

PREDICATES: dict[str, Predicate] = {
    predicate.__name__: predicate
    for predicate in (
        standing.active_civil_servant, standing.not_contract, standing.no_active_discipline, standing.no_recent_discipline,
        standing.statements_clear, standing.competency_test_passed, standing.single_track,
        terms.minimum_tenure, terms.maximum_tenure, terms.executive_minimum, terms.before_retirement, terms.maximum_age,
        terms.own_request_pledge,
        experience.functional_experience, experience.ladder_years, experience.field_experience,
        qualifications.education_level, qualifications.education_field, qualifications.rank_minimum,
        qualifications.recent_ratings, qualifications.ratings_complete, qualifications.assessment_valid,
        qualifications.competencies_met, qualifications.certificates_held,
        posts.vacancy_open, posts.origin_staffed, posts.no_family_near, posts.outside_freeze, posts.no_demotion,
    )
}  # fmt: skip

WAVE_PREDICATES: dict[str, Callable[..., waves.Broken]] = {
    predicate.__name__: predicate
    for predicate in (waves.one_post_each, waves.posts_have_room, waves.units_stay_staffed, waves.relatives_apart)
}
