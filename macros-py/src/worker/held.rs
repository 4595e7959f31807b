//! What calls share of Python itself: the names in modules and classes of the standard library and of packages, what
//! their instances and containers hold. All of it is looked over after each call, and what the call has changed is put
//! back.
//!
//! Looking costs next to nothing, because dicts are numbered by Python at each change ([`cpython::number_of`]). What an
//! import changes elsewhere (a module inside a package, a class that is registered) stays, as the module does:
//! [`Loading`] tells its changes from those of scripts.
//!
//! Left out are caches by their names, and what keeps the books of threads and loops: what these hold cannot be seen in
//! a result, and is wrong to put back.

mod found;

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyModule, PySet, PyString, PyType};

use self::found::Found;
use super::cpython;

thread_local! {
    static HELD: RefCell<Held> = RefCell::default();
}

/// Whether a call has changed what cannot be put back; any thread of it can have.
static IS_SPENT: AtomicBool = AtomicBool::new(false);

/// All that is held in this process, by the thread that runs its calls.
#[derive(Debug, Default)]
struct Held {
    items: Vec<Item>,
    found: Found,
    /// Whether something was added since [`has_grown`] was asked last.
    has_grown: bool,
}

/// Something that can be changed in place.
#[derive(Debug)]
struct Item {
    holds: Holds,
    /// What puts it back in a way of its own: called with what it shall hold.
    put: Option<Py<PyAny>>,
}

#[derive(Debug)]
enum Holds {
    Names { names: Py<PyDict>, class: Option<Py<PyType>>, content: Py<PyDict>, version: Option<u64> },
    List { list: Py<PyList>, content: Py<PyList> },
    Set { set: Py<PySet>, content: Py<PySet>, traces: (isize, isize) },
}

impl Item {
    fn names(names: &Bound<'_, PyDict>, class: Option<&Bound<'_, PyType>>) -> PyResult<Self> {
        let content = names.copy()?.unbind();
        let version = cpython::number_of(names);
        let class = class.map(|class| class.clone().unbind());
        Ok(Self { holds: Holds::Names { names: names.clone().unbind(), class, content, version }, put: None })
    }

    fn list(list: &Bound<'_, PyList>) -> Self {
        let content = list.get_slice(0, list.len()).unbind();
        Self { holds: Holds::List { list: list.clone().unbind(), content }, put: None }
    }

    fn set(set: &Bound<'_, PySet>) -> PyResult<Self> {
        let content = PySet::new(set.py(), set.iter())?.unbind();
        let traces = cpython::traces(set);
        Ok(Self { holds: Holds::Set { set: set.clone().unbind(), content, traces }, put: None })
    }

    /// Whether it may hold something else than it should.
    fn is_changed(&self, py: Python<'_>) -> bool {
        match &self.holds {
            Holds::Names { names, content, version, .. } => match (cpython::number_of(names.bind(py)), version) {
                (Some(now), Some(before)) => now != *before,
                _ => !have_same(names.bind(py), content.bind(py)),
            },
            Holds::List { list, content } => !cpython::are_same(list.bind(py), content.bind(py)),
            Holds::Set { set, traces, .. } => cpython::traces(set.bind(py)) != *traces,
        }
    }

    /// A number that tells whether it was changed again; none for lists, whose content must be compared.
    fn mark(&self, py: Python<'_>) -> Option<u64> {
        match &self.holds {
            Holds::Names { names, .. } => cpython::number_of(names.bind(py)),
            Holds::List { .. } => None,
            Holds::Set { set, .. } => {
                let (fill, used) = cpython::traces(set.bind(py));
                Some((fill.cast_unsigned() as u64) << 32 | used.cast_unsigned() as u64)
            }
        }
    }

    /// What it holds now.
    fn copy(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(match &self.holds {
            Holds::Names { names, .. } => names.bind(py).copy()?.into_any().unbind(),
            Holds::List { list, .. } => list.bind(py).get_slice(0, list.bind(py).len()).into_any().unbind(),
            Holds::Set { set, .. } => PySet::new(py, set.bind(py).iter())?.into_any().unbind(),
        })
    }

    /// Takes what it holds now for what it should.
    fn accept(&mut self, py: Python<'_>) -> PyResult<()> {
        let now = match &self.holds {
            Holds::Names { names, class, .. } => {
                Self::names(names.bind(py), class.as_ref().map(|class| class.bind(py)))?.holds
            }
            Holds::List { list, .. } => Self::list(list.bind(py)).holds,
            Holds::Set { set, .. } => Self::set(set.bind(py))?.holds,
        };
        self.holds = now;
        Ok(())
    }

