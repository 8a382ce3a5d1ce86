"""A sandbox's process for python* functions. Started in reserve with `-I -S -E`; ADOPT makes it a function's, INVOKE runs the handler once.

Frames are [u32 length][u8 type][payload], read from fd 3 and written to fd 4 (see ../node/channel.mjs).
"""
import importlib
import json
import os
import re
import struct
import sys
import time

ADOPT, INVOKE = 1, 2
READY, INIT_ERROR, LOG, RESPONSE, ERROR, HINT = 1, 2, 3, 4, 5, 9
READ_FD, WRITE_FD = 3, 4
AWS_HOST = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|on\.aws|amazoncognito\.com|cloudfront\.net)\.?$", re.I)
METADATA = {"169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254"}

os.set_inheritable(READ_FD, False)
os.set_inheritable(WRITE_FD, False)


def write_all(data):
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(WRITE_FD, view):]
        except BlockingIOError:
            time.sleep(0.001)
        except BrokenPipeError:
            os._exit(0)


def send(kind, payload=b""):
    write_all(struct.pack("<IB", len(payload) + 1, kind) + payload)


def send_result(kind, payload):
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sys.platform == "darwin":
        peak //= 1024
    send(kind, struct.pack("<I", peak) + payload)


def read_exactly(count):
    parts = []
    while count:
        part = os.read(READ_FD, min(count, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def receive():
    (length,) = struct.unpack("<I", read_exactly(4))
    body = read_exactly(length)
    return body[0], body[1:]


class LogWriter:
    """stdout and stderr of the handler: whole lines become log events."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, fd):
        self.fd = fd
        self.rest = ""

    def write(self, text):
        self.rest += text
        if "\n" in self.rest:
            lines, self.rest = self.rest.rsplit("\n", 1)
            for line in lines.split("\n"):
                send(LOG, line.encode("utf-8", "backslashreplace"))
        return len(text)

    def flush(self):
        if self.rest:
            send(LOG, self.rest.encode("utf-8", "backslashreplace"))
            self.rest = ""

    def fileno(self):
        return self.fd

    def isatty(self):
        return False

    def writable(self):
        return True


request_id = ""


def utc(created, millis):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(created)) + ".%03dZ" % millis


def install_logging(settings):
    import logging

    class Handler(logging.Handler):
        def emit(self, record):
            try:
                send(LOG, self.format(record).rstrip("\n").encode("utf-8", "backslashreplace"))
            except Exception:
                self.handleError(record)

    class Text(logging.Formatter):
        def format(self, record):
            record.aws_request_id = request_id
            return super().format(record)

        def formatTime(self, record, datefmt=None):
            return utc(record.created, record.msecs)

    class Json(logging.Formatter):
        def format(self, record):
            line = {
                "timestamp": utc(record.created, record.msecs)[:-5] + "Z",
                "level": record.levelname,
                "message": record.getMessage(),
                "logger": record.name,
            }
            if record.exc_info and record.exc_info[0]:
                line["stackTrace"] = self.formatException(record.exc_info).split("\n")
                line["errorType"] = record.exc_info[0].__name__
                line["errorMessage"] = str(record.exc_info[1])
                line["location"] = "%s:%s:%s" % (record.pathname, record.funcName, record.lineno)
            line["requestId"] = request_id
            return json.dumps(line, default=str, ensure_ascii=False)

    handler = Handler()
    if settings["logFormat"] == "JSON":
        handler.setFormatter(Json())
        level = {"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(settings.get("logLevel") or "INFO", settings.get("logLevel") or "INFO")
        logging.root.setLevel(level)
    else:
        handler.setFormatter(Text("[%(levelname)s]\t%(asctime)s\t%(aws_request_id)s\t%(message)s"))
    logging.root.addHandler(handler)


def install_guard(socket):
    """Keeps connections to real AWS on this machine; boto3 itself has AWS_ENDPOINT_URL.

    A name of AWS resolves to the embedded cloud, and TLS toward it is left out: what fetches https://cognito-idp.<region>.amazonaws.com/<pool>/.well-known/jwks.json
    gets the pool's keys. Everything that isn't HTTP(S) by its port is refused by name.
    """
    resolve = socket.getaddrinfo

    def is_aws(host):
        name = host.decode() if isinstance(host, bytes) else host
        return isinstance(name, str) and bool(AWS_HOST.search(name) or name in METADATA)

    def refuse(name):
        send(HINT, ("a connection to %s was refused: this function runs in the embedded AWS" % name).encode())
        raise socket.gaierror(
            socket.EAI_NONAME,
            "Dovetail: this function runs in the embedded AWS; its connection to %s was refused. "
            "Use the SDK's default endpoint (AWS_ENDPOINT_URL)." % name,
        )

    def redirected(name, port):
        """(host, port) of the embedded cloud for HTTP(S) to a name of AWS; refuses everything else."""
        local = local_endpoint()
        if name in METADATA or local is None or port not in (80, 443, "80", "443", "http", "https"):
            refuse(name)
        send(HINT, ("a request to %s was answered by the embedded cloud (it never leaves this machine)" % name).encode())
        leave_tls_out(socket, local)
        return local

    def guarded(host, port=None, *args, **kwargs):
        if not is_aws(host):
            return resolve(host, port, *args, **kwargs)
        return resolve(*redirected(host.decode() if isinstance(host, bytes) else host, port), *args, **kwargs)

    def guarded_connect(connect):
        # A socket resolves names by itself, past getaddrinfo.
        def to_this_machine(self, address):
            if isinstance(address, tuple) and len(address) >= 2 and is_aws(address[0]):
                address = redirected(address[0], address[1])
            return connect(self, address)

        return to_this_machine

    def guarded_lookup(lookup):
        return lambda host, *args: refuse(host) if is_aws(host) else lookup(host, *args)

    socket.getaddrinfo = guarded
    for name in ("gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, guarded_lookup(getattr(socket, name)))
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, guarded_connect(getattr(socket.socket, name)))


def local_endpoint():
    """(host, port) of the embedded cloud."""
    found = re.match(r"http://([^:/]+):(\d+)", os.environ.get("AWS_ENDPOINT_URL", ""))
    return (found.group(1), int(found.group(2))) if found else None


def leave_tls_out(socket, local):
    """A connection to the embedded cloud under a name of AWS stays plain HTTP."""
    ssl = sys.modules.get("ssl")
    if ssl is None or getattr(ssl.SSLContext.wrap_socket, "is_dovetail", False):
        return
    wrap = ssl.SSLContext.wrap_socket

    class PlainSocket(socket.socket):
        """Answers what HTTP clients ask a TLS socket."""

        server_hostname = None

        def getpeercert(self, binary_form=False):
            return b"" if binary_form else {"subjectAltName": (("DNS", self.server_hostname),)}

        def version(self):
            return None

        def cipher(self):
            return None

        def selected_alpn_protocol(self):
            return None

        def pending(self):
            return 0

        def unwrap(self):
            return self

    def wrap_socket(self, sock, *args, **kwargs):
        name = kwargs.get("server_hostname") or ""
        name = name if isinstance(name, str) else name.decode()
        if not AWS_HOST.search(name) or sock.getpeername()[:2] != local:
            return wrap(self, sock, *args, **kwargs)
        timeout = sock.gettimeout()
        plain = PlainSocket(sock.family, sock.type, sock.proto, fileno=sock.detach())
        plain.settimeout(timeout)
        plain.server_hostname = name
        return plain

    wrap_socket.is_dovetail = True
    ssl.SSLContext.wrap_socket = wrap_socket


class GuardLoader:
    """Installs the guard when (and only when) something imports socket: that import costs some ms."""

    def find_spec(self, name, path=None, target=None):
        if name != "socket":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("socket")
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            install_guard(module)

        spec.loader.exec_module = exec_module
        return spec


def set_clock_offset(ms):
    if ms == set_clock_offset.current:
        return
    set_clock_offset.current = ms
    time.time = lambda: real_time() + ms / 1000 if ms else real_time()
    time.time_ns = lambda: real_time_ns() + ms * 1000000


set_clock_offset.current = 0
real_time, real_time_ns = time.time, time.time_ns


class Identity:
    def __init__(self, fields):
        self.cognito_identity_id = (fields or {}).get("cognitoIdentityId")
        self.cognito_identity_pool_id = (fields or {}).get("cognitoIdentityPoolId")


class Context:
    def __init__(self, meta, env):
        self._deadline_ms = meta["deadlineMs"]
        self.aws_request_id = meta["id"]
        self.invoked_function_arn = meta["arn"]
        self.function_name = env["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = env["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = env["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = env["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = meta.get("clientContext")
        self.identity = Identity(meta.get("identity"))

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline_ms - real_time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def error_shape(error, root):
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__ and not frame.filename.startswith("<frozen")]
    trace = ['  File "%s", line %s, in %s\n    %s\n' % (f.filename.replace(root, "/var/task"), f.lineno, f.name, f.line) for f in own]
    return {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}


def log_error(shape):
    text = "[ERROR] %s: %s" % (shape["errorType"], shape["errorMessage"])
    if shape.get("stackTrace"):
        text += "\nTraceback (most recent call last):\n" + "".join(shape["stackTrace"])
    send(LOG, text.rstrip("\n").encode("utf-8", "backslashreplace"))


def load_handler(settings):
    name = settings["handler"]
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError:
        return None, {"errorMessage": "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name, "errorType": "Runtime.MalformedHandlerName"}
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        return None, {
            "errorMessage": "Unable to import module '%s': %s" % (module_name, error),
            "errorType": "Runtime.ImportModuleError",
            "stackTrace": error_shape(error, settings["taskRoot"])["stackTrace"] if error.name and not error.name.startswith(module_name.split("/")[0]) else [],
        }
    except SyntaxError as error:
        where = '  File "/var/task/%s" Line %s\n    %s' % (os.path.relpath(error.filename or "", settings["taskRoot"]), error.lineno, (error.text or "").strip())
        return None, {
            "errorMessage": "Syntax error in module '%s': %s" % (module_name, error),
            "errorType": "Runtime.UserCodeSyntaxError",
            "stackTrace": [where],
        }
    handler = getattr(module, function_name, None)
    if handler is None:
        return None, {"errorMessage": "Handler '%s' missing on module '%s'" % (function_name, module_name), "errorType": "Runtime.HandlerNotFound", "stackTrace": []}
    return handler, None


def adopt(settings):
    os.environ.clear()
    os.environ.update(settings["env"])
    time.tzset()
    set_clock_offset(settings["clockOffsetMs"])
    os.chdir(settings["taskRoot"])
    layers = settings["layers"]
    extra = [os.path.join(layer, part) for layer in layers for part in ("python", "python/lib/python%d.%d/site-packages" % sys.version_info[:2])]
    given = [entry for entry in settings["env"].get("PYTHONPATH", "").split(":") if entry]
    sys.path[:0] = [settings["taskRoot"], *given, *[entry for entry in extra if os.path.isdir(entry)]]
    sys.path.extend(settings["sitePackages"])
    sys.dont_write_bytecode = True
    sys.stdout = LogWriter(1)
    sys.stderr = LogWriter(2)
    if "socket" in sys.modules:
        install_guard(sys.modules["socket"])
    else:
        sys.meta_path.insert(0, GuardLoader())
    import importlib.util  # noqa: F401  (GuardLoader needs it)

    install_logging(settings)
    try:
        handler, problem = load_handler(settings)
    except SystemExit as error:
        sys.stdout.flush()
        os._exit(error.code if isinstance(error.code, int) else 1)
    except BaseException as error:
        handler, problem = None, error_shape(error, settings["taskRoot"])
    sys.stdout.flush()
    sys.stderr.flush()
    if problem is not None:
        problem.setdefault("stackTrace", [])
        log_error(problem)
        send(INIT_ERROR, json.dumps(problem).encode())
        os._exit(1)
    send(READY)
    return handler


def invoke(handler, settings, body):
    global request_id
    (meta_length,) = struct.unpack("<I", body[:4])
    meta = json.loads(body[4:4 + meta_length])
    request_id = meta["id"]
    set_clock_offset(meta["clockOffsetMs"])
    os.environ["_X_AMZN_TRACE_ID"] = meta.get("traceId") or ""
    try:
        result = handler(json.loads(body[4 + meta_length:]), Context(meta, settings["env"]))
        try:
            answer = json.dumps(result, ensure_ascii=False, allow_nan=False).encode("utf-8")
        except (TypeError, ValueError) as error:
            raise_marshal(error)
        kind = RESPONSE
    except MarshalError as error:
        shape = {"errorMessage": str(error), "errorType": "Runtime.MarshalError", "stackTrace": [], "requestId": request_id}
        log_error(shape)
        kind, answer = ERROR, json.dumps(shape).encode()
    except SystemExit as error:
        sys.stdout.flush()
        os._exit(error.code if isinstance(error.code, int) else 1)
    except BaseException as error:
        shape = error_shape(error, settings["taskRoot"])
        shape["requestId"] = request_id
        sys.stdout.flush()
        log_error(shape)
        kind, answer = ERROR, json.dumps(shape).encode()
    sys.stdout.flush()
    sys.stderr.flush()
    send_result(kind, answer)


class MarshalError(Exception):
    pass


def raise_marshal(error):
    raise MarshalError("Unable to marshal response: %s" % error)


def load_ahead():
    """While the process is in reserve: what every function needs. Together these imports cost more than the rest of a cold start."""
    import importlib.util  # noqa: F401
    import logging  # noqa: F401
    import resource  # noqa: F401
    import traceback  # noqa: F401


def main():
    sys.modules["bootstrap"] = sys.modules["__main__"]
    load_ahead()
    handler, settings = None, None
    while True:
        kind, body = receive()
        if kind == ADOPT:
            settings = json.loads(body)
            handler = adopt(settings)
        elif kind == INVOKE:
            invoke(handler, settings, body)


main()
