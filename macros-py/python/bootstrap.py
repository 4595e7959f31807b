"""Our own Python in a worker: finds modules, records what is looked at, waits for coroutines, puts errors into words.

Runs before the first script, and before anything is guarded. Works from Python 3.9 on and imports next to nothing:
every millisecond here is one of each worker's start.
"""

import _bds
import io
import os
import sys
from importlib._bootstrap import ModuleSpec
from importlib._bootstrap_external import PathFinder

#: Set by the host side before `install`: where the standard library lies, and the modules that stand in the binary.
LIBRARY: list = []
SOURCES: dict = {}
#: The code of scripts and their modules as it was compiled, for tracebacks.
TEXTS: dict = {}


def install(library, scripts, packages, stop_signal, dump, dump_signal):
    """Prepares the interpreter. Without signals (`None`) it shares its process with the host."""
    library = [str(folder) for folder in library]
    packages = [str(folder) for folder in packages]
    packages += [folder for package in packages for folder in _pth_folders(package)]
    sys.meta_path[:] = [
        *[finder for finder in sys.meta_path if finder is not PathFinder],
        EmbeddedFinder,
        LibraryFinder(library),
        ProjectFinder,
        PackageFinder(packages),
    ]
    sys.path[:] = [*library, str(scripts), *packages]
    _watch_clock()
    _watch_files()
    _watch_randomness()
    _watch_environment()
    _watch_import_module()
    if stop_signal is not None:
        _obey_signals(stop_signal, dump, dump_signal)


def _obey_signals(stop_signal, dump, dump_signal):
    import faulthandler
    import signal

    def stop(_number, _frame):
        raise _bds.BdsStopped("the call is over")

    signal.signal(stop_signal, stop)
    faulthandler.enable(file=dump, all_threads=True)
    faulthandler.register(dump_signal, file=dump, all_threads=True)


# --- Modules ---------------------------------------------------------------------------------------------------------


