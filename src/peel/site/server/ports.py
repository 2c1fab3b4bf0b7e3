"""Finding TCP ports of this machine's own address that nobody uses."""

import contextlib
import socket

LOCAL = "127.0.0.1"


def listen(port: int) -> list[socket.socket]:
    """Sockets bound to `port` on both local addresses. Raises OSError when either is taken.

    Browsers try ::1 before 127.0.0.1 for `localhost`: a stranger there would be shown as Peel.
    """
    made: list[socket.socket] = []
    try:
        for family, address in ((socket.AF_INET, LOCAL), (socket.AF_INET6, "::1")):
            try:
                one = socket.socket(family, socket.SOCK_STREAM)
            except OSError:  # a kernel without IPv6
                continue
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((address, port))
            except OSError as error:
                one.close()
                if family == socket.AF_INET6 and error.errno in _NO_SUCH_ADDRESS:
                    continue
                raise
            made.append(one)
            one.listen(512)
    except OSError:
        for each in made:
            each.close()
        raise
    return made


def _numbers(*names: str) -> frozenset[int]:
    import errno

    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_NO_SUCH_ADDRESS = _numbers("EADDRNOTAVAIL", "EAFNOSUPPORT", "EPERM")


def is_free(port: int) -> bool:
    """Whether nobody listens on `port`."""
    try:
        for each in listen(port):
            each.close()
    except OSError:
        return False
    return True


def any_free(first: int = 0) -> int:
    """A free port: `first` or the next after it; with 0, one that the system picks."""
    if first:
        for port in range(first, first + 200):
            if is_free(port):
                return port
    with contextlib.closing(socket.socket()) as one:
        one.bind((LOCAL, 0))
        return int(one.getsockname()[1])
