"""Who may do what: one pure function, and a table that denies what it does not name."""

from enum import StrEnum

from collab.participant import Role


class Action(StrEnum):
    """What can be asked of a room."""

    VIEW = "view"
    EDIT = "edit"
    RUN = "run"
    DEBUG = "debug"
    INSTALL = "install"
    """Packages, for all runs of the room."""
    CONFIGURE = "configure"
    """Change its title or its runtime."""
    MANAGE = "manage"
    """Links, roles, removing people, deleting the room."""


_EDITOR_ACTIONS = frozenset(
    {Action.VIEW, Action.EDIT, Action.RUN, Action.DEBUG, Action.INSTALL, Action.CONFIGURE}
)

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.EDITOR: _EDITOR_ACTIONS,
    Role.OWNER: _EDITOR_ACTIONS | {Action.MANAGE},
}

_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.OWNER: 2}


def may(role: Role, action: Action) -> bool:
    """Whether a participant with this role may do this."""
    return action in ALLOWED.get(role, frozenset())


def weaker(one: Role, other: Role) -> Role:
    """The role of the two that may do less."""
    return min(one, other, key=_RANK.__getitem__)


def permissions_of(role: Role) -> dict[str, bool]:
    """What clients are told that they may do."""
    return {
        action.value: may(role, action)
        for action in (Action.EDIT, Action.RUN, Action.DEBUG, Action.INSTALL, Action.MANAGE)
    }
