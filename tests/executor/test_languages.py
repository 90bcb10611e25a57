from pathlib import Path

import pytest

from executor.errors import BrokenCatalogue, UnknownRuntime
from executor.language_files import PACKAGED, load_catalogue, version_id
from executor.languages import Catalogue, Needs, Runtime, Tools
from executor.run import RunLimits

MIB = 1 << 20
PYTHON = (PACKAGED / "python.toml").read_text()
TINY = """
name = "Tiny"
extensions = [".tiny", ".ty"]
entry = "main.tiny"
monaco = "plaintext"
image = "tiny"
compile = ["tc", "-o", "{build}/{name}", "{sources}"]
run = ["{build}/{name}", "{dir}", "{stem}"]
toolchain = ["tc", "--version"]
env = { TINY = "1" }
needs = { memory_mib = 512, tmp_mib = 128 }
tools = { formatter = "tinyfmt" }
template = { "main.tiny" = "greet", "lib/help.tiny" = "help" }
self_test = { stdin = "Ada", stdout = "Hello" }

[[versions]]
version = "GNU 2"

[[versions]]
version = "1.9"
image = "tiny-1"
compile = ["oldtc", "{entry}"]
repl = ["tinysh"]
"""


def load(directory: Path, **files: str) -> Catalogue:
    for name, text in files.items():
        (directory / f"{name}.toml").write_text(text)
    return load_catalogue(directory)


@pytest.fixture
def tiny(tmp_path: Path) -> Runtime:
    return load(tmp_path, tiny=TINY).resolve("tiny")


def test_a_runtime_is_found_by_id_and_by_language_the_preferred_version_first(
    tmp_path: Path,
) -> None:
    catalogue = load(tmp_path, python=PYTHON, tiny=TINY, ada=TINY.replace('"Tiny"', '"Ada"'))
    assert [runtime.id for runtime in catalogue.runtimes if runtime.language != "python"] == [
        "ada-gnu-2",
        "ada-1.9",
        "tiny-gnu-2",
        "tiny-1.9",
    ]
    assert catalogue.resolve("python").id == "python-3.13"
    assert catalogue.resolve("tiny").version == "GNU 2"
    assert catalogue.resolve("tiny-1.9").image == "tiny-1"
    with pytest.raises(UnknownRuntime, match=r"'klingon'; .*GET /api/runtimes name all"):
        catalogue.resolve("klingon")
    with pytest.raises(UnknownRuntime, match=r"'python-3.1'; is it python-3.13 or "):
        catalogue.resolve("python-3.1")


def test_a_version_says_only_how_it_differs(tmp_path: Path) -> None:
    newest, old = load(tmp_path, tiny=TINY).runtimes
    assert (newest.image, newest.repl) == ("tiny", ())
    assert (old.image, old.repl) == ("tiny-1", ("tinysh",))
    assert old.compile == ("oldtc", "{entry}")
    assert old.run == newest.run
    assert newest.env == old.env == {"TINY": "1"}
    assert newest.needs == Needs(memory_bytes=512 * MIB, tmp_bytes=128 * MIB)
    assert newest.tools == Tools(formatter="tinyfmt")
    assert newest.template == (("main.tiny", "greet"), ("lib/help.tiny", "help"))


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.13", "c-3.13"), ("GCC 14", "c-gcc-14"), ("Poly/ML 5.7", "c-poly-ml-5.7")],
)
def test_an_id_is_made_of_language_and_version(version: str, expected: str) -> None:
    assert version_id("c", version) == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('monaco = "plaintext"\n', "", "tiny.toml, version 1: monaco is missing"),
        ('name = "Tiny"', 'name = ""', "name must be a text that isn't empty"),
        ('name = "Tiny"', "name = 3", "name must be a text"),
        ('name = "Tiny"', 'name = "Tiny"\nnick = 1', "nick is not a field"),
        ('[".tiny", ".ty"]', '".tiny"', "extensions must be a list of texts"),
        ('".tiny", ".ty"', '"tiny"', "extensions must begin with a dot"),
        ('"{build}/{name}", "{sources}"', '"x"', "compile must take the entry file"),
        ('"{dir}"', '"{folder}"', "run has {folder}; known are {entry}"),
        ('entry = "main.tiny"', 'entry = "app.tiny"', "template must hold the entry file"),
        ('entry = "main.tiny"', 'entry = "main.c"', "template must hold the entry file"),
        ('image = "tiny-1"', 'image = "../x"', "version 2: image must be made of"),
        ("memory_mib = 512", "memory_mib = -1", r"\[needs\]: memory_mib must be a number"),
        ("memory_mib = 512", "memory = 1", r"\[needs\]: memory is not a field"),
        ('formatter = "tinyfmt"', 'linter = "x"', r"\[tools\]: linter is not a field"),
        ('stdin = "Ada"', 'stdin = ""', r"\[self_test\]: stdin must be a text"),
        ('stdin = "Ada"', 'stdin = "Ada", x = 1', r"\[self_test\]: x is not a field"),
        ('version = "1.9"', 'version = "gnu 2"', "versions must have different ids"),
        ("[[versions]]", "[[version]]", "tiny.toml: versions is missing"),
        ("[[versions]]", "[[versions", "tiny.toml: "),
    ],
)
def test_a_broken_file_is_named_with_its_field(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in TINY
    with pytest.raises(BrokenCatalogue, match=message):
        load(tmp_path, tiny=TINY.replace(old, new))


def test_the_name_of_a_file_becomes_an_id(tmp_path: Path) -> None:
    with pytest.raises(BrokenCatalogue, match="the file's name must be made of"):
        load(tmp_path, Tiny_2=TINY)


def test_an_empty_catalogue_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenCatalogue, match="holds no language file"):
        load_catalogue(tmp_path)


def test_commands_are_filled_with_the_file_and_its_like_below(tiny: Runtime) -> None:
    files = ["b/c/d.tiny", "b/main.tiny", "a.tiny", "b/z.ty", "b/a.tiny"]
    commands = tiny.commands("b/main.tiny", files, ["-x", "{entry}"])
    sources = ("b/main.tiny", "b/a.tiny", "b/c/d.tiny")
    assert commands.compile == ("tc", "-o", "/tmp/build/main", *sources)
    assert commands.run == ("/tmp/build/main", "b", "b/main", "-x", "{entry}")


def test_a_file_name_is_neither_an_option_nor_a_placeholder_nor_a_command(tiny: Runtime) -> None:
    commands = tiny.commands("-{dir} $(x).tiny", ["-o.tiny"])
    assert commands.compile[2:] == (
        "/tmp/build/./-{dir} $(x)",
        "./-{dir} $(x).tiny",
        "./-o.tiny",
    )
    python = load_catalogue().resolve("python")
    assert python.commands("-c").run == ("python3", "-u", "./-c")


def test_a_language_gets_what_it_needs_within_the_policy(tiny: Runtime) -> None:
    limits = RunLimits(memory_bytes=256 * MIB, max_memory_bytes=1024 * MIB, tmp_bytes=64 * MIB)
    covering = limits.covering(tiny.needs)
    assert (covering.memory_bytes, covering.tmp_bytes) == (512 * MIB, 128 * MIB)
    assert limits.covering(Needs()) == limits
    assert limits.covering(Needs(4096 * MIB, 2048 * MIB)).memory_bytes == 1024 * MIB
    assert limits.covering(Needs(4096 * MIB, 2048 * MIB)).tmp_bytes == 1024 * MIB
