"""
The one door through which the service calls web addresses that people typed in.

Nobody may use it to reach what only this machine can reach (server-side request forgery): a name is looked up once,
every address it stands for must be public, and the connection goes to the very address that was checked, so that a
name which answers differently a moment later changes nothing. Redirects are not followed, proxies of the environment
not used, and what comes back is bounded in size and time. Networks of the house that shall be reached are listed in a
setting.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from operations.channels.letters import DeliveryFailed
from operations.errors import AddressRefused

TIMEOUT_S = 10.0
LONGEST_S = 20.0
LONGEST_ADDRESS = 2_000
LARGEST_ANSWER_BYTES = 65_536
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_allowed: tuple[IpNetwork, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and at most 64 KB."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Way:
    """A looked-up address: where to connect, and what was asked for."""

    url: SplitResult
    host: str
    port: int
    ips: tuple[str, ...]


def configure(allowed: Sequence[IpNetwork]) -> None:
    """Set the networks of the house that may be called, over http too."""
    global _allowed  # noqa: PLW0603 - one service per process
    _allowed = tuple(allowed)


def require_public(url: str) -> None:
    """
    Refuse an address that must not be called.

    Raises:
        AddressRefused: No https address, unknown, or inside a network that is not public.
    """
    _look_up(url)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """
    Send a body once.

    Raises:
        AddressRefused: As above, or the receiver points elsewhere.
        DeliveryFailed: The receiver did not answer as HTTP wants it.
        OSError: It cannot be reached, or did not answer in time.
    """
    way = _look_up(url)
    target = f"{way.url.path or '/'}{'?' + way.url.query if way.url.query else ''}"
    connection = http.client.HTTPConnection(way.host, way.port, timeout=TIMEOUT_S)
    connection.sock = _connected(way)
    cut = threading.Timer(LONGEST_S, _cut_off, [connection.sock])
    cut.start()
    try:
        connection.request("POST", target, body, {"Host": way.url.netloc, "User-Agent": "opsflow", **headers})
        response = connection.getresponse()
        answer = Answer(response.status, response.read(LARGEST_ANSWER_BYTES))
    except http.client.HTTPException as error:
        message = f"no HTTP answer: {type(error).__name__}"
        raise DeliveryFailed(message) from error
    finally:
        cut.cancel()
        connection.close()
    if 300 <= answer.status < 400:  # noqa: PLR2004 - redirects
        message = "The receiver points elsewhere; redirects are not followed."
        raise AddressRefused(message)
    return answer


def _look_up(url: str) -> _Way:
    parts = _split(url)
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"The host {host} is unknown."
        raise AddressRefused(message) from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(_is_reachable(address, parts.scheme) for address in addresses):
        message = f"{host} is inside a network that is not public, or is not called by https."
        raise AddressRefused(message)
    return _Way(parts, host, port, tuple(str(address) for address in addresses))


def _split(url: str) -> SplitResult:
    message = "An address looks like https://host/path, without user name and password."
    if len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused(message)
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in _PORTS and parts.hostname and parts.username is None and parts.port != 0
    except ValueError as error:
        raise AddressRefused(message) from error
    if not is_right:
        raise AddressRefused(message)
    return parts


def _is_reachable(address: IpAddress, scheme: str) -> bool:
    if any(address in network for network in _allowed if network.version == address.version):
        return True
    if scheme != "https" or address.is_multicast or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv6Address):  # what stands for an IPv4 address is refused, whichever
        return not (address.ipv4_mapped or address.sixtofour or address.teredo or address in _NAT64)
    return True


def _connected(way: _Way) -> socket.socket:
    plain = _reached(way)
    if way.url.scheme == "http":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=way.host)
    except OSError:
        plain.close()
        raise


def _reached(way: _Way) -> socket.socket:
    """Connect to the first address that answers, as a browser does."""
    *others, last = way.ips
    for ip in others:
        with suppress(OSError):
            return socket.create_connection((ip, way.port), timeout=TIMEOUT_S)
    return socket.create_connection((last, way.port), timeout=TIMEOUT_S)


def _cut_off(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
