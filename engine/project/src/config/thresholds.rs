use std::collections::BTreeMap;
use std::fmt;

use bds_base::Place;
use schemars::JsonSchema;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// What scripts may cost before `bds stats --check` finds fault.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Thresholds {
    /// What every script may cost.
    #[serde(flatten)]
    pub all: Threshold,
    /// What single scripts may cost, by slug.
    #[serde(flatten)]
    pub scripts: BTreeMap<String, Threshold>,
}

/// What a script may cost in one build; what is not said is as for all scripts, or does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Threshold {
    /// Milliseconds of its own time that 95 of 100 runs must not exceed.
    #[schemars(with = "Option<f64>")]
    pub p95_ms: Option<Milliseconds>,
    /// Runs that may fail.
    pub errors: Option<u64>,
    /// Runs that may take too long.
    pub timeouts: Option<u64>,
    /// Where it stands in the file.
    #[serde(skip)]
    #[schemars(skip)]
    pub place: Option<Place>,
}

impl Thresholds {
    /// What a script may cost.
    pub fn of(&self, slug: &str) -> Threshold {
        let own = self.scripts.get(slug).cloned().unwrap_or_default();
        Threshold {
            p95_ms: own.p95_ms.or(self.all.p95_ms),
            errors: own.errors.or(self.all.errors),
            timeouts: own.timeouts.or(self.all.timeouts),
            place: own.place,
        }
    }
}

/// A time, written in milliseconds with or without a fraction, kept in whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Milliseconds(u64);

impl Milliseconds {
    /// The time in microseconds.
    pub fn micros(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Milliseconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Number)
    }
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Milliseconds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of milliseconds, 0 or more")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Milliseconds, E> {
        let millis = u64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))?;
        Ok(Milliseconds(millis.saturating_mul(1000)))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Milliseconds, E> {
        let micros = (value * 1000.0).round();
        if (0.0..9e15).contains(&micros) {
            Ok(Milliseconds(micros as u64))
        } else {
            Err(E::invalid_value(de::Unexpected::Float(value), &self))
        }
    }
}
