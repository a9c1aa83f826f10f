"""The rooms of the command's source, and that what is below never imports what is above."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from helpers import ROOT

SOURCE = ROOT / "src" / "fivetran_logs"

# Each room may import from itself, from those named here, and from what belongs to all.
ALLOWED = {
    "cli": {"dbt", "failures", "output", "commands"},
    "alerts": {"dbt", "failures", "output"},
    "commands": {"alerts", "dbt", "export", "failures", "output", "report", "simulator"},
    "output": {"dbt", "export", "failures"},
    "report": {"alerts", "dbt", "failures"},  # who was told
    "export": {"dbt", "failures"},
    "dbt": {"failures"},
    "failures": set(),
    "simulator": set(),
}
OF_ALL = {"__init__", "progress", "yaml_files"}
# A renderer that needs the types of its verb: still to move.
EXCEPTIONS = {("output.check", "commands")}


def modules() -> dict[str, Path]:
    """Every module by its name below the package, such as `dbt.project`."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


def imports(name: str, path: Path) -> set[str]:
    """The modules of the package that a module imports, wherever in it."""
    known = modules()
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package[: len(package) - node.level + 1]
                base = ".".join(["fivetran_logs", *above, *([node.module] if node.module else [])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    below = {module.removeprefix("fivetran_logs.") for module in found if module.startswith("fivetran_logs.")}
    return {module for module in below if module in known} - {name}


def room(module: str) -> str:
    return module.split(".")[0]


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_a_room_imports_from_below_only(name: str) -> None:
    for module, path in modules().items():
        if room(module) != name:
            continue
        others = {room(other) for other in imports(module, path)} - {name} - OF_ALL - ALLOWED[name]
        others -= {other for exception, other in EXCEPTIONS if exception == module}
        assert not others, f"{module} imports from {sorted(others)}"


def test_every_module_has_a_room() -> None:
    assert {room(module) for module in modules()} - OF_ALL - {"__main__"} == set(ALLOWED)


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: imports(module, path) for module, path in modules().items()}
    # every module imports its package's __init__, so imports there do not count as circles
    for module, others in graph.items():
        others -= {other for other in others if module.startswith(f"{other}.")}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join([*way[way.index(module) :], module])
        if module in done:
            return
        for other in sorted(graph[module]):
            visit(other, (*way, module))
        done.add(module)

    if ("output.check", "commands") in EXCEPTIONS:
        graph["commands.check"].discard("output.check")
    for module in sorted(graph):
        visit(module, ())


def test_help_imports_nothing_heavy() -> None:
    """`--help` answers at once, because each verb imports its own modules."""
    for path in sorted((SOURCE / "cli").glob("*.py")):
        name = "cli" if path.stem == "__init__" else f"cli.{path.stem}"
        text = path.read_text(encoding="utf-8")
        top = {module for module in imports(name, path) if f"\nfrom fivetran_logs.{module} import" in text}
        assert top <= {"failures.errors", "failures.secrets", "cli.alert", "cli.export", "cli.options"}
