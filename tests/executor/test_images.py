import asyncio
import io
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from executor.build_log import BuildLog
from executor.engine_docker import DockerEngine
from executor.errors import BuildFailed, EngineUnavailable
from executor.images import BuildProgress, ImageState
from executor.images_docker import DockerImages
from executor.language_files import load_catalogue
from executor.languages import Runtime
from executor.recipes import Base, Recipes
from tests.executor.conftest import RECIPES


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECIPES, tmp_path / "runtimes"))


async def state(images: DockerImages, runtime: Runtime) -> ImageState:
    return (await images.states([runtime]))[runtime.id]


def write_recipe(recipes: Path, name: str, text: str) -> None:
    (recipes / name).mkdir()
    (recipes / name / "Dockerfile").write_text(text)


def tag(recipes: Path, recipe: str) -> str:
    return Recipes(recipes).tag(Base(f"codlab/{recipe}"))


def test_a_changed_recipe_is_another_image_and_nothing_else_is(recipes: Path) -> None:
    write_recipe(recipes, "below", "FROM debian:trixie-slim\n")
    write_recipe(recipes, "tiny", "FROM codlab/below AS made\nFROM made\nCOPY --from=made / /\n")
    before = tag(recipes, "tiny")
    assert before.startswith("codlab/tiny:")
    write_recipe(recipes, "other", "FROM scratch\n")
    (recipes / "entry" / "entry.c").write_text("another first process")
    assert tag(recipes, "tiny") == before
    tags = {before}
    for path in ("base.sh", "below/Dockerfile", "tiny/Dockerfile", "tiny/new"):
        with (recipes / path).open("a") as file:
            file.write("# changed\n")
        tags.add(tag(recipes, "tiny"))
    assert len(tags) == 5


def test_what_runs_programs_changes_with_its_first_process(recipes: Path) -> None:
    before = tag(recipes, "run/python-3.13")
    assert before == tag(RECIPES, "run/python-3.13")
    (recipes / "entry" / "entry.c").write_text("another first process")
    assert tag(recipes, "run/python-3.13") != before


def test_a_stage_that_stands_on_nothing_needs_no_base(recipes: Path) -> None:
    write_recipe(recipes, "tiny", "FROM debian:trixie-slim AS made\nFROM scratch\n")
    assert Recipes(recipes).bases("tiny") == [Base("debian:trixie-slim")]


def test_an_engine_gets_all_of_a_recipe_with_its_own_bases_named_exactly(recipes: Path) -> None:
    write_recipe(recipes, "below", "FROM debian:trixie-slim\n")
    write_recipe(recipes, "below-2", "FROM debian:trixie-slim\nCOPY a /\n")
    stages = ["FROM codlab/below AS one", "FROM debian:trixie-slim", "FROM codlab/below-2"]
    write_recipe(recipes, "tiny", "\n".join([*stages, "COPY --from=one b/c host-authorities /"]))
    (recipes / "tiny" / "b").mkdir()
    (recipes / "tiny" / "b" / "c").write_text("content")
    with tarfile.open(fileobj=io.BytesIO(Recipes(recipes).context("tiny"))) as archive:
        assert {"Dockerfile", "b/c", "host-authorities"} <= set(archive.getnames())
        dockerfile = archive.extractfile("Dockerfile")
        assert dockerfile is not None
        lines = dockerfile.read().decode().splitlines()
    assert lines == [
        f"FROM {tag(recipes, 'below')} AS one",
        "FROM debian:trixie-slim",
        f"FROM {tag(recipes, 'below-2')}",
        "COPY --from=one b/c host-authorities /",
    ]


def test_every_runtime_has_a_recipe_and_every_recipe_a_use() -> None:
    recipes = Recipes(RECIPES)
    runtimes = load_catalogue().runtimes
    used = {runtime.image for runtime in runtimes} | {"entry"}
    with_packages = (runtime for runtime in runtimes if runtime.packages_directory)
    used |= {f"install/{runtime.tools.packages}/{runtime.image}" for runtime in with_packages}
    for name in list(used):
        bases = recipes.bases(name)
        while bases:
            base = bases.pop()
            used.add(base.recipe)
            bases += recipes.bases(base.recipe) if base.recipe else []
    used = {name for name in used if name and not name.startswith(("install/", "run/"))}
    assert used == {path.parent.name for path in RECIPES.glob("*/Dockerfile")}


def test_progress_never_falls_and_ends_below_the_whole() -> None:
    log = BuildLog()
    told: list[BuildProgress] = []
    with log.followed_by(told.append):
        for image in range(2):
            log.enter(f"image-{image}", image, 2)
            for step in range(1, 5):
                log.tell(f"Step {step}/4 : RUN x")
                log.tell("  ")
                for number in range(100):
                    log.tell(f"line {number}")
    log.tell("nobody listens")
    percents = [progress.percent for progress in told]
    assert percents == sorted(percents)
    assert percents[0] < 10
    assert 90 < percents[-1] < 100
    assert told[-1].layer == "image-1 4/4"
    assert told[-1].line == "line 99"


async def test_an_image_that_is_there_is_not_built(images: DockerImages, python: Runtime) -> None:
    told: list[BuildProgress] = []
    await images.build(python, told.append)
    assert told == []
    assert await state(images, python) is ImageState.READY


async def test_a_broken_recipe_fails_for_all_who_wait_with_the_end_of_its_log(
    engine: DockerEngine, images: DockerImages, recipes: Path, python: Runtime
) -> None:
    base = await images.tag(python)
    write_recipe(recipes, "broken", f"FROM {base}\nRUN echo about to fail && exit 7\n")
    broken = replace(python, id="broken", image="broken")
    told: list[BuildProgress] = []
    async with DockerImages(engine, recipes) as others:
        assert await state(others, broken) is ImageState.MISSING
        with pytest.raises(BuildFailed, match=r"(?s)broken could not be built: .*about to fail"):
            await others.build(broken, told.append)
        assert await state(others, broken) is ImageState.FAILED
    assert any("Step 2/2" in progress.line for progress in told)


