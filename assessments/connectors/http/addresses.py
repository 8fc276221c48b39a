"""Which hosts may be asked: by their names, and by the addresses behind the names.

A name is looked up once, every address of it is judged, and the connection goes to an
address that was judged: who owns a name cannot point it inside afterwards.
"""

from __future__ import annotations

import ipaddress
import socket
import urllib.request
from fnmatch import fnmatchcase
from typing import TypeAlias

from assessments.connectors.base import FREE, House, Refused, Unreachable

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# Where clouds give credentials to the machines that they run.
_METADATA = frozenset(
    ipaddress.ip_address(each)
    for each in (
        "169.254.169.254",  # most of them
        "169.254.170.2",  # containers at Amazon
        "169.254.170.23",
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure, by an address that looks public
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # Amazon
        "fd00:ec2::23",
        "fd20:ce::254",  # Google
    )
)
_METADATA_NAMES = frozenset(
    {"metadata", "metadata.google.internal", "metadata.goog", "instance-data"}
)
# IPv4 addresses inside IPv6: translated (RFC 6052) and compatible (RFC 4291).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
# Local by their definition (RFC 3879, RFC 8215), which Python does not know.
_ALSO_INSIDE = (
    ipaddress.IPv6Network("fec0::/10"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
)


def judged_addresses(
    host: str, *, allow_local: bool, house: House = FREE
) -> tuple[str, ...]:
    """Return the addresses of a host; refuse a host that may not be asked.

    There are none for a name that only a proxy knows: the proxy judges it.
    """
    refuse_name(host, house)
    try:
        return look_up(host, allow_local=allow_local, house=house)
    except Unreachable:
        if urllib.request.getproxies():
            return ()
        raise


def refuse_name(host: str, house: House) -> None:
    """Refuse a name that the operator did not list, or that gives out credentials."""
    name = host.lower().rstrip(".")
    if house.hosts and not any(fnmatchcase(name, each) for each in house.hosts):
        raise Refused(
            f"{host} is not among the hosts that this server may ask. An operator can"
            " add it to OUTGOING_HOSTS."
        )
    if name in _METADATA_NAMES and name not in house.hosts:
        raise _gives_credentials(host)


def look_up(host: str, *, allow_local: bool, house: House) -> tuple[str, ...]:
    """Return the addresses of a host; refuse it for any of them that may not be asked.

    Numbers written in other ways (one number, octal, hexadecimal) are read here as the
    system reads them when it connects.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"The name {host!r} is not known; check the address.") from (
            None
        )
    places = dict.fromkeys(str(place[0]) for *_, place in found)
    for place in places:
        _judge(host, place, allow_local=allow_local, house=house)
    return tuple(places)


def _judge(host: str, place: str, *, allow_local: bool, house: House) -> None:
    address = _inner(ipaddress.ip_address(place.partition("%")[0]))
    if address in _METADATA and not {host, str(address)} & set(house.hosts):
        raise _gives_credentials(host)
    if not allow_local and _is_inside(address):
        raise Refused(
            f"{host} is on a private network. An operator can allow such sources"
            " with ALLOW_LOCAL_SOURCES."
        )


def _is_inside(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return True
    return any(address in network for network in _ALSO_INSIDE)


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to, if it leads to one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _gives_credentials(host: str) -> Refused:
    return Refused(
        f"{host} gives out this machine's own credentials, and is not asked. An"
        " operator who wants it has to name it in OUTGOING_HOSTS."
    )
