use std::fmt;

use jiff::tz::{self, TimeZone};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::nearest;

/// The name of a time zone that exists, such as `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct TimeZoneName(#[schemars(extend("examples" = ["UTC", "Europe/Berlin"]))] String);

/// Says that a text is the name of no time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTimeZone {
    name: String,
    nearest: Option<String>,
}

impl TimeZoneName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The time zone, from the data that bds ships: the same on every machine.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.0).expect("the name was looked up when it was read")
    }
}

impl Default for TimeZoneName {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl TryFrom<String> for TimeZoneName {
    type Error = UnknownTimeZone;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if TimeZone::get(&name).is_ok() {
            return Ok(Self(name));
        }
        let known: Vec<_> = tz::db().available().map(|known| known.as_str().to_owned()).collect();
        let nearest = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
        Err(UnknownTimeZone { name, nearest })
    }
}

impl fmt::Display for UnknownTimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no time zone", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => write!(f, "; names are like `Europe/Berlin`"),
        }
    }
}

impl std::error::Error for UnknownTimeZone {}
