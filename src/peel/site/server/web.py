"""The web server: uvicorn on sockets that the supervisor holds, so a restart loses no caller."""

import os
import socket

import uvicorn
from uvicorn.supervisors import Multiprocess

from . import ports


def main(workers: int, descriptors: list[int], port: int = 0) -> int:
    """Serve Peel on the inherited sockets `descriptors`, or on `port` of this machine's address."""
    sockets = [socket.socket(fileno=number) for number in descriptors] or ports.listen(port)
    for each in sockets:
        each.setblocking(False)
    config = uvicorn.Config(
        "peel.site.asgi:application",
        workers=workers,
        lifespan="off",
        log_level=os.environ.get("PEEL_LOG", "WARNING").lower(),
        access_log=False,
        server_header=False,
        proxy_headers="PEEL_PROXIES" in os.environ,
        forwarded_allow_ips=os.environ.get("PEEL_PROXIES", ""),
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=30,
    )
    if workers > 1:
        Multiprocess(config, sockets).run()
    else:
        uvicorn.Server(config).run(sockets=sockets)
    return 0