class EmbeddedFinder:
    """Finds the modules that stand in the binary."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name not in SOURCES:
            return None
        return ModuleSpec(name, EmbeddedFinder, origin=f"<bds>/{name}.py", is_package=True)

    @staticmethod
    def create_module(_spec):
        return None

    @staticmethod
    def exec_module(module):
        exec(compile(SOURCES[module.__name__], module.__spec__.origin, "exec", dont_inherit=True), module.__dict__)


class LibraryFinder:
    """Finds the standard library before anything else: a macro called `calendar` must not break it."""

    def __init__(self, folders):
        self.folders = folders

    def find_spec(self, name, path=None, target=None):
        return PathFinder.find_spec(name, self.folders, target) if path is None else None


class ProjectFinder:
    """Finds modules of the project: in `scripts/`, and in what a script has added to `sys.path`."""

    @staticmethod
    def find_spec(name, path=None, _target=None):
        own = name.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            found = _bds.find_module(folder, own)
            if found is None:
                continue
            kind, place = found
            place = str(place)
            if kind == "folder":
                spec = ModuleSpec(name, None, is_package=True)
                spec.submodule_search_locations = [place]
                return spec
            spec = ModuleSpec(name, ProjectFinder, origin=place, is_package=kind == "package")
            spec.has_location = True
            if kind == "package":
                spec.submodule_search_locations = [place.rpartition(os.sep)[0]]
            return spec
        return None

    @staticmethod
    def create_module(_spec):
        return None

    @staticmethod
    def exec_module(module):
        exec(_bds.module_code(module.__spec__.origin), module.__dict__)


class PackageFinder:
    """Finds installed packages, and says which of which version were used."""

    def __init__(self, folders):
        self.folders = folders
        self.distributions = None

    def find_spec(self, name, path=None, target=None):
        if path is None and not self.folders:
            return None
        spec = PathFinder.find_spec(name, self.folders if path is None else path, target)
        if spec is not None and path is None:
            _bds.package(*self.distribution(name))
        return spec

    @staticmethod
    def find_distributions(context=None):
        """What `importlib.metadata` asks, by which packages find their own version."""
        from importlib import metadata

        return metadata.MetadataPathFinder.find_distributions(context or metadata.DistributionFinder.Context())

    def distribution(self, module):
        """Name and version of what has installed a module."""
        if self.distributions is None:
            self.distributions = {}
            from importlib import metadata

            for distribution in metadata.distributions(path=self.folders):
                told = (distribution.metadata["Name"] or "?", distribution.version or "?")
                for file in distribution.files or ():
                    top = str(file).split("/", 1)[0]
                    self.distributions.setdefault(top.split(".", 1)[0] if "/" not in str(file) else top, told)
        return self.distributions.get(module, (module, "?"))


def _pth_folders(packages):
    """The folders that `*.pth` files name. Lines that are code are left alone: they could be anything."""
    folders = []
    for name in sorted(os.listdir(packages)):
        if name.endswith(".pth"):
            with open(os.path.join(packages, name), encoding="utf-8", errors="replace") as lines:
                for line in map(str.strip, lines):
                    folder = os.path.join(packages, line)
                    if line and not line.startswith(("#", "import ", "import\t")) and os.path.isdir(folder):
                        folders.append(folder)
    return folders


def _watch_import_module():
    import importlib

    original = importlib.import_module

    def import_module(name, package=None):
        if name.startswith("."):
            return original(name, package)
        return _bds.import_module(name, original)

    _replace(importlib, "import_module", import_module)


# --- What is printed -------------------------------------------------------------------------------------------------


class _Output(io.TextIOBase):
    """Tells the host what is written to it."""

    encoding = "utf-8"
    errors = "strict"

    def write(self, text):
        return _bds.write(text)

    def writable(self):
        return True


OUTPUT = _Output()

# --- The post --------------------------------------------------------------------------------------------------------

#: Format sheet §11.4, in its order.
FIELDS = (
    "id",
    "projectId",
    "title",
    "slug",
    "excerpt",
    "content",
    "status",
    "author",
    "createdAt",
    "updatedAt",
    "publishedAt",
    "tags",
    "categories",
)
_KNOWN_FIELDS = frozenset(FIELDS)
_HIDDEN = object()


class Post(dict):
    """The post that a macro stands in: a read-only dict that asks for a field when it is first used.

    The fields that were used lie in the dict itself, so that the second use of one costs nothing.
    """

    __slots__ = ("_call", "_known")

    def __init__(self, call, known):
        # Some code written in C takes a dict for empty without asking it.
        dict.__setitem__(self, _HIDDEN, None)
        self._call = call
        self._known = known

    def __missing__(self, name):
        if name in self._known:
            value = self._known.pop(name)
            _bds.used(name)
        elif name in _KNOWN_FIELDS:
            value = _bds.field(self._call, name)
        else:
            near = _bds.nearest(name, FIELDS) if isinstance(name, str) else None
            raise KeyError(f"{name}; did you mean {near!r}?" if near else name)
        dict.__setitem__(self, name, value)
        return value

    def get(self, name, default=None):
        return self[name] if name in _KNOWN_FIELDS else default

    def __contains__(self, name):
        return name in _KNOWN_FIELDS

    def __iter__(self):
        return iter(FIELDS)

    def __reversed__(self):
        return reversed(FIELDS)

    def __len__(self):
        return len(FIELDS)

    def keys(self):
        return self.copy().keys()

    def values(self):
        return self.copy().values()

    def items(self):
        return self.copy().items()

    def copy(self):
        return {name: self[name] for name in FIELDS}

    __copy__ = copy

    def __deepcopy__(self, _memo):
        import copy

        return copy.deepcopy(self.copy())

    def __reduce_ex__(self, _protocol):
        return dict, (self.copy(),)

    def __eq__(self, other):
        return self is other or self.copy() == (other.copy() if isinstance(other, Post) else other)

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def __or__(self, other):
        return self.copy() | other

    def __ror__(self, other):
        return other | self.copy()

    def __repr__(self):
        return repr(self.copy())

    def _refuse(self, *_arguments, **_named):
        raise TypeError("`post` is read-only; `dict(post)` is a copy that can be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


# --- What cannot be remembered ---------------------------------------------------------------------------------------

#: Parts of the standard library that use the clock for themselves, without it showing in a result.
_TIMERS = frozenset(
    "asyncio concurrent importlib linecache logging multiprocessing queue random sched selectors socket subprocess "
    "tempfile threading".split()
)


def _replace(owner, name, function):
    """Puts a function in the place of another, as unnoticed as possible."""
    original = getattr(owner, name)
    for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
        try:
            setattr(function, attribute, getattr(original, attribute))
        except AttributeError:
            pass
    function.__wrapped__ = original
    setattr(owner, name, function)


def _user():
    """The first frame that is none of ours."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith("<bds>"):
        frame = frame.f_back
    return frame


