"""Runs scenarios through the aws CLI, version 1, all in one process, so that a command costs milliseconds and not a start of Python.

Input and output are boto3-driver.py's: {"endpoint", "scenarios": [[step, ...], ...]} and {"scenarios": [[result, ...], ...]}. A command is what
one would type: `aws s3api put-object --cli-input-json … --body FILE --endpoint-url … --output json`. Its standard output is read as a person's
script would; the HTTP status, which the CLI doesn't print, is overheard. {"refused"} is what this CLI has no way to say.
"""

import atexit
import base64
import contextlib
import io
import json
import os
import re
import shutil
import sys
import tempfile

FOLDER = tempfile.mkdtemp(prefix="dovetail-cli-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
CONFIG = os.path.join(FOLDER, "config")
OUTFILE = os.path.join(FOLDER, "outfile")
with open(CONFIG, "w", encoding="utf-8") as config:
    config.write("[default]\nparameter_validation = false\ncli_timestamp_format = iso8601\ns3 =\n  addressing_style = path\n")
os.environ.update(
    AWS_CONFIG_FILE=CONFIG,
    AWS_SHARED_CREDENTIALS_FILE=os.path.join(FOLDER, "credentials"),
    AWS_ACCESS_KEY_ID="anything",
    AWS_SECRET_ACCESS_KEY="anything",
    AWS_MAX_ATTEMPTS="1",
    AWS_DISABLE_HOST_PREFIX_INJECTION="true",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_PAGER="",
)

from awscli import clidriver  # noqa: E402: reads the environment above

from steps import scenario  # noqa: E402

# What a command wants beside the operation's own input.
ALSO_REQUIRED = {"CreateVirtualMFADevice": ["--bootstrap-method", "Base32StringSeed", "--outfile", OUTFILE]}

ERROR = re.compile(r"An error occurred \((?P<code>[^)]*)\) when calling the \w+ operation(?: \([^)]*\))?: ?(?P<message>.*)", re.DOTALL)


class Refused(Exception):
    """The CLI has no way to say it; the text says why."""


class Driver:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.cli = clidriver.create_clidriver()
        self.status = None
        self.cli.session.register("after-call", self.overhear)
        self.make_client = clidriver.create_nested_client
        clidriver.create_nested_client = self.client
        self.clients = {}
        self.wants_outfile = False

    def client(self, session, service, **options):
        """What a command asks for; made once a service, but anew where the CLI hangs an outfile on it."""
        if self.wants_outfile:
            return self.make_client(session, service, **options)
        if service not in self.clients:
            self.clients[service] = self.make_client(session, service, **options)
        return self.clients[service]

    def overhear(self, http_response, **_):
        self.status = http_response.status_code

    def command(self, service, operation):
        """The service's command and its operation's, as the CLI names them."""
        commands = self.cli._get_command_table()
        name = "s3api" if service == "s3" else service
        if name not in commands:
            raise Refused(f"the CLI has no command {name}")
        for each in commands[name]._get_command_table().values():
            model = getattr(each, "_operation_model", None)
            if model is not None and model.name == operation:
                return name, each, model
        raise Refused(f"the CLI has no command for {operation}")

    def run(self, service, operation, params):
        try:
            name, command, model = self.command(service, operation)
            arguments = [name, command.name, *self.arguments(command, model, params)]
        except Refused as refused:
            return {"refused": str(refused)}
        out, errors = Text(), Text()
        self.status = None
        self.wants_outfile = model.has_streaming_output
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            try:
                code = self.cli.main([*arguments, "--endpoint-url", self.endpoint, "--region", "eu-west-1", "--output", "json", "--no-paginate"])
            except SystemExit as stop:
                code = stop.code
        if code != 0:
            return self.failure(errors.getvalue())
        return {"output": self.output(model, out.getvalue())}

    def failure(self, text):
        found = ERROR.search(text)
        if found is None:
            return {"refused": text.strip().splitlines()[-1]}
        return {"error": {"code": found["code"], "message": found["message"].rstrip("\n"), "status": self.status}}

    def arguments(self, command, model, params):
        """What stands on the command line: the input as JSON, blobs as files, the outfile of a streamed answer."""
        rest = dict(params)
        line = []
        shape = model.input_shape
        for member, value in params.items():
            if not isinstance(value, (bytes, str)) or shape is None or member not in shape.members:
                continue
            kind = shape.members[member]
            if kind.type_name == "blob":
                line += [self.option(command, member), self.file(member, value, kind.serialization.get("streaming"))]
                del rest[member]
        for holder in ("Code", "Content"):
            archive = rest.get(holder, {}).get("ZipFile") if isinstance(rest.get(holder), dict) else None
            if isinstance(archive, bytes) and "zip-file" in command.arg_table:
                line += ["--zip-file", self.file("ZipFile", archive, False)]
                rest[holder] = {key: each for key, each in rest[holder].items() if key != "ZipFile"}
        if model.has_streaming_output:
            return [*line, *self.options(command, rest), OUTFILE]
        if model.name in ALSO_REQUIRED:
            return [*line, *self.options(command, rest), *ALSO_REQUIRED[model.name]]
        if shape is not None:
            line += ["--cli-input-json", json.dumps(texts(rest))]
        return line

    def options(self, command, params):
        """An option each, for commands with an outfile: they know no --cli-input-json."""
        for member, value in params.items():
            option = self.option(command, member)
            if isinstance(value, bool):
                yield option if value else option.replace("--", "--no-", 1)
            else:
                yield from (option, value if isinstance(value, str) else json.dumps(texts(value)))

    def option(self, command, member):
        for argument in command.arg_table.values():
            if getattr(argument, "_serialized_name", None) == member:
                return argument.cli_name
        raise Refused(f"the CLI has no option for {member}")

    def file(self, member, value, streaming):
        path = os.path.join(FOLDER, member)
        with open(path, "wb") as file:
            file.write(value.encode() if isinstance(value, str) else value)
        return path if streaming else f"fileb://{path}"

    def output(self, model, text):
        answer = json.loads(text) if text.strip() else {}
        answer = typed(model.output_shape, answer)
        payload = model.output_shape.serialization.get("payload") if model.output_shape is not None else None
        if model.has_streaming_output:
            with open(OUTFILE, "rb") as file:
                answer[payload] = {"$bytes": base64.b64encode(file.read()).decode()}
        if isinstance(answer, dict):
            answer["ResponseMetadata"] = {"HTTPStatusCode": self.status}
        return answer


class Text(io.TextIOWrapper):
    """A standard stream that the CLI may write bytes to as well."""

    def __init__(self):
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def getvalue(self):
        return self.buffer.getvalue().decode()


def texts(value):
    """Blobs inside of structures: this CLI takes them as text, and only as text."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise Refused("the CLI takes a blob inside of a structure as text only") from None
    if isinstance(value, dict):
        return {key: texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [texts(each) for each in value]
    return value


def typed(shape, value):
    """The CLI prints blobs as base64; results have them as {"$bytes"}."""
    if shape is None or value is None:
        return value
    kind = shape.type_name
    if kind == "blob" and isinstance(value, str):
        return {"$bytes": value}
    if kind == "structure" and isinstance(value, dict):
        return {key: typed(shape.members.get(key), each) for key, each in value.items()}
    if kind == "list" and isinstance(value, list):
        return [typed(shape.member, each) for each in value]
    if kind == "map" and isinstance(value, dict):
        return {key: typed(shape.value, each) for key, each in value.items()}
    return value


def main():
    work = json.load(sys.stdin)
    driver = Driver(work["endpoint"])
    json.dump({"scenarios": [scenario(driver, steps) for steps in work["scenarios"]]}, sys.stdout)


if __name__ == "__main__":
    main()