    /// Has it hold what it should.
    fn put_back(&mut self, py: Python<'_>) -> PyResult<()> {
        let wanted = match &self.holds {
            Holds::Names { content, .. } => content.clone_ref(py).into_any(),
            Holds::List { content, .. } => content.clone_ref(py).into_any(),
            Holds::Set { content, .. } => content.clone_ref(py).into_any(),
        };
        self.put(py, wanted.bind(py))?;
        if self.put.is_some() {
            // It can have its reasons for something else.
            return self.accept(py);
        }
        match &mut self.holds {
            Holds::Names { names, version, .. } => *version = cpython::number_of(names.bind(py)),
            Holds::List { .. } => {}
            Holds::Set { set, traces, .. } => *traces = cpython::traces(set.bind(py)),
        }
        Ok(())
    }

    /// Has it hold something.
    fn put(&self, py: Python<'_>, wanted: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Some(put) = &self.put {
            return put.bind(py).call1((wanted,)).map(drop);
        }
        // What it holds now is let go only at the end: that can run code of scripts.
        let _until_the_end = self.copy(py)?;
        match &self.holds {
            Holds::Names { names, class: None, .. } => put_names(names.bind(py), wanted.cast()?),
            Holds::Names { names, class: Some(class), .. } => put_class(class.bind(py), names.bind(py), wanted.cast()?),
            Holds::List { list, .. } => {
                let list = list.bind(py);
                list.set_slice(0, list.len(), wanted)
            }
            Holds::Set { set, .. } => {
                set.bind(py).clear();
                set.bind(py).call_method1("update", (wanted,)).map(drop)
            }
        }
    }
}

/// Whether two dicts have the same objects under the same keys.
fn have_same(one: &Bound<'_, PyDict>, other: &Bound<'_, PyDict>) -> bool {
    one.len() == other.len()
        && one.iter().all(|(key, value)| matches!(other.get_item(key), Ok(Some(known)) if known.is(&value)))
}

fn put_names(names: &Bound<'_, PyDict>, wanted: &Bound<'_, PyDict>) -> PyResult<()> {
    let is_in_order =
        names.len() >= wanted.len() && names.iter().zip(wanted.iter()).all(|((now, _), (key, _))| now.is(&key));
    if !is_in_order {
        // What was taken away would come back at the end, and order can be seen.
        names.clear();
        return names.update(wanted.as_mapping());
    }
    for (key, value) in wanted {
        if !names.get_item(&key)?.is_some_and(|now| now.is(&value)) {
            names.set_item(key, value)?;
        }
    }
    for key in names.keys() {
        if !wanted.contains(&key)? {
            names.del_item(key)?;
        }
    }
    Ok(())
}

/// Changes a class as Python does, which then knows of it; without the metaclass, which may refuse.
fn put_class(class: &Bound<'_, PyType>, names: &Bound<'_, PyDict>, wanted: &Bound<'_, PyDict>) -> PyResult<()> {
    let kind = class.py().get_type::<PyType>();
    for (key, value) in wanted {
        if !names.get_item(&key)?.is_some_and(|now| now.is(&value)) {
            kind.call_method1("__setattr__", (class, key, value))?;
        }
    }
    for key in names.keys() {
        if !wanted.contains(&key)? {
            kind.call_method1("__delattr__", (class, key))?;
        }
    }
    Ok(())
}

impl Held {
    fn changed(&self, py: Python<'_>) -> Vec<usize> {
        let changed = |(index, item): (usize, &Item)| item.is_changed(py).then_some(index);
        self.items.iter().enumerate().filter_map(changed).collect()
    }
}

/// Holds a dict or a list that something of its own puts back.
pub(super) fn hold(container: &Bound<'_, PyAny>, put: Option<Py<PyAny>>) -> PyResult<()> {
    let mut item = match container.cast::<PyDict>() {
        Ok(names) => Item::names(names, None)?,
        Err(_) => Item::list(container.cast::<PyList>()?),
    };
    item.put = put;
    HELD.with_borrow_mut(|held| {
        if held.found.is_new(container) {
            held.items.push(item);
        }
    });
    Ok(())
}