def _module_of(frame):
    return str(frame.f_globals.get("__name__", "")) if frame is not None else ""


def _clock():
    if _module_of(_user()).partition(".")[0] not in _TIMERS:
        _bds.volatile("clock")


def _watch(owner, name, note):
    original = getattr(owner, name, None)
    if original is None:
        return

    def watched(*arguments, **named):
        note()
        return original(*arguments, **named)

    _replace(owner, name, watched)


def _watch_clock():
    import time

    for kind in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"):
        _watch(time, kind, _clock)
        _watch(time, f"{kind}_ns", _clock)
    # These take the time as their last argument, and the present one without it.
    for name, index in (("localtime", 0), ("gmtime", 0), ("ctime", 0), ("asctime", 0), ("strftime", 1)):
        _watch_default(time, name, index)


def _watch_default(owner, name, index):
    original = getattr(owner, name)

    def watched(*arguments):
        if len(arguments) <= index or arguments[index] is None:
            _clock()
        return original(*arguments)

    _replace(owner, name, watched)


def _watch_randomness():
    for name in ("urandom", "getrandom"):
        _watch(os, name, lambda: _bds.volatile("random"))


def _patch_datetime(datetime):
    for kind, names in ((datetime.date, ("today",)), (datetime.datetime, ("now", "utcnow"))):
        _patch_class_methods(kind, names)


def _patch_class_methods(kind, names):
    """Changes methods of a class written in C, which refuses it when asked the ordinary way."""
    import gc

    inside = next((held for held in gc.get_referents(kind.__dict__) if type(held) is dict), None)
    if inside is None:
        return
    for name in names:
        original = inside.get(name)
        if original is not None:
            inside[name] = _noting_the_clock(original)
    _bds.forget_cached_attributes(kind)


def _noting_the_clock(original):
    def watched(cls, *arguments, **named):
        _clock()
        return original.__get__(None, cls)(*arguments, **named)

    watched.__doc__ = original.__doc__
    return classmethod(watched)


def _patch_random(random):
    seeded = [None]

    def note():
        if seeded[0] != _bds.call_number():
            _bds.volatile("random")

    for name in random.__all__:
        if getattr(getattr(random, name), "__self__", None) is random._inst and name not in ("seed", "setstate"):
            _watch(random, name, note)

    def watch_seeding(name):
        original = getattr(random, name)

        def watched(*arguments, **named):
            # Whatever follows in this call depends on nothing but the seed.
            is_fixed = any(value is not None for value in (*arguments[:1], *named.values()))
            seeded[0] = _bds.call_number() if is_fixed else None
            return original(*arguments, **named)

        _replace(random, name, watched)

    watch_seeding("seed")
    watch_seeding("setstate")
    seed = random.Random.seed

    def watched_seed(self, a=None, version=2):
        if a is None:
            _bds.volatile("random")
        return seed(self, a, version)

    _replace(random.Random, "seed", watched_seed)


def _patch_uuid(uuid):
    _watch(uuid, "uuid1", lambda: _bds.volatile("random"))
    _watch(uuid, "getnode", lambda: _bds.volatile("environment"))


#: What is changed right after its first import.
PATCHES = {
    "asyncio": lambda asyncio: _patch_asyncio(asyncio),
    "datetime": _patch_datetime,
    "random": _patch_random,
    "uuid": _patch_uuid,
}


