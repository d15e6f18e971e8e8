"""What `oversight serve` opens: the files of a folder, and the scenario that it was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oversight.app.library import POLICY, Library, without_files
from oversight.app.scenario import Scenario, scenario
from oversight.app.serving import Served
from oversight.documents.bundled import Kind, file_of, files_in, shown_of
from oversight.documents.extends import read_policy
from oversight.documents.yaml_file import read_yaml
from oversight.errors import InputError, Problem
from oversight.scenario import load_experiment
from oversight.scenario.schemas import DEFAULT, section_of

_OFFERED: tuple[tuple[Kind, str], ...] = (("experiments", ""), ("policies", POLICY))


def opened(
    file: str | None, folder: str | Path = ".", plugins: Sequence[str | Path] = (), unchecked: bool = False
) -> Served:
    """The library of `folder`, and the experiment or policy of `file`; without one, the library's first.

    Raises:
        InputError: there is no such folder or file, it is wrong, or a class breaks its contract.
    """
    if not Path(folder).is_dir():
        raise InputError(Problem(f"`{folder}` is not a folder", "--folder"))
    if not file:
        library = Library(folder, plugins)
        library.hold(unchecked)
        return Served(library, library.first)
    found = file_of("experiments", file)
    found = found if found.exists() else file_of("policies", file)
    data = read_yaml(found, shown_of(file, found)).data
    game = section_of(data) != DEFAULT
    library = Library(folder, plugins, data, found if game else None)
    library.hold(unchecked)
    if game:
        _ = library.game(found.stem).experiment
        return Served(library, library.first, found.stem)
    return Served(library, _scenario(found, library))


def _scenario(file: Path, library: Library) -> Scenario:
    name = _bundled(file, library)
    if name is not None:
        return library.scenario(name)
    if "monitoring" in read_yaml(file, str(file)).data:
        return library.with_assumed_population(read_policy(file, str(file)))
    loaded = load_experiment(file, plugins=library.plugins)
    return scenario(without_files(loaded), library.model, library.plugins)


def _bundled(file: Path, library: Library) -> str | None:
    """The name of a file that the library offers itself, which makes for short links."""
    for folder, prefix in _OFFERED:
        if any(file.resolve() == known.resolve() for known in files_in(library.folder, folder)):
            return prefix + file.stem
    return None
