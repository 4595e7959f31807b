//! `calendar.json`: how many posts each day, month and year has.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

/// Counts posts and writes `calendar.json` (format sheet §8.5): sorted keys, two spaces, a newline at the end.
///
/// `days` holds the day of each listed post, in any order.
pub fn calendar_json(days: impl IntoIterator<Item = Date>) -> String {
    let mut calendar = Calendar::default();
    for date in days {
        let (year, month, day) = (date.year(), date.month(), date.day());
        *calendar.years.entry(format!("{year:04}")).or_default() += 1;
        *calendar.months.entry(format!("{year:04}-{month:02}")).or_default() += 1;
        *calendar.days.entry(format!("{year:04}-{month:02}-{day:02}")).or_default() += 1;
    }
    let mut json = serde_json::to_string_pretty(&calendar).expect("names and numbers always serialise");
    json.push('\n');
    json
}

#[derive(Default, Serialize)]
struct Calendar {
    years: BTreeMap<String, u64>,
    months: BTreeMap<String, u64>,
    days: BTreeMap<String, u64>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn counts_and_sorts() {
        let json = calendar_json([date(2026, 3, 13), date(2005, 11, 13), date(2026, 3, 13)]);
        let expected = r#"{
  "years": {
    "2005": 1,
    "2026": 2
  },
  "months": {
    "2005-11": 1,
    "2026-03": 2
  },
  "days": {
    "2005-11-13": 1,
    "2026-03-13": 2
  }
}
"#;
        assert_eq!(json, expected);
        assert_eq!(calendar_json([]), "{\n  \"years\": {},\n  \"months\": {},\n  \"days\": {}\n}\n");
    }
}
