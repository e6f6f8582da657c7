"""What the results of several inputs are called: after the inputs, and never one like another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from qa_service.usecases.measured_file import SUFFIX

#: One input: its file, or its two leg files.
Group = tuple[Path, ...]


def stem(path: Path) -> str:
    """A file's name without its ending; a measured call's ending has two parts."""
    return path.name.removesuffix(SUFFIX) if path.name.endswith(SUFFIX) else path.stem


def _forms(deepest: int) -> Iterator[Callable[[Path], str]]:
    """How a name tells itself from another, plainest first: its ending, then its folders, the nearest first."""
    yield stem
    yield lambda path: path.name
    for depth in range(1, deepest + 1):
        yield partial(_with_folders, depth=depth, name=stem)
        yield partial(_with_folders, depth=depth, name=lambda path: path.name)


def _with_folders(path: Path, *, depth: int, name: Callable[[Path], str]) -> str:
    return "-".join((*_folders(path)[-depth:], name(path)))


def _folders(path: Path) -> tuple[str, ...]:
    return tuple(part for part in path.parent.parts if part not in (path.anchor, ".."))


def result_names(groups: Sequence[Group]) -> list[str]:
    """A name for every input's results, in their order; who else is there decides, not who comes first.

    >>> result_names([(Path("mon/call.wav"),), (Path("tue/call.wav"),), (Path("tue/good.wav"),)])
    ['mon-call', 'tue-call', 'good']
    >>> result_names([(Path("call.wav"),), (Path("call.mp3"),)])
    ['call.wav', 'call.mp3']
    """
    plain = [_joined(group, stem) for group in groups]
    alike: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(plain):
        # Some file systems take Call and call for one.
        alike[name.casefold()].append(index)
    taken = {name for name, sharing in alike.items() if len(sharing) == 1}
    names = list(plain)
    for sharing in alike.values():
        if len(sharing) > 1:
            chosen = _told_apart([groups[i] for i in sharing], taken)
            taken |= {name.casefold() for name in chosen}
            for index, name in zip(sharing, chosen, strict=True):
                names[index] = name
    return names


def _told_apart(groups: Sequence[Group], taken: set[str]) -> list[str]:
    once = tuple(dict.fromkeys(groups))
    named = dict(zip(once, _apart(once, taken), strict=True))
    return list(_numbered([named[group] for group in groups], taken))


def _apart(groups: Sequence[Group], taken: set[str]) -> list[str]:
    """The plainest names that differ; the longest ones where none do."""
    names: list[str] = []
    for form in _forms(max(len(_folders(path)) for group in groups for path in group)):
        names = [_joined(group, form) for group in groups]
        folded = {name.casefold() for name in names}
        if len(folded) == len(names) and not folded & taken:
            break
    return names


def _numbered(names: Sequence[str], taken: set[str]) -> Iterator[str]:
    """Counted from the second on: the very same file given twice, or files that nothing else tells apart."""
    used = set(taken)
    for name in names:
        free = (f"{name}-{number}" if number > 1 else name for number in count(1))
        chosen = next(candidate for candidate in free if candidate.casefold() not in used)
        used.add(chosen.casefold())
        yield chosen


def _joined(group: Group, form: Callable[[Path], str]) -> str:
    return "+".join(map(form, group))
