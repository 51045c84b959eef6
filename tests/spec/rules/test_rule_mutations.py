"""Changing any rule makes a drawn case fail: its parameters, its verdicts, and every comparison and sign of its predicate."""

import ast
import copy
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from features.codes import JOB_KINDS, LEGAL_STATUSES, RANKS
from rules import predicates as package
from rules.encoding import listed
from rules.months import date_at, month_number
from rules.pack import load_pack
from rules.predicates.catalogue import PREDICATES

PACK = load_pack()
CODES = {"pass": 1, "unknown": 0, "fail": -1}
FOLDER = Path(package.__file__).parent
MODULES = ("standing", "terms", "experience", "qualifications", "posts")
SHARED = "finding"

EDUCATION_STEPS = ("SD", "SLTP", "SLTA", "D-I", "D-II", "D-III", "S-1", "profesi", "S-2", "S-3")
"""One level of education for each step that is another before the law."""
SAME_RULE = {
    "R05 months: 0 -> -1": "who has retired by the day fails whatever the months asked",
}
"""Parameters changed without changing the rule, and why."""

EQUIVALENT = {
    "TOLERANCE": "a millionth of a month either way decides nothing: no two dates lie so near",
    "_shortfall": "figures shown, not judged: the drawn sentences hold them",
    "fill_after": "figures shown, not judged: the drawn sentences hold them",
}
"""Changes that change no verdict, by a word of the line they are on, and why."""


@pytest.fixture(scope="module")
def trials(drawn):
    """Return per rule its drawn cases as (case, view, expected code), but those that rest on more than the predicate."""
    found = {rule.id: [] for rule in PACK.rules}
    for place, (rule_id, case) in enumerate(drawn.cases):
        if "approvals" in case or (case.get("person") or {}).get("set_aside"):
            continue
        city, pair = drawn.encoded[place], drawn.pair_of(place)
        people = city.employee_ids.get_indexer(pair["employee_id"])
        posts = city.position_ids.get_indexer(pair["position_id"])
        day = float(month_number([drawn.day_of(case)])[0])
        found[rule_id].append((case, listed(city, people, posts, day, pair["own_request"].to_numpy(dtype=bool))))
    return found


def holds(case, view, predicate, params):
    """Return whether a predicate gives the case its drawn verdict and date."""
    try:
        finding = predicate(view, **{**params, **case.get("params", {})})
        code = int(np.broadcast_to(finding.verdict, (1,))[0])
        due = date_at(np.broadcast_to(finding.passes_on(), (1,)))[0] if code == -1 else np.datetime64("NaT")
    except Exception:  # a change that breaks the predicate is seen
        return False
    waits = code == -1 and not np.isnat(due) and due > date_at([view.on])[0]
    drawn = np.datetime64(case["from"]) if "from" in case else None
    return code == CODES[case["verdict"]] and (due if waits else None) == drawn


def survives(trials, rule, predicate, params):
    return all(holds(case, view, predicate, params) for case, view in trials[rule.id])


def test_unchanged_rules_hold(trials):
    for rule in PACK.rules:
        assert survives(trials, rule, PREDICATES[rule.predicate], rule.params), rule.id


