"""The commands of the room socket, as models: one place says what each takes."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from collab.errors import CommandError
from server.control import messages as control_messages
from server.errors import invalid
from server.packages import messages as package_messages
from server.runs import messages as run_messages
from server.runs.messages import MAX_RUN_NUMBER
from server.texts import Title

MAX_SHOWN_CHARACTERS = 100  # of a command's type that is none
RunNumber = Annotated[int, Field(ge=1, le=MAX_RUN_NUMBER)]


class _Command(BaseModel):
    """Clients may add fields that this server does not know yet."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class StartRun(run_messages.RunStart):
    """`run.start`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["run.start"]


class StopRun(_Command):
    """`run.stop`."""

    type: Literal["run.stop"]
    run: RunNumber


class InstallPackages(package_messages.PackageInstall):
    """`packages.install`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["packages.install"]


class RemovePackages(package_messages.PackageRemoval):
    """`packages.remove`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["packages.remove"]


class StopPackages(package_messages.PackageStop):
    """`packages.stop`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["packages.stop"]


class ListPackages(package_messages.PackageList):
    """`packages.list`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["packages.list"]


class EndInput(_Command):
    """`run.eof`."""

    type: Literal["run.eof"]
    run: RunNumber


class TypeInput(run_messages.RunInput):
    """`run.input`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["run.input"]
    run: RunNumber


class ResizeTerminal(run_messages.RunResize):
    """`run.resize`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["run.resize"]
    run: RunNumber


class RenewToken(_Command):
    """`auth.renew`: the socket lives on with a newer access token of the same participant."""

    type: Literal["auth.renew"]
    access_token: str = Field(max_length=4096)


class UpdateRoom(_Command):
    """`room.update`."""

    type: Literal["room.update"]
    title: Title | None = None
    runtime: str | None = Field(None, max_length=64)


class TakeControl(control_messages.ControlTake):
    """`control.take`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["control.take"]


class GiveControl(control_messages.ControlGive):
    """`control.give`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["control.give"]


class RequestControl(control_messages.ControlRequest):
    """`control.request`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Literal["control.request"]


ControlCommand = TakeControl | GiveControl | RequestControl
ToldRun = StopRun | EndInput | TypeInput | ResizeTerminal
"""What is said to a run that there is."""
RunCommand = StartRun | ToldRun
PackageCommand = InstallPackages | RemovePackages | StopPackages | ListPackages
Command = RunCommand | ControlCommand | PackageCommand | RenewToken | UpdateRoom

_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="type")])


def parse_command(fields: Mapping[str, object]) -> Command:
    """Reads a command.

    Raises:
        CommandError: ``invalid``, telling what is wrong with which field.
    """
    try:
        return _COMMANDS.validate_python(dict(fields))
    except ValidationError as error:
        if error.errors()[0]["type"] in {"union_tag_invalid", "union_tag_not_found"}:
            kind = str(fields.get("type", ""))[:MAX_SHOWN_CHARACTERS]
            raise CommandError("invalid", f"there is no command {kind!r}") from None
        raise CommandError("invalid", str(invalid(error))) from None
