"""Objects in an S3-compatible store: large ones go in parts, and appear only when complete.

Address and credentials come from the usual variables of S3 programs (`AWS_ENDPOINT_URL`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_DEFAULT_REGION`).
"""

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from peel.kernel.files.backends import Missing

# The least that the protocol allows for a part is 5 MiB; 10,000 parts of this make 80 GB.
PART = 8 << 20
_ABANDONED = datetime.timedelta(days=1)


class S3:
    """A bucket, and a prefix within it."""

    def __init__(self, where: str) -> None:
        self.bucket, _, prefix = where.strip("/").partition("/")
        self.prefix = f"{prefix}/" if prefix else ""

    @cached_property
    def client(self) -> Any:
        """The connection, shared by threads."""
        import boto3
        from botocore.config import Config

        settings = Config(
            retries={"max_attempts": 4, "mode": "standard"}, connect_timeout=5, read_timeout=60
        )
        return boto3.client("s3", config=settings)

    def key(self, object_id: UUID | str) -> str:
        """The name of an object within the bucket."""
        return f"{self.prefix}{object_id}"

    def begin(self, object_id: UUID) -> "PartSink":
        """Begin to write an object."""
        return PartSink(self, self.key(object_id))

    def read(self, object_id: UUID, start: int, length: int) -> bytes:
        """A part of an object. Raises Missing."""
        wanted = f"bytes={start}-{start + length - 1}"
        try:
            found = self.client.get_object(
                Bucket=self.bucket, Key=self.key(object_id), Range=wanted
            )
        except self.client.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 416:
                return b""
            if status == 404:
                raise Missing(str(object_id)) from None
            raise
        content: bytes = found["Body"].read()
        return content

    def size(self, object_id: UUID) -> int | None:
        """How many bytes an object has; None when it is missing."""
        try:
            found = self.client.head_object(Bucket=self.bucket, Key=self.key(object_id))
        except self.client.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        return int(found["ContentLength"])

    def remove(self, object_id: UUID) -> None:
        """Remove an object."""
        self.client.delete_object(Bucket=self.bucket, Key=self.key(object_id))

    def listed(self) -> Iterator[tuple[str, float]]:
        """The name of every object under the prefix, and its age in seconds."""
        now = datetime.datetime.now(datetime.UTC)
        pages = self.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
            for found in page.get("Contents", ()):
                name = found["Key"].removeprefix(self.prefix)
                yield name, (now - found["LastModified"]).total_seconds()

    def sweep(self, older: datetime.timedelta = _ABANDONED) -> int:
        """Abort uploads in parts that nobody has finished for a day."""
        before = datetime.datetime.now(datetime.UTC) - older
        gone = 0
        pages = self.client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
            for found in page.get("Uploads", ()):
                if found["Initiated"] <= before:
                    self.client.abort_multipart_upload(
                        Bucket=self.bucket, Key=found["Key"], UploadId=found["UploadId"]
                    )
                    gone += 1
        return gone


class PartSink:
    """An object on its way in: at most one part of it is in memory."""

    def __init__(self, store: S3, key: str) -> None:
        self._store, self._key = store, key
        self._waiting = bytearray()
        self._upload = ""
        self._parts: list[dict[str, Any]] = []
        self._open = True

    @property
    def _where(self) -> dict[str, str]:
        return {"Bucket": self._store.bucket, "Key": self._key}

    def write(self, data: bytes) -> None:
        """Add bytes; a full part is sent."""
        self._waiting += data
        while len(self._waiting) >= PART:
            self._send(bytes(self._waiting[:PART]))
            del self._waiting[:PART]

    def _send(self, part: bytes) -> None:
        client = self._store.client
        if not self._upload:
            self._upload = client.create_multipart_upload(**self._where)["UploadId"]
        number = len(self._parts) + 1
        sent = client.upload_part(
            **self._where, UploadId=self._upload, PartNumber=number, Body=part
        )
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})

    def commit(self) -> None:
        """Complete the object: it appears as a whole, and no object is overwritten."""
        if not self._open:
            return
        client = self._store.client
        if not self._upload:
            client.put_object(**self._where, Body=bytes(self._waiting), IfNoneMatch="*")
        else:
            if self._waiting:
                self._send(bytes(self._waiting))
            client.complete_multipart_upload(
                **self._where, UploadId=self._upload, MultipartUpload={"Parts": self._parts}
            )
        self._close()

    def abandon(self) -> None:
        """Give it up."""
        if self._open and self._upload:
            self._store.client.abort_multipart_upload(**self._where, UploadId=self._upload)
        self._close()

    def _close(self) -> None:
        self._open = False
        self._waiting = bytearray()
