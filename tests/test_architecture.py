"""The house style that a machine can count: sizes, names, docstrings, what __init__ files hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("spiders", "tracker", "reports")
FUNCTION, MODULE, MARKETPLACE, CLASS = 40, 400, 75, 150
VAGUE = ("util", "helper", "common", "manager", "misc")

# Where a rule would make the code worse: the file, and why.
LARGER_FUNCTIONS: dict[str, str] = {}
LARGER_MODULES: dict[str, str] = {}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lines(node: ast.AST) -> int:
    """Lines of code of a definition: from its first line to its last, its docstring left out."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    length = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        length -= first.end_lineno - first.lineno + 1
    return length


@pytest.mark.parametrize("path", list(modules()), ids=name_of)
def test_every_module_says_its_job_and_keeps_its_size(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree), f"{path} has no docstring"
    limit = MARKETPLACE if path.parent.name == "marketplaces" else MODULE
    count = len(path.read_text(encoding="utf-8").splitlines())
    assert count <= limit or name_of(path) in LARGER_MODULES, f"{path}: {count} lines, at most {limit}"


@pytest.mark.parametrize("path", list(modules()), ids=name_of)
def test_functions_and_classes_keep_their_size(path: Path) -> None:
    too_large = [
        f"{path}:{node.lineno} {node.name}: {lines(node)} lines"
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines(node) > FUNCTION)
        or (isinstance(node, ast.ClassDef) and lines(node) > CLASS)
        if f"{name_of(path)}:{node.name}" not in LARGER_FUNCTIONS
    ]
    assert not too_large, "\n".join(too_large)


@pytest.mark.parametrize("path", list(modules()), ids=name_of)
def test_names_say_what_is_inside(path: Path) -> None:
    assert not any(vague in part for part in path.relative_to(ROOT).parts for vague in VAGUE)


def test_init_files_import_nothing() -> None:
    for path in modules():
        if path.name == "__init__.py":
            body = tree_of(path).body
            assert len(body) == 1, f"{path} holds more than a docstring"


def test_the_exceptions_are_still_needed() -> None:
    sizes = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert all(sizes.get(name, 0) > MODULE for name in LARGER_MODULES)
