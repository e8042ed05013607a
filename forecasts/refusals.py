"""Refusals: what means something, but is not allowed now or here."""

from forecasts.errors import Refused


class QuestionClosed(Refused):
    """Evidence came for a question that no longer takes any."""

    message = (
        "{question} takes evidence until {until} and is closed or resolved now. "
        "Leave this stance out, or choose an open question."
    )


class QuestionNotOpen(Refused):
    """A deed needs a question to have opened."""

    message = "{question} opens on {opens}. Come back then."


class PublishedInFuture(Refused):
    """A record is dated to a day that has not begun anywhere on Earth."""

    message = (
        "This record is dated {published}, which is in the future (now: {now}). Mend the date."
    )


class AlreadyInPrior(Refused):
    """A record is older than the prior, which knows it already."""

    message = (
        "The prior of {question} already holds what was known on {as_of}; this record is of "
        "{published} and would count twice. Leave this stance out."
    )


class AlreadyRetracted(Refused):
    """A record can be retracted only once."""

    message = "This record was retracted on {at} and counts no longer."


class AlreadyEnded(Refused):
    """A forecast that no longer stands cannot be withdrawn."""

    message = "This forecast stood until {until} and stands no longer."


class ExpiresInPast(Refused):
    """A forecast would end before it begins."""

    message = "`expires` must lie in the future (now: {now}). Mend it, or leave it out."


class NotYours(Refused):
    """What somebody else submitted cannot be taken back."""

    message = "Only its submitter or an admin can take this back."


class ConflictOfInterest(Refused):
    """Somebody would resolve what he has forecast, or sent evidence on."""

    message = (
        "You have made {forecasts} forecasts and sent {records} records on {question}, or on "
        "questions that read the same curve; also what was taken back counts. Let somebody else "
        "resolve it, or have another admin sign it off: "
        "POST /api/v1/questions/{question}/sign-offs."
    )


class SignedOffByHimself(Refused):
    """An admin would sign himself off."""

    message = "Nobody can sign himself off: ask another admin."


class NotYourProfile(NotYours):
    """A profile says what its owner wants it to."""

    message = "Only the forecaster or an admin can change this profile."


class AlreadyResolved(Refused):
    """A second resolution must say why it supersedes the first."""

    message = "{question} is resolved since {at}. To supersede it, give `supersedes_reason`."


class ResolvedOutOfTime(Refused):
    """A resolution is dated outside the time in which it can happen."""

    message = (
        "{question} can resolve to this between {first} and {last}: "
        "mend `resolved_at` or `known_by`."
    )


class NameTaken(Refused):
    """An id is in use for something else."""

    message = "This id is taken by another {kind}. Choose another one, or leave it out."


class AlreadyDecided(Refused):
    """A proposal or dispute is decided once."""

    message = "This {kind} was decided on {at}; it is not decided again."


class NotYoursToAmend(Refused):
    """Only few may change the words of a question."""

    message = (
        "Only an admin can amend {question}; who proposed it can until it opens, on {opens}. "
        "Ask an admin."
    )


class NotYoursToErase(NotYours):
    """A profile is erased by whom it describes."""

    message = "Only whoever has this profile, or an admin, can erase it."


class NothingAmended(Refused):
    """An amendment would leave all as it is."""

    message = "The question says this already, in version {current}. Leave the amendment out."


class HidingOnlyGrows(Refused):
    """What forecasters were promised about hiding is kept."""

    message = (
        "What others forecast can be hidden for longer, never for less: choose a later "
        "`forecasts_hidden_until` before the present one has come, and leave "
        "`forecasts_hidden_until_own` as it is once it is true."
    )


class NotImpartial(Refused):
    """Who has a stake in a dispute does not rule on it."""

    message = (
        "Whoever submitted the record or disputed it cannot rule on the dispute. Ask another admin."
    )


class AlreadyDisputed(Refused):
    """The same dispute by the same hand waits already."""

    message = "You have disputed this record already ({dispute}); wait for the ruling."


class NothingDisputed(Refused):
    """A dispute asks for what holds already."""

    message = "This record has that origin already. Leave the dispute out, or ask for another one."


class AlreadyForgotten(Refused):
    """A person is forgotten only once."""

    message = "This profile was erased on {at}; there is nothing left to erase."


class LinksYesOrNoOnly(Refused):
    """A link needs a yes or no on both sides."""

    message = (
        "Only yes-or-no questions and yes-or-no contracts are linked: {what} is none. "
        "Link a question that is derived from it, such as one with a deadline."
    )


class AlreadyLinked(Refused):
    """A question and a contract have one link at a time."""

    message = "These two are linked already ({link}). Remove that link first, with a reason."


class AlreadyDeclined(Refused):
    """A pair is declined once."""

    message = "This pair was declined on {at}; it is not proposed again. Link it if it does fit."


class AlreadyRemoved(Refused):
    """A link is removed once."""

    message = "This link was removed on {at}."
