"""Every action that any code records has words, and so has every kind of object and state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from office.audit.names import action_name, actions, object_types, state_name, type_name

ROOMS = ("accounts", "office", "registry", "units", "courses", "compliance", "zsjxjy")
FILES = sorted(path for room in ROOMS for path in (Path(settings.BASE_DIR) / room).rglob("*.py"))


class _Recorded(ast.NodeVisitor):
    """Actions recorded in one module: literals handed to `record`, directly, by a variable or by a parameter."""

    def __init__(self, tree: ast.Module) -> None:
        self.inside: list[ast.FunctionDef] = []
        self.found: set[str] = set()
        self.unclear: list[int] = []
        self.calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.inside.append(node)
        self.generic_visit(node)
        self.inside.pop()

    def visit_Call(self, node: ast.Call) -> None:
        if _called(node) == "record":
            for keyword in node.keywords:
                if keyword.arg == "action":
                    self._note(keyword.value, self.inside[-1] if self.inside else None)
        self.generic_visit(node)

    def _note(self, value: ast.expr, function: ast.FunctionDef | None) -> None:
        literals = _literals(value)
        if literals is None and isinstance(value, ast.Name) and function is not None and function.name != "record":
            sources = [*self._handed_to(function, value.id), *_assigned_in(function, value.id)]
            read = [_literals(source) for source in sources]
            literals = [one for some in read for one in some or ()] if sources and None not in read else None
        if literals is not None:
            self.found |= set(literals)
        elif function is None or function.name != "record":
            self.unclear.append(value.lineno)

    def _handed_to(self, function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
        positions = [argument.arg for argument in function.args.args]
        for call in self.calls:
            if _called(call) == function.name:
                yield from [keyword.value for keyword in call.keywords if keyword.arg == name]
                yield from [value for at, value in zip(positions, call.args, strict=False) if at == name]


def _assigned_in(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(isinstance(at, ast.Name) and at.id == name for at in node.targets):
            yield node.value


def _literals(value: ast.expr) -> list[str] | None:
    """The texts an expression may be: a literal, one of two or of a table; None when it cannot be told."""
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    if isinstance(value, ast.IfExp):
        either, other = _literals(value.body), _literals(value.orelse)
        return [*either, *other] if either is not None and other is not None else None
    if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Dict):
        read = [_literals(one) for one in value.value.values]
        return [text for texts in read for text in texts or ()] if None not in read else None
    return None


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _recorded() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in FILES:
        seen = _Recorded(ast.parse(path.read_text(encoding="utf-8")))
        if seen.unclear:
            raise AssertionError(f"{path}:{seen.unclear}: say the action as a literal, so that it can be looked up")
        found |= dict.fromkeys(seen.found, path.name)
    return found


def test_every_action_recorded_anywhere_has_words() -> None:
    recorded = _recorded()
    assert len(recorded) > 20
    assert {"claim.accept", "claim.return", "user.password_change", "job.retry", "audit.export"} <= recorded.keys()
    assert sorted(recorded.keys() - actions().keys()) == []


def test_no_words_are_kept_for_an_action_that_is_not_recorded() -> None:
    assert sorted(actions().keys() - _recorded().keys()) == []


def test_words_are_words_and_no_two_actions_share_them() -> None:
    words = list(actions().values())
    assert len(set(words)) == len(words)
    assert not any(one.isascii() for one in words)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (action_name("claim.accept"), "认定申报"),
        (action_name("gone.long_ago"), "gone.long_ago"),
        (type_name("registry.claim"), "学时申报"),
        (type_name("accounts.user"), "账号"),
        (type_name(""), ""),
        (type_name("gone.table"), "gone.table"),
        (state_name("registry.claim", "submitted"), "待审核"),
        (state_name("accounts.appointment", "auditor"), "审计员"),
        (state_name("jobs.job", "failed"), "未完成"),
        (state_name("registry.claim", ""), ""),
        (state_name("registry.claim", "no_such_state"), "no_such_state"),
        (state_name("gone.table", "on"), "on"),
        (state_name("", "ok"), "ok"),
    ],
)
def test_codes_are_read_as_words_and_unknown_ones_as_they_are(found: str, words: str) -> None:
    assert found == words


def test_the_tables_of_the_rooms_are_the_kinds_of_objects() -> None:
    assert {"registry.claim", "accounts.user", "accounts.organisation", "jobs.job"} <= object_types().keys()
    assert not any(label.startswith(("auth.", "axes.", "otp_")) for label in object_types())