@pytest.fixture
async def unpullable(engine: DockerEngine) -> AsyncGenerator[str]:
    """The name of a base that no registry has."""
    name = f"codlab-test-{secrets.token_hex(4)}"
    yield name
    await asyncio.to_thread(remove_image, f"{name}:tiny-slim")


def remove_image(tag: str) -> None:
    subprocess.run(["docker", "rmi", "--force", tag], stdout=subprocess.DEVNULL, check=False)


async def test_a_base_that_cannot_be_pulled_is_made_once_for_all_who_wait(
    engine: DockerEngine, recipes: Path, python: Runtime, unpullable: str
) -> None:
    (recipes / "base.sh").write_text(
        '#!/bin/sh\necho "making $1"\ncd "$(dirname "$0")"\necho >> made\ntar -cf "$2" base.sh\n'
    )
    write_recipe(recipes, unpullable, f"FROM {unpullable}:tiny-slim\nLABEL kind=test\n")
    runtime = replace(python, id="tiny", image=unpullable)
    told: list[BuildProgress] = []
    async with DockerImages(engine, recipes) as images:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(images.build(runtime, told.append))
            tasks.create_task(images.build(runtime, told.append))
        assert await state(images, runtime) is ImageState.READY
        tags = [await images.tag(runtime), await asyncio.to_thread(tag, recipes, unpullable)]
    assert (recipes / "made").read_text() == "\n"
    assert "making tiny" in [progress.line for progress in told]
    for name in tags:
        await asyncio.to_thread(remove_image, name)


async def test_what_images_share_is_made_once_below_them(
    engine: DockerEngine, images: DockerImages, recipes: Path, python: Runtime
) -> None:
    base, mark = await images.tag(python), secrets.token_hex(4)
    below, first, second = (f"codlab-test-{mark}-{name}" for name in ("below", "first", "second"))
    write_recipe(recipes, below, f"FROM {base}\nRUN echo making {below}\n")
    (recipes / below / "stone").write_text("")
    for name in (first, second):
        write_recipe(recipes, name, f"FROM codlab/{below}\nRUN echo making {name}\n")
    told: list[BuildProgress] = []
    async with DockerImages(engine, recipes) as others:
        wanted = [replace(python, id=name, image=name) for name in (first, second)]
        async with asyncio.TaskGroup() as tasks:
            for runtime in wanted:
                tasks.create_task(others.build(runtime, told.append))
        assert set((await others.states(wanted)).values()) == {ImageState.READY}
        tags = [await others.tag(runtime) for runtime in wanted]
    tags += [await asyncio.to_thread(tag, recipes, name) for name in (first, second, below)]
    lines = [progress.line for progress in told]
    assert lines.count(f"making {below}") == 1
    assert "waiting for another image" in lines
    assert {f"{below} 2/2", f"{first} 2/2"} <= {progress.layer for progress in told}
    for name in tags:
        await asyncio.to_thread(remove_image, name)


async def test_a_base_that_cannot_be_made_says_what_is_missing(
    engine: DockerEngine, recipes: Path, python: Runtime, unpullable: str
) -> None:
    (recipes / "base.sh").write_text("#!/bin/sh\necho needs mmdebstrap\nexit 3\n")
    write_recipe(recipes, unpullable, f"FROM {unpullable}:tiny-slim\n")
    async with DockerImages(engine, recipes) as images:
        with pytest.raises(BuildFailed, match="needs mmdebstrap"):
            await images.ensure(replace(python, id="tiny", image=unpullable))


async def test_leaving_gives_up_what_is_being_built(
    engine: DockerEngine, recipes: Path, python: Runtime, unpullable: str
) -> None:
    (recipes / "base.sh").write_text("#!/bin/sh\necho begun $$\nexec sleep 1000\n")
    write_recipe(recipes, unpullable, f"FROM {unpullable}:tiny-slim\n")
    runtime = replace(python, id="tiny", image=unpullable)
    begun = asyncio.Event()
    async with DockerImages(engine, recipes) as images:
        building = asyncio.ensure_future(images.build(runtime, lambda _: begun.set()))
        await begun.wait()
        assert await state(images, runtime) is ImageState.BUILDING
    with pytest.raises(asyncio.CancelledError):
        await building


async def test_a_recipe_without_a_base_is_refused(
    engine: DockerEngine, recipes: Path, python: Runtime
) -> None:
    write_recipe(recipes, "baseless", "RUN true\n")
    async with DockerImages(engine, recipes) as images:
        with pytest.raises(BuildFailed, match="baseless could not be built: no build stage"):
            await images.ensure(replace(python, id="baseless", image="baseless"))


async def test_without_an_engine_everything_says_how_to_get_one(python: Runtime) -> None:
    async with DockerEngine("tcp://127.0.0.1:9") as nobody, DockerImages(nobody, RECIPES) as images:
        for attempt in (images.states([python]), images.ensure(python), nobody.version()):
            with pytest.raises(EngineUnavailable, match="scripts/engine"):
                await attempt


async def test_an_address_that_cannot_be_used_is_named() -> None:
    async with DockerEngine("ssh://host") as nobody:
        with pytest.raises(EngineUnavailable, match="ssh://host is neither unix:// nor tcp://"):
            await nobody.version()


async def test_this_engine_tells_its_version(engine: DockerEngine) -> None:
    version = await engine.version()
    assert version.cgroup in {"1", "2"}
    assert version.runc
