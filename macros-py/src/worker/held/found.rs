use std::collections::BTreeSet;

use pyo3::exceptions::PyBaseException;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyModule, PySet, PyType};

use super::super::cpython;
use super::{Item, text};

/// What keeps the books of threads, loops and references, or finds modules: it changes by itself, and not in what a
/// script can show.
const BOOKS: [&str; 15] = [
    "_bds",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "_py_abc",
    "_thread",
    "_weakrefset",
    "abc",
    "asyncio",
    "concurrent",
    "encodings",
    "functools",
    "importlib",
    "multiprocessing",
    "subprocess",
    "threading",
];

/// From how many values on a container is taken for data, whose values are not looked at one by one.
const MANY: usize = 10_000;

/// Which objects were looked at, by their addresses: those that are held stay alive.
#[derive(Debug, Default)]
pub(super) struct Found(BTreeSet<usize>);

/// Where a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    /// The names of a module or class, where caches go by their names.
    Names,
    /// What an instance or a container holds.
    Values,
}

impl Found {
    /// Whether this object was not looked at before.
    pub(super) fn is_new(&mut self, object: &Bound<'_, PyAny>) -> bool {
        self.0.insert(object.as_ptr() as usize)
    }

    /// Finds all that a module leads to and that can be changed in place.
    pub(super) fn module(&mut self, module: &Bound<'_, PyModule>, items: &mut Vec<Item>) -> PyResult<()> {
        let names = module.dict();
        if !self.is_new(&names) {
            return Ok(());
        }
        items.push(Item::names(&names, None)?);
        let keeps_books = module.name().is_ok_and(|name| keeps_books(&name.to_string_lossy()));
        let mut rest = Vec::new();
        if keeps_books {
            rest.extend(names.values().iter().filter(PyAnyMethods::is_instance_of::<PyType>));
        } else {
            rest.extend(values(&names, Among::Names));
        }
        while let Some(value) = rest.pop() {
            self.value(&value, items, &mut rest)?;
        }
        Ok(())
    }

    /// Holds a value, and gives what it leads to.
    fn value<'py>(
        &mut self,
        value: &Bound<'py, PyAny>,
        items: &mut Vec<Item>,
        rest: &mut Vec<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        if let Ok(class) = value.cast::<PyType>() {
            let Some(names) = cpython::names_of_class(class).filter(|names| self.is_new(names)) else { return Ok(()) };
            items.push(Item::names(&names, Some(class))?);
            if !is_enumeration(class) && !is_of_the_books(class) {
                rest.extend(values(&names, Among::Names));
            }
        } else if let Ok(dict) = value.cast_exact::<PyDict>() {
            if self.is_new(dict) {
                items.push(Item::names(dict, None)?);
                rest.extend(values(dict, Among::Values));
            }
        } else if let Ok(list) = value.cast_exact::<PyList>() {
            if self.is_new(list) {
                items.push(Item::list(list));
                rest.extend(list.iter().take(MANY));
            }
        } else if let Ok(set) = value.cast_exact::<PySet>() {
            if self.is_new(set) {
                items.push(Item::set(set)?);
            }
        } else if !value.is_instance_of::<PyModule>() && !value.is_instance_of::<PyBaseException>() {
            let class = value.get_type();
            if !is_enumeration(&class)
                && !is_of_the_books(&class)
                && self.is_new(value)
                && let Some(names) = cpython::names_of_instance(value).filter(|names| self.is_new(names))
            {
                items.push(Item::names(&names, None)?);
                rest.extend(values(&names, Among::Values));
            }
        }
        Ok(())
    }
}

/// The values that lead further.
fn values<'py>(names: &Bound<'py, PyDict>, among: Among) -> Vec<Bound<'py, PyAny>> {
    let leads_further = |key: &Bound<'_, PyAny>| {
        among == Among::Values
            || text(key).is_some_and(|name| {
                // The rest of such names is Python's own: where a module was found, what a class inherits.
                !name.to_ascii_lowercase().contains("cache") && (!name.starts_with("__") || name == "__all__")
            })
    };
    let pairs = names.iter().take(MANY).filter(|(key, _)| leads_further(key));
    pairs.map(|(_, value)| value).collect()
}

/// Whether the members of a class are its values, which are as they are; those that are put together are remembered.
fn is_enumeration(class: &Bound<'_, PyType>) -> bool {
    class.get_type().name().is_ok_and(|name| matches!(name.to_str(), Ok("EnumMeta" | "EnumType")))
}

fn is_of_the_books(class: &Bound<'_, PyType>) -> bool {
    class.module().is_ok_and(|module| module.to_str().is_ok_and(|it| keeps_books(it) || it == "weakref"))
}

fn keeps_books(module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    BOOKS.contains(&top) || (top.starts_with("_bds_") && module != "bds_api")
}
