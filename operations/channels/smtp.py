"""Mail by SMTP, with TLS wherever the server offers it."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from operations import mail_settings
from operations.channels.letters import DeliveryFailed, Letter, Target
from operations.mail_settings import MailSettings

TIMEOUT_S = 20.0


def deliver(letter: Letter, target: Target, _now: datetime) -> None:
    """Send one mail; `letter.id` becomes the Message-ID by which receivers drop repeats."""
    settings = mail_settings.current()
    if settings is None:
        message = "no mail server is configured"
        raise DeliveryFailed(message)
    mail = EmailMessage()
    mail["From"] = settings.sender
    mail["To"] = target.address
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Message-ID"] = f"<{letter.id}@opsflow>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body)
    try:
        with _connection(settings) as smtp:
            smtp.send_message(mail)
    except smtplib.SMTPException as error:
        message = type(error).__name__
        raise DeliveryFailed(message) from error


def is_address(text: str) -> bool:
    """Whether a text can stand in a mail's `To` as it is."""
    return "@" in text and "\n" not in text and "\r" not in text


def _connection(settings: MailSettings) -> smtplib.SMTP:
    address = urlsplit(settings.url)
    host = address.hostname or "localhost"
    smtp: smtplib.SMTP
    if address.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(host, address.port or 25, timeout=TIMEOUT_S)
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
    if address.username:
        smtp.login(unquote(address.username), unquote(address.password or ""))
    return smtp
