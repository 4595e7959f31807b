"""Finds modules: the standard library, what stands in the binary, the project's own."""

import _bds
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder

from _bds_watching import replace

#: The code of the modules that stand in the binary; filled by the Rust side.
EMBEDDED: dict = {}


def install(library):
    """Has all imports go through these finders."""
    sys.meta_path[:] = [
        KnownFinder,
        *[finder for finder in sys.meta_path if finder is not PathFinder],
        EmbeddedFinder,
        LibraryFinder(library),
        ProjectFinder,
    ]


#: Where modules of the project were found that are no packages, by name and the folders that were searched.
_places: dict = {}
#: The modules of the project that were found in the running call.
OWN: list = []


class KnownFinder:
    """Finds modules of the project again: they are loaded anew in each call, mostly from where they were."""

    @staticmethod
    def find_spec(name, path=None, _target=None):
        place = _places.get((name, *sys.path)) if path is None else None
        if place is None or not _bds.is_known(name):
            return None
        OWN.append(name)
        return _spec(name, place, False)


def _spec(name, place, is_package):
    spec = ModuleSpec(name, ProjectFinder, origin=place, is_package=is_package)
    spec.has_location = True
    return spec


class EmbeddedFinder:
    """Finds the modules that stand in the binary."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name not in EMBEDDED:
            return None
        return ModuleSpec(name, EmbeddedFinder, origin=f"<bds>/{name}.py", is_package=True)

    @staticmethod
    def create_module(_spec):
        return None

    @staticmethod
    def exec_module(module):
        exec(EMBEDDED[module.__name__], module.__dict__)


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
            if kind == "folder":
                # Where it lies tells it from the folders of packages.
                spec = ModuleSpec(name, None, origin=place, is_package=True)
                spec.submodule_search_locations = [place]
                OWN.append(name)
                return spec
            spec = _spec(name, place, kind == "package")
            if kind == "package":
                spec.submodule_search_locations = [place.rpartition(os.sep)[0]]
            elif path is None:
                _places[(name, *sys.path)] = place
            OWN.append(name)
            return spec
        return None

    @staticmethod
    def create_module(_spec):
        return None

    @staticmethod
    def exec_module(module):
        exec(_bds.module_code(module.__spec__.origin), module.__dict__)

    @staticmethod
    def get_data(path):
        with open(path, "rb") as file:
            return file.read()

    @staticmethod
    def get_resource_reader(name):
        from types import SimpleNamespace

        try:
            from importlib.readers import FileReader
        except ImportError:
            # Before Python 3.10 it finds the files without help.
            return None
        return FileReader(SimpleNamespace(path=sys.modules[name].__spec__.origin))


def patch_importlib(importlib):
    """Has `importlib.import_module` go the way of the `import` statement."""
    original = importlib.import_module

    def import_module(name, package=None):
        if name.startswith("."):
            return original(name, package)
        return _bds.import_module(name, original)

    replace(importlib, "import_module", import_module)
