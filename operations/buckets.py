"""S3-compatible buckets. Who may use one is said by the AWS_* variables, which nothing here reads or shows."""

from datetime import timedelta

from obstore.store import S3Store

from engine.settings import Bucket

_RETRY_FOR = timedelta(seconds=20)


def open_bucket(bucket: Bucket, *, timeout_s: int, checksum: str | None = None) -> S3Store:
    """
    Open a bucket; nothing is asked of it yet.

    Args:
        timeout_s: For one request, whole.
        checksum: Algorithm of the checksum that uploads carry; a bucket with object lock wants one.
    """
    config = {"endpoint": bucket.endpoint, "region": bucket.region, "checksum_algorithm": checksum}
    return S3Store(
        bucket.name,
        prefix=bucket.prefix,
        config={name: value for name, value in config.items() if value},  # type: ignore[arg-type]  # a TypedDict by its keys
        client_options={
            "allow_http": (bucket.endpoint or "").startswith("http://"),
            "connect_timeout": "5s",
            "timeout": f"{timeout_s}s",
        },
        retry_config={"max_retries": 3, "retry_timeout": _RETRY_FOR},
    )
