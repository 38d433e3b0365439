"""Let no test reach past this machine: a connection to anything but loopback raises.

Child processes get the same guard, because this folder stands first on their PYTHONPATH.
"""

import ipaddress
import socket


def _check(sock: socket.socket, address: object) -> None:
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return
    host = str(address[0]).split("%")[0]
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        raise AssertionError(f"a test tried to reach {address}")


class GuardedSocket(socket.socket):
    def connect(self, address):  # type: ignore[no-untyped-def]  # socket's own signature
        _check(self, address)
        return super().connect(address)

    def connect_ex(self, address):  # type: ignore[no-untyped-def]  # socket's own signature
        _check(self, address)
        return super().connect_ex(address)

    def sendto(self, data, *rest):  # type: ignore[no-untyped-def]  # socket's own signature
        _check(self, rest[-1])
        return super().sendto(data, *rest)


socket.socket = GuardedSocket  # type: ignore[misc]  # the guard itself
