"""The shapes of what is asked and answered about signing in."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.answers import Answer
from data.formats.base import Flag, Format

_WHO = Annotated[str, Field(min_length=1, max_length=200)]

#: Printable, and nothing by which a header could name more than one receiver.
_EMAIL = r"^[!-+\--9=?A-~]+@[!-+\--9=?A-~]+$"


class LinkWanted(Format):
    """Whom a link is to sign in."""

    actor: _WHO = Field(description="id or name of somebody who is known")
    mail: Flag = Field(default=False, description="mail it, and do not show it")


class LinkAnswer(Answer):
    """A link that signs somebody in, once."""

    link: str | None = Field(description="null where it was mailed; it is stored nowhere")
    expires_at: str
    mailed: bool


class ContactWanted(Format):
    """Where somebody can be mailed, and by which GitHub login he comes."""

    email: (
        Annotated[str, Field(max_length=254, pattern=r"^[!-+\--9=?A-~]+@[!-+\--9=?A-~]+$")] | None
    ) = None
    github: Annotated[str, Field(max_length=39, pattern=r"^[A-Za-z0-9-]+$")] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        """Refuse what says nothing."""
        if self.email is None and self.github is None:
            raise ValueError("give `email` or `github`")
        return self


class ContactAnswer(Answer):
    """What is known of somebody."""

    actor: str
    has_email: bool
    github: str | None = Field(description="login; `id:` and a number once he has signed in")