/// Leaves an object alone, whatever leads to it.
pub(super) fn pass_over(object: &Bound<'_, PyAny>) {
    HELD.with_borrow_mut(|held| held.found.is_new(object));
}

/// Holds a module, and all that can be reached from it.
pub(super) fn hold_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    HELD.with_borrow_mut(|held| {
        held.has_grown = true;
        let Held { items, found, .. } = held;
        found.module(module, items)
    })
}

/// What a call had changed that waits for one within it.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<(usize, Py<PyAny>)>);

/// Puts back whatever was changed. What it was changed to is kept where that is wanted.
///
/// Python can run meanwhile, to let go of what scripts had put there: nothing is borrowed then, and what that has changed
/// is put back in another round.
pub(super) fn put_back(py: Python<'_>, keep: bool) -> PyResult<Changes> {
    const ROUNDS: usize = 3;
    let mut kept = Changes::default();
    for round in 0..ROUNDS {
        let changed = HELD.with_borrow(|held| held.changed(py));
        if changed.is_empty() {
            return Ok(kept);
        }
        put_back_these(py, changed, (keep && round == 0).then_some(&mut kept))?;
    }
    spend();
    Ok(kept)
}

fn put_back_these(py: Python<'_>, changed: Vec<usize>, mut kept: Option<&mut Changes>) -> PyResult<()> {
    for index in changed {
        let Some(mut item) = HELD.with_borrow(|held| held.items.get(index).map(|item| item.clone_ref(py))) else {
            continue;
        };
        if let Some(kept) = &mut kept {
            kept.0.push((index, item.copy(py)?));
        }
        item.put_back(py)?;
        HELD.with_borrow_mut(|held| held.items[index] = item);
    }
    Ok(())
}

impl Item {
    fn clone_ref(&self, py: Python<'_>) -> Self {
        let holds = match &self.holds {
            Holds::Names { names, class, content, version } => Holds::Names {
                names: names.clone_ref(py),
                class: class.as_ref().map(|class| class.clone_ref(py)),
                content: content.clone_ref(py),
                version: *version,
            },
            Holds::List { list, content } => Holds::List { list: list.clone_ref(py), content: content.clone_ref(py) },
            Holds::Set { set, content, traces } => {
                Holds::Set { set: set.clone_ref(py), content: content.clone_ref(py), traces: *traces }
            }
        };
        Self { holds, put: self.put.as_ref().map(|put| put.clone_ref(py)) }
    }
}

impl Changes {
    /// Makes them again.
    pub(super) fn make(self, py: Python<'_>) -> PyResult<()> {
        for (index, content) in self.0 {
            if let Some(item) = HELD.with_borrow(|held| held.items.get(index).map(|item| item.clone_ref(py))) {
                item.put(py, content.bind(py))?;
            }
        }
        Ok(())
    }
}

/// The time in which something is imported that is not the project's.
#[derive(Debug)]
pub(super) struct Loading {
    /// What scripts had changed before, and how it was marked then.
    before: Vec<(usize, Option<u64>)>,
}

impl Loading {
    pub(super) fn begin(py: Python<'_>) -> Self {
        let marked = |held: &Held| held.changed(py).into_iter().map(|it| (it, held.items[it].mark(py))).collect();
        Self { before: HELD.with_borrow(marked) }
    }

    /// Takes for unchanged what was changed since.
    pub(super) fn end(self, py: Python<'_>) -> PyResult<()> {
        HELD.with_borrow_mut(|held| {
            for index in held.changed(py) {
                match self.before.iter().find(|(it, _)| *it == index) {
                    None => held.items[index].accept(py)?,
                    // Both have changed it, and nobody can say who did what.
                    Some((_, mark)) if *mark != held.items[index].mark(py) => spend(),
                    Some(_) => {}
                }
            }
            Ok(())
        })
    }
}

/// Notes that the running call has changed what cannot be put back: no other call may run in this process.
pub(super) fn spend() {
    IS_SPENT.store(true, Ordering::Relaxed);
}

/// Whether something is held since this was asked last.
pub(super) fn has_grown() -> bool {
    HELD.with_borrow_mut(|held| std::mem::take(&mut held.has_grown))
}

/// Whether no other call may run in this process.
pub(super) fn is_spent() -> bool {
    IS_SPENT.load(Ordering::Relaxed)
}

/// A name, as text.
fn text(name: &Bound<'_, PyAny>) -> Option<String> {
    name.cast::<PyString>().ok()?.to_str().ok().map(str::to_owned)
}
