//! What scripts may ask and what they are answered, as the tables `methods.json` and `shapes.json` say it, and the
//! shapes of ABI v1, as the Rust types say them.

mod abi;
mod kind;

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};
use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub(super) use abi::{context_schema, result_schema};
pub(super) use kind::Kind;

use crate::workspace;

/// The tables, joined.
#[derive(Debug)]
pub(super) struct Api {
    /// The methods by namespace, in the order of the table.
    pub(super) namespaces: IndexMap<String, Namespace>,
    /// All shapes: those of ABI v1 first.
    pub(super) shapes: IndexMap<String, Shape>,
}

/// `methods.json`. What else stands there concerns the running worker.
#[derive(Debug, Deserialize)]
struct Methods {
    namespaces: IndexMap<String, Namespace>,
}

/// The methods of `bds.posts` or another.
#[derive(Debug, Deserialize)]
pub(super) struct Namespace {
    pub(super) methods: Vec<Method>,
}

/// One method.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) returns: Kind,
    pub(super) doc: String,
}

/// One parameter of a method.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "type")]
    class: Class,
    /// The shape of an object.
    shape: Option<Kind>,
    #[serde(default)]
    pub(super) optional: bool,
}

/// What the running worker checks of an argument.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    String,
    /// All numbers of the API are whole: years, months, counts.
    Number,
    Boolean,
    Object,
}

impl Parameter {
    /// Its type, but for `None` where it may be left out.
    pub(super) fn kind(&self) -> Kind {
        match (self.class, &self.shape) {
            (_, Some(shape)) => shape.clone(),
            (Class::String, None) => Kind::Str,
            (Class::Number, None) => Kind::Int,
            (Class::Boolean, None) => Kind::Bool,
            (Class::Object, None) => Kind::Dict(Box::new(Kind::Any)),
        }
    }
}

/// A dictionary with known keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub(super) doc: String,
    #[serde(rename = "use")]
    pub(super) usage: Usage,
    pub(super) keys: IndexMap<String, Key>,
}

/// Where a shape stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Usage {
    /// A macro is called with it.
    Argument,
    /// A macro returns it.
    Result,
    /// A method is called with it.
    Question,
    /// A method answers it.
    Answer,
}

/// A key of a shape.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) doc: String,
}

impl Api {
    /// Reads the tables. Fails when a type names a shape that is not there.
    pub(super) fn read() -> anyhow::Result<Self> {
        let Methods { namespaces } = table("macros-py/python/methods.json")?;
        let mut shapes = abi::shapes()?;
        let told: IndexMap<String, Shape> = table("macros-py/python/shapes.json")?;
        for (name, shape) in told {
            let before = shapes.insert(name.clone(), shape);
            ensure!(before.is_none(), "the shape `{name}` is declared twice");
        }
        let api = Self { namespaces, shapes };
        for name in api.kinds().iter().flat_map(Kind::shapes) {
            ensure!(api.shapes.contains_key(name), "there is no shape `{name}`");
        }
        Ok(api)
    }

    /// Every method with the name of its namespace.
    pub(super) fn methods(&self) -> impl Iterator<Item = (&str, &Method)> {
        let namespaces = self.namespaces.iter();
        namespaces.flat_map(|(name, namespace)| namespace.methods.iter().map(move |method| (name.as_str(), method)))
    }

    /// Every type that is named somewhere.
    fn kinds(&self) -> Vec<Kind> {
        let keys = self.shapes.values().flat_map(|shape| shape.keys.values().map(|key| key.kind.clone()));
        let of_methods = self
            .methods()
            .flat_map(|(_, method)| method.parameters.iter().map(Parameter::kind).chain([method.returns.clone()]));
        keys.chain(of_methods).collect()
    }
}

fn table<T: DeserializeOwned>(path: &str) -> anyhow::Result<T> {
    let bytes = OsSystem.read(&workspace::root().join(path)).with_context(|| format!("`{path}` cannot be read"))?;
    serde_json::from_slice(&bytes).with_context(|| format!("`{path}`"))
}
