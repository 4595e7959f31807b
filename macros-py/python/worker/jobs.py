"""What is done with scripts beside running macros: checks, utilities, transforms and tests.

`perform` gives `{"given": ...}`, or `{"entrypoint": message}` where a function cannot be called.
"""

import _bds
import sys

from _bds_coroutines import drive
from _bds_words import TEXTS


class _NoEntry(Exception):
    """The function that is wanted cannot be called."""


def perform(order, script):
    """Does what is ordered. `script` is its code; to be checked, its text in bytes."""
    try:
        return {"given": _TASKS[order["task"]](order, script)}
    except _NoEntry as fault:
        return {"entrypoint": str(fault)}


def _check(order, source):
    import ast
    import warnings

    before, null, _ = source.partition(b"\0")
    if null:
        # Python says so too, but not where.
        return {"errors": [_fault_at(before.count(b"\n") + 1, "code cannot hold null bytes")]}
    lines = source.decode("utf-8", "replace").splitlines()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source, order["file"])
        except SyntaxError as error:
            return {"errors": [_fault(error, lines)]}
        except (ValueError, RecursionError, MemoryError) as error:
            return {"errors": [_fault_at(1, str(error) or "the code is nested too deeply")]}
    functions = [_function(ast, node) for node in tree.body if isinstance(node, _functions(ast))]
    # Of two with one name the last counts.
    named = {function["name"]: function for function in functions if not function["name"].startswith("_")}
    return {
        "functions": sorted(named.values(), key=lambda function: function["name"] != "main"),
        "imports": [_import(lines, *found) for found in _imports(ast, tree, False)],
        "bound": sorted(_bound(ast, tree)),
    }


def _bound(ast, tree):
    """The names that the top level gives a value in another way than by `def`."""
    for node in tree.body:
        if isinstance(node, _functions(ast)):
            continue
        if isinstance(node, ast.ClassDef):
            yield node.name
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id
            elif isinstance(inner, ast.alias):
                yield inner.asname or inner.name
            elif isinstance(inner, _functions(ast)) and not isinstance(node, ast.ClassDef):
                yield inner.name


def _fault_at(line, message):
    return {"line": line, "column": 1, "endLine": line, "endColumn": 1, "message": message}


