"""Mutants: every place where mutmut would change a module, and a sample of them that stays the same as code moves."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.file_mutation import Mutation, create_mutations, deep_replace

SOURCE = Path(__file__).parents[1] / "src" / "medskick"


@dataclass(frozen=True)
class Mutant:
    """One changed place: id, module, the statement's lines, whether it runs at import, the lines before and after."""

    id: str
    module: str
    lines: range
    at_import: bool
    was: str
    becomes: str
    code: str


@dataclass(frozen=True)
class _Site:
    id: str
    module: cst.Module
    mutations: list[Mutation]
    span: range
    at_import: bool


def modules(packages: Iterable[str]) -> list[str]:
    """Return the modules of packages as paths below ``src/medskick``; a name that ends in ``.py`` is a module."""
    names: set[str] = set()
    for package in packages:
        place = SOURCE / package
        files = [place] if place.suffix == ".py" else place.rglob("*.py")
        names |= {file.relative_to(SOURCE).as_posix() for file in files}
    return sorted(names)


def sample(names: Iterable[str], size: int, seed: int) -> list[Mutant]:
    """Return ``size`` mutants of the modules, at most one a place.

    A place is taken by the hash of its id and the seed, so that a change elsewhere moves no other place in or out.
    """
    ranked = []
    for name in names:
        code = (SOURCE / name).read_text(encoding="utf-8")
        ranked += [(_digest(f"{seed} {site.id}"), name, site) for site in _sites(name, code)]
    mutants: list[Mutant] = []
    for digest, name, site in sorted(ranked, key=lambda entry: entry[0]):
        if len(mutants) == size:
            break
        variant = int(digest, 16) % len(site.mutations)
        mutants += _made(name, site, variant)
    return mutants


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sites(name: str, code: str) -> Iterator[_Site]:
    module, mutations, _, _ = create_mutations(name, code)
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    parents, positions = wrapper.resolve(ParentNodeProvider), wrapper.resolve(PositionProvider)
    at_place: dict[int, list[Mutation]] = {}
    for mutation in mutations:
        at_place.setdefault(id(mutation.original_node), []).append(mutation)
    seen: dict[str, int] = {}
    for variants in at_place.values():
        node = variants[0].original_node
        above = [node]
        while (parent := parents.get(above[-1])) is not None:
            above.append(parent)
        names = [n.name.value for n in reversed(above) if isinstance(n, cst.FunctionDef | cst.ClassDef)]
        statement = next(n for n in above if isinstance(n, cst.SimpleStatementLine | cst.BaseCompoundStatement))
        if any(isinstance(n, cst.If) and module.code_for_node(n.test) == "TYPE_CHECKING" for n in above):
            continue
        inside = above[above.index(statement) + 1 :]
        key = f"{name}:{'.'.join(names) or 'module'}:{_digest(module.code_for_node(node))[:8]}"
        seen[key] = seen.get(key, 0) + 1
        yield _Site(
            f"{key}.{seen[key]}",
            module,
            variants,
            _span(statement, positions),
            not any(isinstance(n, cst.FunctionDef) for n in inside),
        )


def _span(statement: cst.CSTNode, positions: object) -> range:
    """Return the lines of a statement; of one with a body, those before its body."""
    assert hasattr(positions, "__getitem__")
    own: CodeRange = positions[statement]
    end = own.end.line
    body = getattr(statement, "body", None)
    if isinstance(body, cst.IndentedBlock):
        end = max(own.start.line, positions[body.body[0]].start.line - 1)
    return range(own.start.line, end + 1)


def _made(name: str, site: _Site, variant: int) -> list[Mutant]:
    """Return the mutant, or nothing where the change leaves the same program or none that compiles."""
    mutation = site.mutations[variant]
    tree = deep_replace(site.module, mutation.original_node, mutation.mutated_node)
    assert isinstance(tree, cst.Module)
    before, after = site.module.code, tree.code
    try:
        if ast.dump(ast.parse(before)) == ast.dump(ast.parse(after)):
            return []
        compile(after, name, "exec")
    except SyntaxError:
        return []
    old, new = before.splitlines(), after.splitlines()
    first = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    last = next(n for n, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b)
    was = "\n".join(old[first : max(len(old) - last, first + 1)])
    becomes = "\n".join(new[first : max(len(new) - last, first + 1)])
    return [Mutant(f"{site.id}.{variant}", name, site.span, site.at_import, was, becomes, after)]
