"""Texts that prove who somebody is: made from fresh randomness, stored as a hash only."""

import hashlib
import secrets

#: Bytes of a secret: 256 bits cannot be guessed, so a fast hash is enough to store it.
SECRET_BYTES = 32
KEY_PREFIX = "kz"


def new_secret() -> str:
    """Give fresh randomness that has no underscore in it."""
    return secrets.token_hex(SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """Give the hash under which a secret is stored; what is no text that can be sent has one too.

    >>> hash_secret("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def key_text(key: str, secret: str) -> str:
    """Write a key as its holder sends it.

    >>> key_text("0a1b", "secret")
    'kz_0a1b_secret'
    """
    return f"{KEY_PREFIX}_{key}_{secret}"


def split_key(text: str) -> tuple[str, str] | None:
    """Give a key's id and secret; None for what is no key.

    >>> split_key("kz_0a1b_secret"), split_key("bearer")
    (('0a1b', 'secret'), None)
    """
    parts = text.split("_")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == KEY_PREFIX else None


def new_operator_token() -> str:
    """Make the token by which the command line on this machine acts through the server."""
    return f"{KEY_PREFIX}op_{new_secret()}"
