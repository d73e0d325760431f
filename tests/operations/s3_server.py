"""A real S3 server on loopback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import boto3
from moto.server import ThreadedMotoServer

from engine.settings import Bucket

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "not-a-real-key", "AWS_SECRET_ACCESS_KEY": "not-a-real-secret"}


@dataclass(frozen=True)
class S3Server:
    """The server's address, and a client of another make to look at it from outside."""

    url: str
    server: ThreadedMotoServer
    name: str

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.name, "house", self.url, "us-east-1")

    def objects(self) -> dict[str, bytes]:
        """Everything in the bucket, by key."""
        client = self.client()
        found = client.list_objects_v2(Bucket=self.name).get("Contents", [])
        return {each["Key"]: client.get_object(Bucket=self.name, Key=each["Key"])["Body"].read() for each in found}

    def put(self, key: str, content: bytes) -> None:
        self.client().put_object(Bucket=self.name, Key=key, Body=content)

    def client(self):
        names = {"aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY"}
        given = {name: CREDENTIALS[variable] for name, variable in names.items()}
        return boto3.client("s3", endpoint_url=self.url, region_name="us-east-1", **given)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run it with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    running = S3Server(f"http://{host}:{port}", server, f"evidence-{uuid4()}")  # buckets outlive the server
    running.client().create_bucket(Bucket=running.name)
    yield running
    server.stop()
