"""What is particular to pip and npm: requirements, locks, words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.errors import InvalidRequirement
from executor.language_files import load_catalogue
from executor.languages import Runtime
from executor.packages.manager import PackageManager
from executor.packages.npm import Npm
from executor.packages.pip import Pip

NO_VERSION = "ERROR: Could not find a version that satisfies the requirement"
MANAGERS = [Pip(), Npm()]
REPORT = {
    "install": [
        {
            "metadata": {"name": "Six", "version": "1.17.0", "description": "x" * 1000},
            "download_info": {"archive_info": {"hashes": {"sha256": "ab" * 32}}},
            "is_yanked": True,
        },
        {
            "metadata": {"name": "idna", "version": "3.20"},
            "download_info": {"archive_info": {"hashes": {"sha256": "cd" * 32}}},
        },
    ]
}
NPM_LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "": {"dependencies": {"a": "^1"}},
        "node_modules/a": {"version": "1.2.3", "integrity": "sha512-aa"},
        "node_modules/a/node_modules/@b/c": {"version": "2.0.0", "integrity": "sha512-bb"},
        "node_modules/only-mac": {"version": "1.0.0", "os": ["darwin"], "optional": True},
    },
}


@pytest.fixture
def python() -> Runtime:
    return load_catalogue().resolve("python")


@pytest.mark.parametrize(
    ("requirement", "plain", "name"),
    [
        ("numpy", "numpy", "numpy"),
        (" Ruamel_Yaml >= 0.18, < 1 ", "Ruamel_Yaml>=0.18,<1", "ruamel-yaml"),
        ("requests[socks,security]==2.*", "requests[socks,security]==2.*", "requests"),
        ("a~=1.0", "a~=1.0", "a"),
    ],
)
def test_pip_takes_names_with_versions(requirement: str, plain: str, name: str) -> None:
    assert Pip().check(requirement) == plain
    assert Pip().name(plain) == name


@pytest.mark.parametrize(
    ("requirement", "name"),
    [("nanoid", "nanoid"), ("@types/node@^22.1", "@types/node"), ("a@>=1 <2 || 3.x", "a")],
)
def test_npm_takes_names_with_versions(requirement: str, name: str) -> None:
    assert Npm().check(requirement) == requirement
    assert Npm().name(requirement) == name


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.id)
@pytest.mark.parametrize(
    "requirement",
    [
        "", "-e .", "--index-url=http://x", "./x", "/x", "file:///x", "git+https://x/y", "x/y/z",
        "https://x/y.whl", "a @ https://x/y.whl", "a@npm:b", "a@file:b", "a@git://b", "a; x",
        "a\nb --hash=x", "a#b", "a==1 --no-binary a", "@a/../b", "a@http://b", "$(id)", "`id`",
        "a@..", "a@.", "a@b.tgz", "a@x.TAR.GZ",
    ],
)  # fmt: skip
def test_nothing_else_is_taken(manager: PackageManager, requirement: str) -> None:
    with pytest.raises(InvalidRequirement):
        manager.check(requirement)


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.id)
@given(text=st.text(alphabet=st.sampled_from("ab1-=.<>~@/:+ \n\t;#$[],*|^_\\'\""), max_size=20))
def test_what_is_taken_is_one_word_that_is_no_option_and_no_path(
    manager: PackageManager, text: str
) -> None:
    try:
        plain = manager.check(text)
    except InvalidRequirement:
        return
    assert not plain.startswith(("-", ".", "/"))
    assert not set(plain) & set("\n\t;#$:\\'\"")
    assert manager.check(plain) == plain
    assert manager.name(plain)


def test_pip_s_lock_names_every_file_by_its_hash(python: Runtime) -> None:
    lock = Pip().read_lock(json.dumps(REPORT).encode(), python, ["SIX>=1"])
    assert (
        lock.text
        == f"idna==3.20 --hash=sha256:{'cd' * 32}\nSix==1.17.0 --hash=sha256:{'ab' * 32}\n"
    )
    idna, six = lock.packages
    assert (six.is_direct, idna.is_direct) == (True, False)
    assert (six.note, idna.note) == ("withdrawn (yanked) by its makers", "")


def test_npm_s_lock_is_its_own_and_shows_what_is_installed_here(python: Runtime) -> None:
    lock = Npm().read_lock(json.dumps(NPM_LOCK).encode(), python, ["a@^1"])
    assert json.loads(lock.text) == NPM_LOCK
    assert [(one.name, one.version, one.is_direct) for one in lock.packages] == [
        ("a", "1.2.3", True),
        ("@b/c", "2.0.0", False),
    ]


@pytest.mark.parametrize(
    ("entry", "is_shown"),
    [
        ({"os": ["!win32"]}, True),
        ({"os": ["!linux"]}, False),
        ({"os": ["darwin", "linux"]}, True),
        ({"os": "win32"}, False),
        ({"os": ["linux"], "libc": ["musl"]}, False),
        ({"os": ["linux"], "libc": ["glibc"]}, True),
    ],
)
def test_npm_shows_what_is_for_linux(
    python: Runtime, entry: dict[str, object], *, is_shown: bool
) -> None:
    package = {"version": "1.0.0", "integrity": "sha512-aa", **entry}
    printed = json.dumps({"packages": {"node_modules/a": package}}).encode()
    assert bool(Npm().read_lock(printed, python, []).packages) is is_shown


@pytest.mark.parametrize("entry", [{"resolved": "../..", "link": True}, {"version": "1.0.0"}])
def test_npm_locks_nothing_without_a_hash(python: Runtime, entry: dict[str, object]) -> None:
    printed = json.dumps({"packages": {"node_modules/a": entry}}).encode()
    with pytest.raises((ValueError, LookupError)):
        Npm().read_lock(printed, python, [])


def test_npm_takes_what_comes_in_another_s_file(python: Runtime) -> None:
    entry = {"version": "1.0.0", "inBundle": True}
    printed = json.dumps({"packages": {"node_modules/a/node_modules/b": entry}}).encode()
    assert [one.hash for one in Npm().read_lock(printed, python, []).packages] == [""]


def test_the_same_lock_is_the_same_layer_and_another_is_not(python: Runtime) -> None:
    printed = json.dumps(REPORT).encode()
    one, again = (Pip().read_lock(printed, python, asked) for asked in (["six"], ["idna"]))
    assert one.digest == again.digest
    other = json.dumps(REPORT).replace("1.17.0", "1.17.1").encode()
    assert Pip().read_lock(other, python, ["six"]).digest != one.digest


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (
            f"{NO_VERSION} six==99 (from versions: 0, 1, 2, 3, 4, 5)",
            "no version of six fits six==99; the newest for this Python are 1, 2, 3, 4, 5",
        ),
        (
            f"{NO_VERSION} nope (from versions: none)",
            "there is no package nope",
        ),
        (
            "Skipping link: No sources permitted for old\n"
            + NO_VERSION
            + " old>1 (from versions: none)",
            "old has no wheel for this Python, and nothing is built here",
        ),
        (
            "ERROR: Cannot install a==1 and b==2 because these package versions have conflicting",
            "these can't be installed together: a==1 and b==2",
        ),
        ("ERROR: something new", "something new"),
        ("", "it gave no reason"),
    ],
)
def test_pip_s_reasons_in_words(log: str, words: str) -> None:
    assert Pip().explain(log.splitlines()) == words


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (
            "npm error code E404\nnpm error 404  'nope@*' is not in this registry.",
            "nope: the registry has no such package",
        ),
        (
            "npm error code ETARGET\nnpm error notarget No matching version found for a@99.",
            "a@99: the package has no such version",
        ),
        ("npm error code EWHAT\nnpm error something new", "something new"),
    ],
)
def test_npm_s_reasons_in_words(log: str, words: str) -> None:
    assert Npm().explain(log.splitlines()) == words