def patch(name):
    """Changes a module of the standard library, once."""
    change = PATCHES.pop(name, None)
    if change is not None and name in sys.modules:
        change(sys.modules[name])


def _watch_environment():
    class Environment(type(os.environ)):
        """The variables of the process; says when a script looks at one."""

        def __getitem__(self, name):
            self._note()
            return super().__getitem__(name)

        def __iter__(self):
            self._note()
            return super().__iter__()

        @staticmethod
        def _note():
            frame = _user()
            while _module_of(frame) in ("os", "_collections_abc", "collections.abc"):
                frame = frame.f_back
            # The library and packages look at many variables; in a worker they are the same everywhere.
            if frame is not None and not os.path.isabs(frame.f_code.co_filename):
                _bds.volatile("environment")

    os.environ.__class__ = Environment


# --- Files that are looked at without being opened -------------------------------------------------------------------

_EXISTENCE = frozenset(
    "exists isdir isfile is_dir is_file islink is_symlink ismount is_mount lexists _joinrealpath realpath resolve "
    "samefile is_junction isjunction".split()
)
_PATH_MODULES = frozenset("genericpath posixpath ntpath pathlib pathlib._local pathlib._abc glob os shutil".split())


def _wants_content():
    """Whether more than its existence is asked of a file: its size, say, which is a property of its content."""
    frame = _user()
    for _ in range(3):
        if frame is None or _module_of(frame) not in _PATH_MODULES:
            return True
        if frame.f_code.co_name in _EXISTENCE:
            return False
        frame = frame.f_back
    return True


def _watch_files():
    for name in ("stat", "lstat"):
        _watch_stat(name)
    for name in ("access", "readlink"):
        _watch_question(name)
    for name in ("getmtime", "getatime", "getctime"):
        _watch(os.path, name, _clock)


def _watch_stat(name):
    original = getattr(os, name)

    def watched(path, *arguments, **named):
        if named.get("dir_fd") is None:
            _bds.inquire(path, _wants_content())
        return original(path, *arguments, **named)

    _replace(os, name, watched)
    _keep_support(original, watched)


def _watch_question(name):
    original = getattr(os, name)

    def watched(path, *arguments, **named):
        if named.get("dir_fd") is None:
            _bds.inquire(path, False)
        return original(path, *arguments, **named)

    _replace(os, name, watched)
    _keep_support(original, watched)


def _keep_support(original, watched):
    """Says of the new function what `os` says of the old one."""
    for name in ("supports_dir_fd", "supports_fd", "supports_follow_symlinks", "supports_effective_ids"):
        functions = getattr(os, name, ())
        if original in functions:
            functions.add(watched)


# --- Coroutines and threads ------------------------------------------------------------------------------------------

#: Event loops that no call uses just now.
_loops: list = []
#: How many coroutines are being run by hand.
_by_hand = 0


def drive(awaitable):
    """The result of a coroutine; anything else as it is."""
    if not hasattr(awaitable, "__await__"):
        return awaitable
    return _drive_in_loop(awaitable) if "asyncio" in sys.modules else _drive_by_hand(awaitable)


def _drive_by_hand(awaitable):
    """Without asyncio, whose import takes longer than most macros, nothing that a macro can wait for takes time."""
    global _by_hand
    _by_hand += 1
    try:
        steps = awaitable.__await__()
        while True:
            waited_for = next(steps)
            if waited_for is not None:
                _wait_for(waited_for)
    except StopIteration as end:
        return end.value
    finally:
        _by_hand -= 1
        if "asyncio" in sys.modules:
            _leave_loop()


def _patch_asyncio(asyncio):
    # It was imported by a coroutine that has begun without it.
    if _by_hand:
        asyncio._set_running_loop(asyncio.new_event_loop())


def _wait_for(future):
    import asyncio

    loop = asyncio._get_running_loop()
    future._asyncio_future_blocking = False
    asyncio._set_running_loop(None)
    try:
        loop.run_until_complete(asyncio.wait([future]))
    finally:
        asyncio._set_running_loop(loop)


