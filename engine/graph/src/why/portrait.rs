//! What the settings of a build were: so that it can be told which of them is another, and what it was.

use std::collections::BTreeMap;

use bds_store::{ShelfChanges, Store};
use serde::Serialize;
use serde_json::Value;

use crate::db::Db;
use crate::frame;
use crate::inputs::{Options, Site};
use crate::ledger::{self, Seal};
use crate::report::Because;

/// The settings of a build by their names; long ones by what they are known by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Portrait {
    /// What pages show of the project.
    frame: BTreeMap<String, String>,
    /// What `bds.toml` and the command line say.
    config: BTreeMap<String, String>,
    /// The time that it was built for.
    now: String,
}

pub(crate) const SHELF: &str = "settings";
/// A value that is longer is told by what it is known by.
const LONG: usize = 120;

impl Portrait {
    /// Those of the build that is being done.
    pub(crate) fn take(db: &dyn Db) -> Self {
        let site = Site::get(db);
        let frame = serde_json::to_value(frame::frame(db)).expect("settings are plain data, which always serialises");
        let frame = frame.as_object().into_iter().flatten();
        let config = site.config(db);
        let Options { drafts, future, base_url } = site.options(db);
        let sections = [
            ("`timezone` of bds.toml", format!("{:?}", config.timezone)),
            ("`[output]` of bds.toml", format!("{:?}", config.output)),
            ("`[archives]` of bds.toml", format!("{:?}", config.archives)),
            ("`[macros]` of bds.toml", format!("{:?}", config.macros)),
            ("`[python]` of bds.toml", format!("{:?}", config.python)),
            ("--drafts", drafts.to_string()),
            ("--future", future.to_string()),
            ("--base-url", format!("{base_url:?}")),
        ];
        Self {
            frame: frame.map(|(name, value)| (format!("`{name}` of the project"), short(value))).collect(),
            config: sections.map(|(name, value)| (name.to_owned(), short(&Value::from(value)))).into(),
            now: site.now(db).to_string(),
        }
    }

    /// Those of the last build; none when it was by another engine, or there was none.
    pub(crate) fn load(store: &Store) -> Option<Self> {
        let bytes = store.shelf(&ledger::shelf(SHELF)).into_values().next()?;
        let (frame, config, now) = postcard::from_bytes(&bytes).ok()?;
        Some(Self { frame, config, now })
    }

    /// What the store is to know of it.
    pub(crate) fn changes(&self, before: Option<&Self>) -> ShelfChanges {
        let mut changes = ShelfChanges { shelf: ledger::shelf(SHELF), ..ShelfChanges::default() };
        // That time goes on is no reason to write.
        if before.is_none_or(|before| (&before.frame, &before.config) != (&self.frame, &self.config)) {
            let bytes = postcard::to_stdvec(&(&self.frame, &self.config, &self.now)).expect("texts always serialise");
            changes.put.insert(0, bytes);
        }
        changes
    }

    /// What pages show of the project and is another now.
    pub(super) fn frame_since(&self, before: &Self) -> Vec<Because> {
        differing(&before.frame, &self.frame)
    }

    /// What `bds.toml` and the command line say otherwise now.
    pub(super) fn config_since(&self, before: &Self) -> Vec<Because> {
        differing(&before.config, &self.config)
    }

    /// The time, if it is another one.
    pub(super) fn time_since(&self, before: &Self) -> Option<Because> {
        let what = "the time of the build".to_owned();
        (before.now != self.now).then(|| Because {
            what,
            file: None,
            before: Some(before.now.clone()),
            now: Some(self.now.clone()),
        })
    }
}

/// A value as it is shown: as JSON, or, if that is long, by what it is known by.
pub(super) fn short(value: &(impl Serialize + ?Sized)) -> String {
    let text = serde_json::to_string(value).expect("settings are plain data, which always serialises");
    if text.len() > LONG { Seal::of(&text).to_string() } else { text }
}

fn differing(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<Because> {
    let names = before.keys().chain(now.keys()).collect::<std::collections::BTreeSet<_>>();
    let differing = names.into_iter().filter(|name| before.get(*name) != now.get(*name));
    let because = |name: &String| Because {
        what: name.clone(),
        file: None,
        before: before.get(name).cloned(),
        now: now.get(name).cloned(),
    };
    differing.map(because).collect()
}
