"""An address without what nobody else may read: for names and titles, which are shown whole. Pure."""

from urllib.parse import urlsplit

UNREADABLE = "an address that can't be read"


def public_address(address: str) -> str:
    """The scheme, if there is one, the host, the port and the path: no user's name, password, parameter or fragment.

    UNREADABLE where it is no address, or a part of a password may stand where a path does.
    """
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return UNREADABLE
    if port and "@" in parts.path and "@" not in parts.netloc:
        return UNREADABLE  # it looks like host and port, but is a user name and a password with a slash
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return f"{scheme}{parts.hostname or ''}{port}{parts.path}"
