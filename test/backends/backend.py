"""A backend in Python, complete: docs/backend-protocol.md in a page."""
import base64
import json
import os
import sys
from urllib.parse import quote, unquote_plus


def say(command, value=None, **pairs):
    """Writes a message. None is no value, bytes are bytes, anything else is JSON."""
    pairs = {name: str(text) for name, text in pairs.items() if text is not None}
    if isinstance(value, bytes):
        pairs["format"] = "base64url"
        pairs["value"] = base64.urlsafe_b64encode(value).decode().rstrip("=")
    elif value is not None:
        pairs["value"] = json.dumps(value)
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in pairs.items())
    sys.stdout.write(f"ipc://{command}?{query}\n")
    sys.stdout.flush()


def messages():
    """Reads messages: their command and their pairs, decoded once."""
    for line in sys.stdin.buffer:
        command, _, query = line.decode().rstrip("\r\n").removeprefix("ipc://").partition("?")
        pairs = {}
        for pair in query.split("&"):
            name, _, text = pair.partition("=")
            pairs.setdefault(unquote_plus(name), unquote_plus(text))
        yield command, pairs


def value_of(pairs):
    text = pairs.get("value", "")
    if pairs.get("format") == "base64url":
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return json.loads(text) if text else None


def add(data, window):
    return data["a"] + data["b"]


def fail(data, window):
    raise ValueError("not today")


def echo(data, window):
    say("send", data, event="echoed", index=window)


listeners = {"add": add, "fail": fail, "echo": echo, "never": None}

print("backend.py is starting", file=sys.stderr, flush=True)
print("a line for the terminal")
say("send", {"language": "Python", "process": os.getpid()}, event="ready")

for command, pairs in messages():
    if command != "process.write":
        continue
    window, reply = pairs.get("index"), pairs.get("reply") == "1"
    answer = {"seq": pairs.get("seq"), "index": window}
    if pairs.get("event") not in listeners:
        if reply:
            reason = {"message": f"nobody listens to {pairs.get('event')}", "code": "ERR_NO_LISTENER"}
            say("resolve", reason, state=1, **answer)
        continue
    listener = listeners[pairs["event"]]
    if listener is None:
        continue
    try:
        result = listener(value_of(pairs), window)
        if reply:
            say("resolve", result, state=0, **answer)
    except Exception as error:
        if reply:
            say("resolve", {"message": str(error), "code": "ERR_FAILED"}, state=1, **answer)
