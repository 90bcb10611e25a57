"""The command line: ``codlab serve | executor | migrate | runtimes | room | doctor``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from collab.participant import Role
from server import executing, migrations
from server.admin import doctor, history, renewal, rooms, runtimes
from server.logs import configure_logging
from server.serving import serve
from server.setting import ENV_PREFIX
from server.settings import Settings

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carries out a command; returns the process's exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for found in error.errors():
            name = "".join(str(part) for part in found["loc"]).upper()
            print(f"{ENV_PREFIX}{name}: {found['msg']}", file=sys.stderr)
        return 2
    configure_logging(settings.log_level, settings.log_format)
    command: Command = options.command
    return command(settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="codlab",
        description="Write, run and debug code together, live, in the browser.",
        epilog="Configuration: environment variables CODLAB_*, see docs/configuration.md.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", "start the server", lambda settings, _: serve(settings))
    _add(commands, "executor", "run programs for servers in other processes", executing.run)
    _add(commands, "migrate", "bring the database's schema up to date", _migrate)
    _add(commands, "doctor", "tell what is there, what is missing and how to get it", doctor.run)

    group = commands.add_parser("runtimes", help="the languages' images")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "list", "list the runtimes and the state of their images", runtimes.show)
    build = _add(actions, "build", "build the images of these runtimes", runtimes.build)
    build.add_argument(
        "--packages", action="store_true", help="and those in which packages for them are installed"
    )
    test = _add(actions, "test", "run the templates of these runtimes", runtimes.test)
    test.add_argument("--page", type=Path, help="write the documentation's page of languages")
    for action in (build, test):
        action.add_argument(
            "runtimes", nargs="*", metavar="RUNTIME", help="or an image; all, if none is named"
        )

    _add_room_commands(commands)
    return parser


def _add_room_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = commands.add_parser("room", help="rooms, without a browser")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "list", "list the newest rooms", rooms.show)
    create = _add(actions, "create", "create a room and print its links", rooms.create)
    create.add_argument("--title", default="Untitled room")
    create.add_argument("--runtime", default="python")
    renew = _add(
        actions,
        "renew",
        "write a room's document anew, without what was deleted from it",
        renewal.run,
    )
    renew.add_argument("room")
    links = _add(actions, "links", "make and print a new link to a room", rooms.link)
    links.add_argument("room")
    links.add_argument("--role", type=Role, choices=list(Role), default=Role.OWNER)
    listing = _add(actions, "history", "list when and by whom it was edited", history.show)
    listing.add_argument("room")
    export = _add(actions, "export", "write a room's files to a zip archive", history.export)
    export.add_argument("room")
    export.add_argument(
        "--at",
        type=history.parse_time,
        metavar="TIME",
        help="as they were then, such as 2026-03-28T14:05; UTC if it names no zone",
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="ROOM.zip, if none is named")


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    help_: str,
    command: Command,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_, description=help_)
    parser.set_defaults(command=command)
    return parser


def _migrate(settings: Settings, _options: argparse.Namespace) -> int:
    migrations.upgrade(settings.database)
    print("The database is up to date.")
    return 0
