"""Addresses that strangers write: read strictly, so that no two programs can read one in two ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote

from qa_service.core.errors import AddressError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MOST_CHARS = 2_000
_PORTS = {"http": 80, "https": 443}
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f.]*:[0-9a-f:.]*\]|[a-z0-9._-]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?",
    re.IGNORECASE | re.ASCII,
)
_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z][a-z0-9_-]{0,62}", re.ASCII)
#: What stays as it is in a path or a query; the rest is percent-encoded.
_SAFE = "/:@!$&'()*+,;=-._~%?[]"

#: Not for everybody, by IANA's registry of special-purpose addresses (RFC 6890) and its updates.
_SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)  # fmt: skip
#: Everything public lies in here: mapped IPv4, NAT64, loopback, unique local, link-local and multicast do not.
_PUBLIC_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(
    # Protocol assignments with Teredo; documentation; 6to4, which carries an IPv4 address; AS112; documentation.
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)
#: Where clouds keep their secrets: a name that an administrator named does not lead there.
_NEVER_BY_NAME = tuple(
    map(ip_network, ("169.254.0.0/16", "fe80::/10", "0.0.0.0/8", "224.0.0.0/3", "ff00::/8"))
)


@dataclass(frozen=True, slots=True)
class Url:
    """An address of the web, taken apart; `host` is lower case, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int
    #: Path and query, percent-encoded.
    target: str

    @property
    def shown_host(self) -> str:
        """As it stands in a URL and in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def literal(self) -> Address | None:
        """The address, where the host is one and not a name."""
        return _literal(self.host)


def read_url(text: str) -> Url:
    """Takes a URL apart.

    Only http and https; no user, no fragment, no zone; a host is a name, four plain decimal numbers, or IPv6 in
    brackets. Names of other scripts are given in their ASCII form (xn--…): what looks like a dot is not one.

    Raises:
        AddressError: `address_refused`.
    """
    parts = None if len(text) > _MOST_CHARS or _NEVER_IN_A_URL.search(text) else _URL.fullmatch(text)
    if parts is None:
        raise refused("url")
    scheme, host = parts["scheme"].lower(), parts["host"].lower().strip("[]")
    port = int(parts["port"] or _PORTS[scheme])
    if port > 65_535 or not _is_host(host):
        raise refused("url")
    target = (parts["path"] or "/") + (parts["query"] or "")
    return Url(scheme, host, port, quote(target, safe=_SAFE))


def is_public(address: Address) -> bool:
    """Whether this is an address of the public internet, and carries no other address inside."""
    if isinstance(address, IPv4Address):
        return not any(address in special for special in _SPECIAL_4)
    return address in _PUBLIC_6 and not any(address in special for special in _SPECIAL_6)


def _is_host(host: str) -> bool:
    if _literal(host) is not None:
        return True
    # A last label that begins with a letter cannot be read as a number: 127.1, 0x7f.1 and 017700000001 end here.
    return len(host) <= 253 and ":" not in host and _NAME.fullmatch(host) is not None


def _literal(host: str) -> Address | None:
    """Four plain decimal numbers, or IPv6: ipaddress takes no other spelling."""
    try:
        return ip_address(host)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Named:
    """A place that an administrator named: a host or a network, at one port."""

    host: str
    network: Network | None
    port: int

    def covers(self, url: Url, address: Address) -> bool:
        """Whether `url`, whose host has this address, may be called although it is not public."""
        if url.port != self.port:
            return False
        if self.network is not None:
            return address in self.network
        return url.host == self.host and not any(address in never for never in _NEVER_BY_NAME)


def read_named(text: str) -> Named:
    """`host:port`, `10.1.0.0/16:443` or `[fd00::/8]:443`.

    Raises:
        AddressError: `address_unreadable`.
    """
    host, _, port = text.strip().lower().rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" in host and bare == host:
        raise _unreadable(text)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", port, re.ASCII) or int(port) > 65_535:
        raise _unreadable(text)
    if "/" in bare or _literal(bare) is not None:
        try:
            return Named("", ip_network(bare), int(port))
        except ValueError as error:
            raise _unreadable(text) from error
    if not _is_host(bare):
        raise _unreadable(text)
    return Named(bare, None, int(port))


def refused(why: str) -> AddressError:
    """`why`: url, port, private, unknown."""
    return AddressError(
        "address_refused",
        problem=f"the address may not be called ({why})",
        fix="Give a public http or https address, or have an administrator name the host and port",
        why=why,
    )


def _unreadable(text: str) -> AddressError:
    return AddressError(
        "address_unreadable",
        where=text[:100],
        problem="is neither host:port nor network:port",
        fix="Write for example hooks.corp.example:8443, 10.1.0.0/16:443 or [fd00::/8]:443",
    )
