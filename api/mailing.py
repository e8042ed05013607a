"""Mail: one message at a time, by the SMTP server of the settings."""

import smtplib
import ssl
from email.message import EmailMessage

from api.settings import Settings
from forecasts.errors import KizashiError

_TIMEOUT_SECONDS = 20.0


class MailNotSet(KizashiError):
    """There is no server to send mail by, or nowhere to send it."""

    message = "Mail cannot be sent: {missing} is not set. Leave --mail out to have a link printed."


class MailFailed(KizashiError):
    """The mail server did not take a message."""

    message = "The mail server did not take the message ({reason}). Check the smtp_ settings."


def send_mail(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send a message; waits for the server, so call it in a thread.

    Raises:
        MailNotSet, MailFailed: see there.
    """
    if settings.smtp_host is None:
        raise MailNotSet(missing="smtp_host")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.smtp_from, to, subject
    message.set_content(text)
    context = ssl.create_default_context()
    place = (settings.smtp_host, settings.smtp_port)
    try:
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                *place, timeout=_TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(*place, timeout=_TIMEOUT_SECONDS)
        with server:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_user is not None and settings.smtp_password is not None:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(reason=type(error).__name__) from None
