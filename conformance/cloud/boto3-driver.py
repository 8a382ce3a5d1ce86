"""Runs cases through boto3, all in one process. Reads one JSON document from standard input, writes one to standard output.

Input: {"endpoint", "validation": {service: [operation, ...]}, "scenarios": [[step, ...], ...]}.
Output: {"validation": [result, ...], "scenarios": [[result, ...], ...]}.

A result is {"output"} or {"error": {"code", "message", "status"}} or {"refused": "what boto3 itself said"}.
Validation cases are made here, from the API models that botocore carries: one for each required member that is
left out, each bound that is passed by one, each pattern and each enumeration that a value breaks.
"""

import base64
import datetime
import json
import re
import sys

import boto3
from botocore.client import Config
from botocore.eventstream import EventStream
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from steps import scenario

LONGEST_TEXT = 70_000
LONGEST_LIST = 1_001
DEPTH = 2


class Driver:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.clients = {}

    def client(self, service, region):
        if (service, region) not in self.clients:
            config = Config(
                parameter_validation=False,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                read_timeout=30,
                inject_host_prefix=False,
            )
            self.clients[service, region] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=region,
                aws_access_key_id="anything",
                aws_secret_access_key="anything",
                config=config,
            )
        return self.clients[service, region]

    def run(self, service, operation, params, region="eu-west-1"):
        client = self.client(service, region)
        try:
            answer = client._make_api_call(operation, params)
        except ClientError as error:
            about = error.response.get("Error", {})
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return {"error": {"code": about.get("Code"), "message": about.get("Message", ""), "status": status}}
        except (BotoCoreError, ResponseParserError, ValueError, TypeError, AttributeError) as error:
            return {"refused": f"{type(error).__name__}: {error}"}
        answer["ResponseMetadata"] = {"HTTPStatusCode": answer["ResponseMetadata"]["HTTPStatusCode"]}
        return {"output": plain(answer)}


def plain(value):
    """JSON of what boto3 answers: bytes as {"$bytes": base64}, times as ISO texts, streams read."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, EventStream):
        return [plain(each) for each in value]
    if hasattr(value, "read"):
        return {"$bytes": base64.b64encode(value.read()).decode()}
    return value


# --- generated validation cases


def sample(shape, depth=0):
    """A small value of the shape, with its required members; within its bounds, not always of its pattern."""
    kind = shape.type_name
    if kind == "structure":
        if depth > 6:
            return {}
        return {name: sample(shape.members[name], depth + 1) for name in shape.required_members}
    if kind == "list":
        return [sample(shape.member, depth + 1) for _ in range(min(max(shape.metadata.get("min", 1), 1), 5))]
    if kind == "map":
        return {sample(shape.key, depth + 1): sample(shape.value, depth + 1)}
    if kind == "string":
        if shape.enum:
            return shape.enum[0]
        pattern = shape.metadata.get("pattern", "")
        text = next((each for each in ("abcd", "arn:aws:iam::123456789012:role/abcd", "/abcd", "1") if fits(pattern, each)), "abcd")
        least = shape.metadata.get("min", 1)
        return text + "a" * max(0, least - len(text))
    if kind in ("integer", "long"):
        return max(shape.metadata.get("min", 1), 1) if shape.metadata.get("max", 1) >= 1 else shape.metadata["max"]
    if kind in ("float", "double"):
        return 1.0
    if kind == "boolean":
        return False
    if kind == "timestamp":
        return datetime.datetime(2030, 1, 1)
    return b"abcd"


def fits(pattern, text):
    if pattern == "":
        return True
    try:
        return re.search(f"^(?:{pattern})$", text) is not None
    except re.error:
        return True


def broken(shape):
    """Pairs of (what is wrong, value) for one shape."""
    kind = shape.type_name
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if kind == "string":
        if shape.enum:
            yield "enum", "NotOneOfThem"
            return
        pattern = shape.metadata.get("pattern", "")
        if most is not None and most < LONGEST_TEXT:
            yield "too long", "a" * (most + 1)
        if least is not None and least > 1:
            yield "too short", "a" * (least - 1)
        elif least == 1:
            yield "too short", ""
        if pattern:
            length = max(least or 1, 1)
            for piece in ("!", "%", " ", "é"):
                text = piece * length
                if compiles(pattern) and not fits(pattern, text):
                    yield "pattern", text
                    break
    elif kind in ("integer", "long", "float", "double"):
        if least is not None:
            yield "too small", least - 1
        if most is not None and most < 2**31 - 1:
            yield "too great", most + 1
    elif kind == "list":
        if least is not None and least > 0:
            yield "too few", []
        if most is not None and most < LONGEST_LIST:
            yield "too many", [sample(shape.member)] * (most + 1)


def compiles(pattern):
    try:
        re.compile(pattern)
        return True
    except re.error:
        return False


def cases_of(shape, wrap, path, depth, in_uri):
    """Yields (member path, what is wrong, the whole input); `wrap` puts a value of this structure into the whole input."""
    base = sample(shape)
    for name, member in shape.members.items():
        where = f"{path}.{name}" if path else name
        location = member.serialization.get("location")
        text_in_head = location in ("uri", "header", "headers")
        if member.serialization.get("streaming") or member.serialization.get("idempotencyToken"):
            continue
        if getattr(member, "is_document_type", False):
            continue
        if name in shape.required_members and location != "uri":
            yield where, "missing", wrap({key: each for key, each in base.items() if key != name})
        for wrong, value in broken(member):
            if location == "uri" and value == "":
                continue
            if text_in_head and wrong == "pattern" and location != "uri":
                continue
            yield where, wrong, wrap({**base, name: value})
        if depth < DEPTH:
            if member.type_name == "structure":
                yield from cases_of(member, lambda value, name=name: wrap({**base, name: value}), where, depth + 1, False)
            elif member.type_name == "list" and member.member.type_name == "structure":
                yield from cases_of(
                    member.member, lambda value, name=name: wrap({**base, name: [value]}), f"{where}.1", depth + 1, False
                )


def validation(driver, service, operations):
    model = driver.client(service, "eu-west-1").meta.service_model
    for operation in operations:
        shape = model.operation_model(operation).input_shape
        if shape is None:
            continue
        for member, wrong, params in cases_of(shape, lambda value: value, "", 0, False):
            result = driver.run(service, operation, params)
            yield {"service": service, "operation": operation, "member": member, "wrong": wrong, **result}


def main():
    work = json.load(sys.stdin)
    driver = Driver(work["endpoint"])
    out = {"validation": [], "scenarios": []}
    for service, operations in work.get("validation", {}).items():
        out["validation"].extend(validation(driver, service, operations))
    for steps in work.get("scenarios", []):
        out["scenarios"].append(scenario(driver, steps))
    json.dump(out, sys.stdout)


main()
