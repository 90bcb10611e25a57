from pathlib import Path

import pytest

from executor.errors import BrokenCatalogue, UnknownRuntime
from executor.languages import PACKAGED, Catalogue

PYTHON = (PACKAGED / "python-3.13.toml").read_text()


def load(directory: Path, **files: str) -> Catalogue:
    for name, text in files.items():
        (directory / f"{name.replace('_', '-')}.toml").write_text(text)
    return Catalogue.load(directory)


def test_a_runtime_is_found_by_id_and_by_language_the_newest_first(tmp_path: Path) -> None:
    catalogue = load(
        tmp_path,
        **{
            "python-3.13": PYTHON,
            "python-3.9": PYTHON.replace("3.13", "3.9"),
            "node-22": PYTHON.replace('"python"', '"node"').replace("python-3.13", "node-22"),
        },
    )
    assert [runtime.id for runtime in catalogue.runtimes] == [
        "node-22",
        "python-3.13",
        "python-3.9",
    ]
    assert catalogue.resolve("python").id == "python-3.13"
    assert catalogue.resolve("python-3.9").version == "3.9"
    with pytest.raises(UnknownRuntime, match="'cobol'; known are: node-22, python"):
        catalogue.resolve("cobol")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('monaco = "python"\n', "", "python-3.13.toml: monaco is missing"),
        ('name = "Python"', 'name = ""', "name must be a text that isn't empty"),
        ('name = "Python"', "name = 3", "name must be a text"),
        ('name = "Python"', 'name = "Python"\nnick = 1', "nick is not a field"),
        ('[".py"]', '".py"', "extensions must be a list of texts"),
        ('"{entry}"', '"main.py"', "command must contain '{entry}'"),
        ('entry = "main.py"', 'entry = "app.py"', "template must hold the entry file"),
        ('image = "python-3.13"', 'image = "../x"', "image must be made of"),
        ('id = "python-3.13"', 'id = "python"', "id must be the file's name, 'python-3.13'"),
        ("[self_test]", "[self_test]\nx = 1", r"python-3.13.toml, \[self_test\]: x is not a field"),
        ("[self_test]", "[self_test", "python-3.13.toml: "),
    ],
)
def test_a_broken_file_is_named_with_its_field(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in PYTHON
    with pytest.raises(BrokenCatalogue, match=message):
        load(tmp_path, **{"python-3.13": PYTHON.replace(old, new)})


def test_an_empty_catalogue_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenCatalogue, match="holds no language file"):
        Catalogue.load(tmp_path)


def test_a_file_name_that_looks_like_an_option_stays_a_file_name() -> None:
    python = Catalogue.load().resolve("python")
    assert python.argv("main.py", ["-x", "{entry}"]) == (
        "python3",
        "-u",
        "main.py",
        "-x",
        "{entry}",
    )
    assert python.argv("-c") == ("python3", "-u", "./-c")