def _leave_loop():
    import asyncio

    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    if loop is not None:
        _tidy_up(loop)


def _drive_in_loop(awaitable):
    import asyncio

    async def whole():
        return await awaitable

    # Calls nest: the loop of the call further out must not be seen here.
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    loop = _loops.pop() if _loops else asyncio.new_event_loop()
    try:
        return loop.run_until_complete(whole())
    finally:
        _tidy_up(loop)
        asyncio._set_running_loop(outer)


def _tidy_up(loop):
    """Ends what a macro has left running, and keeps the loop for the next."""
    import asyncio

    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    if loop._default_executor is not None:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
    else:
        _loops.append(loop)


def wait_for_threads(count):
    """Waits until no more than so many threads are left besides the main one."""
    import _thread
    import time

    while _thread._count() > count:
        time.sleep(0.001)


# --- Errors in words -------------------------------------------------------------------------------------------------


def _is_script(file):
    return file.startswith("<default>/") or not (file.startswith("<") or os.path.isabs(file))


def _is_ours(file):
    return file.startswith(("<bds>", "<frozen importlib"))


#: How many frames are told from the outer and from the inner end of a deep traceback.
_ENDS = 20


def describe(error):
    """Message, frames of scripts (file, line, column, function; outermost first), and the whole traceback."""
    lines = _lines()
    places = []
    trace = error.__traceback__
    while trace is not None:
        if _is_script(trace.tb_frame.f_code.co_filename):
            places.append((trace.tb_frame.f_code, trace.tb_lineno, trace.tb_lasti))
        trace = trace.tb_next
    if len(places) > 2 * _ENDS:
        places[_ENDS:-_ENDS] = []
    frames = [
        (code.co_filename, line, _column(lines, code, instruction), code.co_name)
        for code, line, instruction in places
    ]
    if isinstance(error, SyntaxError) and error.filename and _is_script(error.filename):
        column = error.offset if error.offset and error.offset > 0 else None
        frames.append((error.filename, error.lineno or 1, column, "<module>"))
    return _message(error), frames, _traceback(error)


def _message(error):
    name = type(error).__name__
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:
        text = "<its message cannot be shown>"
    return f"{name}: {text}" if text else name


def _column(lines, code, instruction):
    positions = getattr(code, "co_positions", None)
    if positions is None or instruction < 0:
        return None
    import itertools

    line, _, column, _ = next(itertools.islice(positions(), instruction // 2, None), (None, None, None, None))
    if line is None or column is None:
        return None
    # Python counts bytes, people count characters.
    text = lines.getline(code.co_filename, line)
    return len(text.encode("utf-8", "replace")[:column].decode("utf-8", "replace")) + 1 if text else column + 1


def _lines():
    import linecache

    for file, text in TEXTS.items():
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    return linecache


def _traceback(error):
    import traceback

    told = traceback.TracebackException(type(error), error, error.__traceback__, compact=True)
    _leave_out_ours(told, set())
    return "".join(told.format())


def _leave_out_ours(told, done):
    if told is None or id(told) in done:
        return
    done.add(id(told))
    told.stack[:] = [frame for frame in told.stack if not _is_ours(frame.filename)]
    _leave_out_ours(told.__cause__, done)
    _leave_out_ours(told.__context__, done)


def describe_threads():
    """Where the threads are that scripts started, as `describe` says it of an error.

    They still run: whatever waits for the disk here waits for them to let go of the interpreter, too.
    """
    import _thread

    told, text = [], []
    for thread, frame in sorted(sys._current_frames().items()):
        if thread == _thread.get_ident():
            continue
        stack = []
        while frame is not None:
            stack.insert(0, (frame.f_code.co_filename, frame.f_lineno, None, frame.f_code.co_name))
            frame = frame.f_back
        text.append("Thread (most recent call last):")
        text += [f'  File "{file}", line {line}, in {function}' for file, line, _, function in stack]
        told = told or [place for place in stack if _is_script(place[0])]
    return "", told, "\n".join(text)
