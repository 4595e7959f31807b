//! Encoded values to Python objects and back, without a tree in between.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use super::cpython;
use crate::value::{Item, MAX_DEPTH, NotAValue, Reader, Writer};

/// The object that the bytes stand for. `MemoryError` when there is not enough memory for it.
pub(super) fn decode<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let mut decoder = Decoder { py, reader: Reader::new(bytes), keys: [const { None }; KEYS] };
    if bytes.len() < LONG { decoder.next() } else { cpython::without_collector(py, || decoder.next()) }
}

/// From how many bytes on a value makes so many objects that the collector would get busy.
const LONG: usize = 64 << 10;

/// How many keys are looked up before one is made.
const KEYS: usize = 64;

struct Decoder<'py, 'a> {
    py: Python<'py>,
    reader: Reader<'a>,
    /// Keys that were made, at places that depend on their text: the maps of a list mostly have the same ones.
    keys: [Option<(&'a str, Bound<'py, PyString>)>; KEYS],
}

impl<'py> Decoder<'py, '_> {
    fn next(&mut self) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        Ok(match self.reader.item().map_err(broken)? {
            Item::Null => py.None().into_bound(py),
            Item::Bool(value) => PyBool::new(py, value).to_owned().into_any(),
            Item::Int(value) => cpython::int(py, value)?,
            Item::UInt(value) => value.into_pyobject(py)?.into_any(),
            Item::Float(value) => cpython::float(py, value)?,
            Item::Text(text) => cpython::text(py, text)?.into_any(),
            Item::List(length) => cpython::list(py, length, || self.next())?.into_any(),
            Item::Map(length) => {
                let dict = cpython::dict(py)?;
                for _ in 0..length {
                    let key = self.key()?;
                    dict.set_item(key, self.next()?)?;
                }
                dict.into_any()
            }
        })
    }

    fn key(&mut self) -> PyResult<Bound<'py, PyString>> {
        let text = self.reader.text().map_err(broken)?;
        let mark = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
        let bytes = text.as_bytes();
        let place = &mut self.keys[(mark(bytes.first()) + 7 * mark(bytes.last()) + 31 * bytes.len()) % KEYS];
        match place {
            Some((known, key)) if *known == text => Ok(key.clone()),
            _ => {
                let key = cpython::text(self.py, text)?;
                *place = Some((text, key.clone()));
                Ok(key)
            }
        }
    }
}

fn broken(error: NotAValue) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Why an object cannot be encoded, and where in the whole it stands: `items[2].date`.
#[derive(Debug)]
pub(super) enum Unencodable {
    /// It is no JSON.
    NotJson { place: String, what: String },
    /// The whole takes more bytes than allowed.
    TooLong,
    /// Python raised while it was looked at.
    Raised(PyErr),
}

impl From<PyErr> for Unencodable {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

/// Encodes objects up to a number of bytes.
pub(super) struct Encoder {
    writer: Writer,
    limit: usize,
    place: Vec<Step>,
}

enum Step {
    Key(String),
    Index(usize),
}

impl Encoder {
    pub(super) fn new(limit: usize) -> Self {
        Self { writer: Writer::default(), limit, place: Vec::new() }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.writer.into_bytes()
    }

    pub(super) fn object(&mut self, object: &Bound<'_, PyAny>) -> Result<(), Unencodable> {
        if self.writer.len() > self.limit {
            return Err(Unencodable::TooLong);
        }
        if self.place.len() > MAX_DEPTH {
            return Err(self.not_json("nests too deep, or contains itself".to_owned()));
        }
        if object.is_none() {
            self.writer.item(Item::Null);
        } else if let Ok(value) = object.cast::<PyBool>() {
            self.writer.item(Item::Bool(value.is_true()));
        } else if let Ok(text) = object.cast::<PyString>() {
            let text = self.text(text)?;
            self.writer.item(Item::Text(text));
        } else if object.is_instance_of::<PyInt>() {
            self.integer(object)?;
        } else if let Ok(value) = object.cast::<PyFloat>() {
            if !value.value().is_finite() {
                return Err(self.not_json("is no finite number".to_owned()));
            }
            self.writer.item(Item::Float(value.value()));
        } else if let Ok(dict) = object.cast::<PyDict>() {
            self.map(dict)?;
        } else if let Ok(list) = object.cast::<PyList>() {
            self.writer.item(Item::List(list.len()));
            self.items(list.iter())?;
        } else if let Ok(tuple) = object.cast::<PyTuple>() {
            self.writer.item(Item::List(tuple.len()));
            self.items(tuple.iter())?;
        } else {
            let class = object.get_type().name()?.to_string();
            let article = if class.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
            return Err(self.not_json(format!("is {article} {class}, which is no JSON")));
        }
        Ok(())
    }

    fn integer(&mut self, object: &Bound<'_, PyAny>) -> Result<(), Unencodable> {
        if let Ok(value) = object.extract::<i64>() {
            self.writer.item(Item::Int(value));
        } else if let Ok(value) = object.extract::<u64>() {
            self.writer.item(Item::UInt(value));
        } else {
            return Err(self.not_json("is a whole number of more than 64 bits".to_owned()));
        }
        Ok(())
    }

    fn map(&mut self, dict: &Bound<'_, PyDict>) -> Result<(), Unencodable> {
        // Through `items()`, because a subclass may have its own.
        let pairs = dict.call_method0("items")?.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        self.writer.item(Item::Map(pairs.len()));
        for pair in pairs {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
            let Ok(key) = key.cast::<PyString>() else {
                return Err(self.not_json(format!("has the key {}, which is no string", key.repr()?)));
            };
            let key = self.text(key)?.to_owned();
            self.writer.text(&key);
            self.place.push(Step::Key(key));
            self.object(&value)?;
            self.place.pop();
        }
        Ok(())
    }

    fn items<'py>(&mut self, items: impl Iterator<Item = Bound<'py, PyAny>>) -> Result<(), Unencodable> {
        for (index, item) in items.enumerate() {
            self.place.push(Step::Index(index));
            self.object(&item)?;
            self.place.pop();
        }
        Ok(())
    }

    fn text<'a>(&self, text: &'a Bound<'_, PyString>) -> Result<&'a str, Unencodable> {
        if self.writer.len().saturating_add(text.len()?) > self.limit {
            return Err(Unencodable::TooLong);
        }
        text.to_str().map_err(|_| self.not_json("holds a lone surrogate, which no text file can".to_owned()))
    }

    fn not_json(&self, what: String) -> Unencodable {
        let place = self.place.iter().map(|step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::Index(index) => format!("[{index}]"),
        });
        Unencodable::NotJson { place: place.collect(), what }
    }
}