def leaf_changes(value):
    """Yield what a parameter could be instead: one more or less, the other truth, the neighbouring rank, a list one shorter."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        step = 0.1 if isinstance(value, float) else 1
        yield from (value + step, value - step)
    elif isinstance(value, str):
        for scale in (RANKS, EDUCATION_STEPS, ("fail", "unknown")):
            if value in scale:
                at = scale.index(value)
                yield from (scale[n] for n in (at - 1, at + 1) if 0 <= n < len(scale))
    elif isinstance(value, list) and value and value[0] in LEGAL_STATUSES:
        yield []
    elif isinstance(value, list):
        yield from ([one for one in value if one != left] for left in value)
        if value and set(value) < set(JOB_KINDS):
            yield [*value, next(kind for kind in reversed(JOB_KINDS) if kind not in value)]


def changed(params, path=()):
    """Yield (what, params) with one leaf changed."""
    node = params
    for key in path:
        node = node[key]
    for key, value in node.items():
        if isinstance(value, dict):
            yield from changed(params, (*path, key))
            continue
        for other in leaf_changes(value):
            new = copy.deepcopy(params)
            spot = new
            for step in path:
                spot = spot[step]
            spot[key] = other
            yield f"{'.'.join(map(str, (*path, key)))}: {value} -> {other}", new


@pytest.mark.parametrize("rule", PACK.rules, ids=PACK.rule_ids)
def test_changing_any_parameter_makes_a_case_fail(rule, trials):
    living = [what for what, params in changed(rule.params) if survives(trials, rule, PREDICATES[rule.predicate], params)]
    assert {f"{rule.id} {what}" for what in living} <= set(SAME_RULE)


BY_DESIGN = {
    "R13": {"never fails"},  # a missing rating is unknown, never a failure
    "R27": {"unknown passes", "unknown fails"},  # unknown only where the checks set a row aside, which is not the predicate's
}
VERDICTS = {
    "negated": {1: -1, 0: 0, -1: 1}, "always passes": {1: 1, 0: 1, -1: 1}, "never fails": {1: 1, 0: 0, -1: 0},
    "unknown passes": {1: 1, 0: 1, -1: -1}, "unknown fails": {1: 1, 0: -1, -1: -1}, "never passes": {1: 0, 0: 0, -1: -1},
}  # fmt: skip


@pytest.mark.parametrize("rule", PACK.rules, ids=PACK.rule_ids)
def test_turning_its_verdicts_makes_a_case_fail(rule, trials):
    def turned(codes):
        table = np.array([codes[0], codes[1], codes[-1]], dtype=np.int8)

        def predicate(view, **params):
            finding = PREDICATES[rule.predicate](view, **params)
            return type(finding)(table[np.asarray(finding.verdict, dtype=np.int64)], finding.values, finding.passes_on)

        return predicate

    spared = BY_DESIGN.get(rule.id, set())
    living = {name for name, codes in VERDICTS.items() if survives(trials, rule, turned(codes), rule.params)}
    assert living <= spared


@pytest.mark.parametrize("rule", PACK.rules, ids=PACK.rule_ids)
def test_another_predicate_in_its_place_makes_a_case_fail(rule, trials):
    living = [name for name, other in PREDICATES.items() if name != rule.predicate and survives(trials, rule, other, rule.params)]
    assert not living


FLIPPED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
TURNED = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}


def figures(node):
    """Return whether a node makes the figures shown, which the drawn sentences hold: ``lambda: {...}``."""
    return isinstance(node, ast.Lambda) and isinstance(node.body, ast.Dict)


def spots(tree):
    """Yield (node, attribute holder, replacement) for every comparison and sign in the functions of a module."""
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        statements = [node for statement in function.body for node in ast.walk(statement)]
        shown = {id(inner) for node in statements if figures(node) for inner in ast.walk(node)}
        for node in (node for node in statements if id(node) not in shown):
            if isinstance(node, ast.Compare) and len(node.ops) == 1:
                for table in (FLIPPED, TURNED):
                    if new := table.get(type(node.ops[0])):
                        yield node, ("ops", [new()])
            elif isinstance(node, ast.BinOp) and (new := FLIPPED.get(type(node.op))):
                yield node, ("op", new())
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
                yield node, ("op", ast.UAdd())


def mutants(name):
    """Yield (what, code) of a predicate module with one comparison or sign changed."""
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    tree, lines = ast.parse(source), source.splitlines()
    for node, (field, new) in spots(tree):
        line = lines[node.lineno - 1].strip()
        if any(word in line or word in enclosing(tree, node) for word in EQUIVALENT):
            continue
        old = getattr(node, field)
        setattr(node, field, new)
        code = compile(tree, f"{name}.py", "exec")
        setattr(node, field, old)
        kind = type(new[0] if isinstance(new, list) else new).__name__
        yield f"{name}.py:{node.lineno} {kind} in `{ast.unparse(node)}`", code


def enclosing(tree, node):
    return next(f.name for f in tree.body if isinstance(f, ast.FunctionDef) and f.lineno <= node.lineno <= (f.end_lineno or 0))


def loaded(code, name):
    module = ModuleType(f"rules.predicates.{name}_changed")
    exec(code, module.__dict__)
    return module


def rules_of(module):
    return [rule for rule in PACK.rules if hasattr(module, rule.predicate)]


def unseen(trials, module):
    """Return whether no drawn case notices the changed module."""
    return all(survives(trials, rule, getattr(module, rule.predicate), rule.params) for rule in rules_of(module))


@pytest.mark.parametrize("name", MODULES)
def test_changing_any_comparison_or_sign_of_a_predicate_makes_a_case_fail(name, trials):
    living = [what for what, code in mutants(name) if unseen(trials, loaded(code, name))]
    assert not living, "\n".join(living)


def test_changing_what_predicates_share_makes_a_case_fail(trials, monkeypatch):
    living = []
    for what, code in mutants(SHARED):
        shared = loaded(code, SHARED)
        monkeypatch.setitem(sys.modules, f"rules.predicates.{SHARED}", shared)
        modules = [loaded(compile((FOLDER / f"{name}.py").read_text(), f"{name}.py", "exec"), name) for name in MODULES]
        monkeypatch.undo()
        if all(unseen(trials, module) for module in modules):
            living.append(what)
    assert not living, "\n".join(living)
