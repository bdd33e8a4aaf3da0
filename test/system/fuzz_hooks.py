"""What schemathesis can't be told by its settings."""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Replaces Idempotency-Keys along links, which would repeat old answers, and uuids of keys that a call would revoke."""
    if case.meta and case.meta.phase.name.name == "STATEFUL" and "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    # Lists give the uuids of the keys in use, and a key may revoke itself: then every later call would get 401.
    if case.operation.path == "/v1/api-keys/{uuid}" and case.method.upper() == "DELETE":
        case.path_parameters["uuid"] = str(uuid.uuid4())


@schemathesis.hook
def filter_headers(context, headers):
    """Blanks around a value aren't part of it (RFC 9110, 5.5): a key that is wrong by them alone is none."""
    key = (headers or {}).get("Idempotency-Key")
    return not isinstance(key, str) or key == key.strip(" \t")
