"""The language catalogue: which runtimes there are, and the commands that run a program in each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import PurePosixPath

from executor.debuggers import Debugger
from executor.errors import UnknownRuntime

BUILD_DIRECTORY = "/tmp/build"  # noqa: S108 (the sandbox's own; there when a compiler starts)
SOURCES = "{sources}"
PLACEHOLDERS = ("{entry}", "{stem}", "{name}", "{dir}", "{build}", SOURCES)
_PLACEHOLDER = re.compile(r"\{(entry|stem|name|dir|build)\}")


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What the template must print, exactly, when this is its input: the proof of the runtime."""

    stdin: str
    stdout: str


@dataclass(frozen=True, slots=True)
class Needs:
    """The least that a language works with; it gets it where the server's policy allows.

    Attributes:
        memory_bytes: of its compiler and a small program.
        tmp_bytes: of /tmp, where its compiler puts what it makes.
    """

    memory_bytes: int = 0
    tmp_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Tools:
    """What the language's people work with, by the names of the tools; empty where nothing is."""

    formatter: str = ""
    packages: str = ""
    lsp: str = ""


@dataclass(frozen=True, slots=True)
class Debugging:
    """How the language's programs are debugged.

    Attributes:
        debugger: with the language's own `entry`, where it has one.
        compile: as `Runtime.compile`; empty if that will do.
        run: as `Runtime.run`; empty if that will do.
        needs: of debugger and program together.
    """

    debugger: Debugger
    compile: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    needs: Needs = Needs()


@dataclass(frozen=True, slots=True)
class Commands:
    """The argument vectors of one program.

    Attributes:
        compile: to be run before it, with BUILD_DIRECTORY made and no input; empty if there is
            nothing to compile. It writes nothing that the program needs outside that directory.
    """

    compile: tuple[str, ...]
    run: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """One version of one language.

    Attributes:
        id: the language and the version, such as `python-3.13`.
        language: the name of its file in the catalogue.
        name: the language's, as people write it.
        extensions: file name endings with their dot; the first is the usual one.
        entry: the file that runs when a room doesn't say which.
        monaco: the editor's name for the language's highlighting.
        image: the directory in deploy/runtimes/ that its image is built from.
        compile: argument vector with PLACEHOLDERS; empty if there is nothing to compile.
        run: argument vector with PLACEHOLDERS; the program's arguments come after it.
        toolchain: argument vector that prints the exact version.
        repl: argument vector of its interactive shell; empty without one.
        env: for compiler and program, below what a room sets.
        debugging: None where there is no debugger.
        packages_directory: where installed packages are found without more ado; empty where there
            is nothing that installs them.
        template: the files of a new room, path to text.
    """

    id: str
    language: str
    name: str
    version: str
    extensions: tuple[str, ...]
    entry: str
    monaco: str
    image: str
    compile: tuple[str, ...] = ()
    run: tuple[str, ...]
    toolchain: tuple[str, ...]
    repl: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    needs: Needs = Needs()
    tools: Tools = Tools()
    debugging: Debugging | None = None
    packages_directory: str = ""
    template: tuple[tuple[str, str], ...]
    self_test: SelfTest

    def for_debugging(self) -> "Runtime":
        """Return this runtime as it compiles and runs a program that is debugged."""
        if self.debugging is None:
            return self
        return replace(
            self,
            compile=self.debugging.compile or self.compile,
            run=self.debugging.run or self.run,
            needs=Needs(
                max(self.needs.memory_bytes, self.debugging.needs.memory_bytes),
                max(self.needs.tmp_bytes, self.debugging.needs.tmp_bytes),
            ),
        )

    def commands(self, entry: str, files: Iterable[str] = (), args: Iterable[str] = ()) -> Commands:
        """Return what compiles and runs `entry`, which is one of the workspace's `files`.

        No part of a file's name is ever taken for an option or a placeholder.
        """
        sources = self._sources(entry, files)
        path = PurePosixPath(entry)
        values = {
            "entry": as_operand(entry),
            "stem": as_operand(str(path.with_suffix(""))),
            "name": as_operand(path.stem),
            "dir": as_operand(str(path.parent)),
            "build": BUILD_DIRECTORY,
        }
        return Commands(
            tuple(_filled(self.compile, values, sources)),
            (*_filled(self.run, values, sources), *args),
        )

    def _sources(self, entry: str, files: Iterable[str]) -> list[str]:
        """Return the entry, and then its like in its directory and below."""
        path = PurePosixPath(entry)
        others = sorted(
            file
            for file in files
            if file != entry
            and PurePosixPath(file).suffix == path.suffix
            and path.parent in PurePosixPath(file).parents
        )
        return [as_operand(file) for file in [entry, *others]]


class Catalogue:
    """All runtimes on offer.

    Args:
        runtimes: the versions of each language in the order of preference.
    """

    def __init__(self, runtimes: Iterable[Runtime]) -> None:
        self.runtimes = tuple(sorted(runtimes, key=lambda runtime: runtime.name.casefold()))

    def resolve(self, id_or_language: str) -> Runtime:
        """Return the runtime with this id, or a language's first.

        Raises:
            UnknownRuntime: there is neither.
        """
        for runtime in self.runtimes:
            if id_or_language in {runtime.id, runtime.language}:
                return runtime
        raise UnknownRuntime(
            f"there is no runtime {id_or_language!r}; {self._hint(id_or_language)}"
        )

    def _hint(self, unknown: str) -> str:
        names = {name for runtime in self.runtimes for name in (runtime.language, runtime.id)}
        near = get_close_matches(unknown, sorted(names))
        if near:
            return f"is it {' or '.join(near)}?"
        return "`codlab runtimes list` and GET /api/runtimes name all"


def as_operand(file: str) -> str:
    """Return the file's name such that no command takes it for an option."""
    return f"./{file}" if file.startswith("-") else file


def _filled(
    template: Iterable[str], values: Mapping[str, str], sources: Iterable[str]
) -> Iterable[str]:
    for word in template:
        if word == SOURCES:
            yield from sources
        else:
            yield _PLACEHOLDER.sub(lambda found: values[found[1]], word)
