"""The peer of live pages: Django Channels with its Redis layer, as its own documentation has it.

No sign-in, no visibility, no database: a consumer joins the group and passes on what it is sent.
"""

import os

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

if not settings.configured:
    settings.configure(
        SECRET_KEY="benchmark",
        INSTALLED_APPS=["channels"],
        CHANNEL_LAYERS={
            "default": {
                "BACKEND": "channels_redis.core.RedisChannelLayer",
                "CONFIG": {
                    # Without the client's own limits of time and connections: the layer needs more.
                    "hosts": [
                        {
                            "address": f"redis://127.0.0.1:{os.environ.get('PEEL_BENCH_REDIS')}",
                            "socket_timeout": None,
                            "max_connections": 5000,
                        }
                    ],
                    "capacity": 100_000,
                },
            }
        },
    )
    django.setup()

GROUP = "crimes"


class Crimes(AsyncWebsocketConsumer):
    """One open page."""

    async def connect(self) -> None:
        """Join the group of the list."""
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave it."""
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def changed(self, event: dict[str, str]) -> None:
        """Pass a change on."""
        await self.send(text_data=event["text"])


application = ProtocolTypeRouter({"websocket": URLRouter([path("live/", Crimes.as_asgi())])})
