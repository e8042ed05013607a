"""Who acts, what each role may do, and what a key may be narrowed to."""

from dataclasses import dataclass
from typing import Literal, get_args

from forecasts.errors import KizashiError

Role = Literal["reader", "forecaster", "resolver", "admin"]
#: From the least: each may do what those before it may.
ROLES: tuple[Role, ...] = get_args(Role)
Scope = Literal[
    "evidence",
    "forecasts",
    "questions",
    "resolutions",
    "scenarios",
    "fits",
    "keys",
    "webhooks",
    "disputes",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
#: Stands in the ledger for whoever acts by the command line on the server's own machine.
OPERATOR_ID = "operator"
#: Operations whose tag is not itself a scope, and those that every key may ask for (None).
_SCOPE_OF_TAG: dict[str, Scope | None] = {
    **{scope: scope for scope in SCOPES},
    "proposals": "questions",
    "sign_offs": "resolutions",
    "market_links": "resolutions",
    "actors": "keys",
    "me": None,
}


class RoleTooLow(KizashiError):
    """A key may not do this."""

    message = "This needs a key of role {needed}; yours is {role}."


class ScopeTooNarrow(KizashiError):
    """A key is meant for other operations."""

    message = (
        "This key is only for: {scopes}. Use another key, or have one made with scope {needed}."
    )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an id that the ledger may know, and what it may do.

    Attributes:
        scopes: operations that the key is for; empty: all that the role may do.
        key: id of the key; None for a signed-in browser and for the operator.
        expires_at: instant at which key or session end; None: never.
    """

    id: str
    role: Role
    scopes: frozenset[str] = frozenset()
    key: str | None = None
    expires_at: float | None = None

    def require(self, needed: Role) -> None:
        """Refuse an actor whose role does not reach.

        Raises:
            RoleTooLow: a reader reads; a forecaster submits, a resolver also resolves, an admin
                may do all.
        """
        if ROLES.index(self.role) < ROLES.index(needed):
            raise RoleTooLow(needed=needed, role=self.role)

    def require_scope(self, tags: list[str]) -> None:
        """Refuse a key that was made for other operations than those with these tags.

        Raises:
            ScopeTooNarrow: so it was; what has no tag that is known needs a key without scopes.
        """
        if not self.scopes:
            return
        needed = [_SCOPE_OF_TAG.get(tag, "all") for tag in tags or ["all"]]
        if not any(scope is None or scope in self.scopes for scope in needed):
            raise ScopeTooNarrow(scopes=", ".join(sorted(self.scopes)), needed=needed[0])


def lower_role(one: Role, other: Role) -> Role:
    """Give the lower of two roles.

    >>> lower_role("admin", "reader")
    'reader'
    """
    return min(one, other, key=ROLES.index)
