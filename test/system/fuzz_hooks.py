"""What schemathesis can't be told by its settings."""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Along links, a key that was used before would get the first answer again, about what may be gone by now."""
    if case.meta and case.meta.phase.name.name == "STATEFUL" and "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


@schemathesis.hook
def filter_headers(context, headers):
    """Blanks around a value aren't part of it (RFC 9110, 5.5): a key that is wrong by them alone is none."""
    key = (headers or {}).get("Idempotency-Key")
    return not isinstance(key, str) or key == key.strip(" \t")