def _fault(error, lines):
    line = error.lineno or 1
    column = max(error.offset or 1, 1)
    if error.msg.endswith("was never closed"):
        # Python counts bytes here, and characters everywhere else.
        before = lines[line - 1].encode()[: column - 1] if line <= len(lines) else b""
        column = len(before.decode("utf-8", "replace")) + 1
    end_line = getattr(error, "end_lineno", None) or line
    end_column = getattr(error, "end_offset", None) or 0
    if (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    return {"line": line, "column": column, "endLine": end_line, "endColumn": end_column, "message": error.msg}


def _functions(ast):
    return ast.FunctionDef, ast.AsyncFunctionDef


def _function(ast, node):
    given = node.args
    positional = len(getattr(given, "posonlyargs", ())) + len(given.args)
    keywords = [name.arg for name, default in zip(given.kwonlyargs, given.kw_defaults) if default is None]
    return {
        "name": node.name,
        "line": node.lineno,
        "isAsync": isinstance(node, ast.AsyncFunctionDef),
        "required": positional - len(given.defaults),
        "most": None if given.vararg else positional,
        "keywords": keywords,
        "parameters": ast.unparse(given),
    }


def _imports(ast, node, optional):
    """Name, line, column (in bytes, from 0) and whether the script goes on without it, of each import."""
    for name, value in ast.iter_fields(node):
        # What a `try` catches, and what only type checkers read, may be missing.
        excused = optional or (isinstance(node, ast.Try) and name == "body" and bool(node.handlers))
        excused = excused or (isinstance(node, ast.If) and name == "body" and "TYPE_CHECKING" in ast.dump(node.test))
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield alias.name, child.lineno, child.col_offset, excused
            elif isinstance(child, ast.ImportFrom):
                if child.module and not child.level:
                    yield child.module, child.lineno, child.col_offset, excused
            elif isinstance(child, ast.AST):
                yield from _imports(ast, child, excused)


def _import(lines, module, line, column, optional):
    before = lines[line - 1].encode()[:column] if line <= len(lines) else b""
    column = len(before.decode("utf-8", "replace")) + 1
    return {"module": module, "line": line, "column": column, "found": _is_there(module), "optional": optional}


def _is_there(module):
    """Whether a module can be found. Nothing is imported: what is around it is looked for first."""
    path, name = None, ""
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        spec = next((spec for finder in sys.meta_path if (spec := finder.find_spec(name, path))), None)
        if spec is None:
            return name in sys.modules
        path = spec.submodule_search_locations
        if path is None:
            return name == module or module in sys.modules
    return True


def _begin(order, name, script):
    """Runs the body of the script in a module of its own."""
    module = type(sys)(name)
    module.__file__ = order["path"]
    sys.modules[name] = module
    exec(script, module.__dict__)
    return module


def _entry(module, name):
    function = getattr(module, name, None)
    if callable(function):
        return function
    if hasattr(module, name):
        raise _NoEntry(f"`{name}` is a value of type {type(function).__name__}, not a function")
    names = [own for own, value in vars(module).items() if callable(value) and not own.startswith("_")]
    near = _bds.nearest(name, names)
    hint = f"; did you mean `{near}`?" if near else ""
    raise _NoEntry(f"the script has no function `{name}`{hint}")


def _utility(order, script):
    try:
        module = _begin(order, "__main__", script)
        if order["entrypoint"] is None:
            return {"repr": None}
        returned = drive(_entry(module, order["entrypoint"])())
    except SystemExit as left:
        if left.code not in (None, 0):
            raise
        return {"repr": None}
    return {"repr": None if returned is None else repr(returned)}


class _NoApi:
    """Transforms change one post, and know of no other."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name.partition(".")[0] == "bds_api":
            raise ModuleNotFoundError("`bds_api` cannot be used in a transform: it has the post that it gets", name=name)
        return None


def _toast(message):
    text = str(message).strip()
    if text:
        _bds.request("toast", {"message": text[:300]})


def _transform(order, script):
    import builtins

    api = sys.modules.pop("bds_api", None)
    sys.meta_path.insert(0, _NoApi)
    builtins.toast = _toast
    try:
        module = _begin(order, f"bds_transforms.{order['slug']}", script)
        post = order["post"]
        returned = drive(_call(_entry(module, order["entrypoint"]), order["entrypoint"], post, order["context"]))
        return {"returned": returned, "post": post if returned is None else None}
    finally:
        if _NoApi in sys.meta_path:
            sys.meta_path.remove(_NoApi)
        vars(builtins).pop("toast", None)
        if api is not None:
            sys.modules["bds_api"] = api


def _call(function, name, post, context):
    """With both arguments, or with the post alone if it takes no more."""
    import inspect

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function(post, context)
    for arguments in ((post, context), (post,)):
        try:
            signature.bind(*arguments)
        except TypeError as error:
            fault = error
        else:
            return function(*arguments)
    raise _NoEntry(f"`{name}` must take (post, context) or (post): {fault}")


def _find_tests(order, script):
    module = _begin(order, _stem(order), script)
    functions = [{"name": name, "line": test.__code__.co_firstlineno} for name, test in _own_tests(order, module)]
    doctests = [{"name": f"doctest {name}", "line": (test.lineno or 0) + 1} for name, test in _doctests(order, module)]
    return sorted(functions + doctests, key=lambda test: (test["line"], test["name"]))


def _stem(order):
    return order["file"].rpartition("/")[2].partition(".")[0]


def _own_tests(order, module):
    """The functions and methods of the script whose names begin with `test`, by name."""
    for name, value in vars(module).items():
        if name.startswith("test") and _is_here(order, value):
            yield name, value
        elif name.startswith("Test") and isinstance(value, type) and value.__module__ == module.__name__:
            for own, method in vars(value).items():
                if own.startswith("test") and _is_here(order, method):
                    yield f"{name}.{own}", method


def _is_here(order, value):
    return getattr(getattr(value, "__code__", None), "co_filename", None) == order["file"]


def _doctests(order, module):
    if ">>>" not in TEXTS.get(order["file"], ""):
        return
    import doctest

    for test in doctest.DocTestFinder(exclude_empty=True).find(module, module.__name__):
        yield test.name.partition(".")[2] or "module", test


def _test(order, script):
    module = _begin(order, _stem(order), script)
    kind, _, name = order["name"].rpartition(" ")
    if kind:
        return {"failed": _run_doctest(order, module, name)}
    home, _, own = name.rpartition(".")
    _run_test(getattr(_entry(module, home)() if home else module, own, None), name)
    return {"failed": None}


def _run_doctest(order, module, name):
    import doctest

    test = next((test for own, test in _doctests(order, module) if own == name), None)
    if test is None:
        raise _NoEntry(f"the script has no doctest in `{name}` any more")
    told: list = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    return "".join(told) if result.failed else None


def _run_test(test, name):
    import inspect

    from bds_api.testing import Blog

    if test is None:
        raise _NoEntry(f"the script has no test `{name}` any more")
    wanted = [own for own, given in inspect.signature(test).parameters.items() if given.default is given.empty]
    if wanted not in ([], ["blog"]):
        raise _NoEntry(f"`{name}` takes ({', '.join(wanted)}); a test takes nothing, or `blog`")
    with Blog() as blog:
        drive(test(*([blog] if wanted else [])))


_TASKS = {
    "check": _check,
    "utility": _utility,
    "transform": _transform,
    "find_tests": _find_tests,
    "test": _test,
}
