//! Dates as the files of a project write them.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;

/// Reads a date leniently: ISO 8601 with `T` or a space, with `Z`, an offset or a zone in brackets, or none of them,
/// which means UTC; or a day alone, which means its midnight. The forms of YAML timestamps are among them (format
/// sheet §2). None for anything else, and for years outside 1 to 9999, which no route can name.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let text = yaml_spelling(text);
    let pieces = Pieces::parse(&text).ok()?;
    let civil = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
    let zone = match pieces.to_numeric_offset() {
        Some(offset) => TimeZone::fixed(offset),
        None => pieces.to_time_zone().ok()?.unwrap_or(TimeZone::UTC),
    };
    let timestamp = zone.to_timestamp(civil).ok()?;
    in_range(timestamp).then_some(timestamp)
}

/// Writes a date as the app does: `2026-03-13T07:19:45.000Z`.
pub fn format(timestamp: Timestamp) -> String {
    format!("{timestamp:.3}")
}

const LONGEST: usize = 80;

fn in_range(timestamp: Timestamp) -> bool {
    (1..=9999).contains(&TimeZone::UTC.to_datetime(timestamp).year())
}

/// Brings what only YAML timestamps may look like into ISO form: one-digit months, days, hours and offsets, and a
/// space before the offset (<https://yaml.org/type/timestamp.html>).
fn yaml_spelling(text: &str) -> String {
    let (day, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim_start()),
        None => (text, ""),
    };
    let mut spelled = day.split('-').map(two_digits).collect::<Vec<_>>().join("-");
    if rest.is_empty() {
        return spelled;
    }
    let clock_end = rest.find(|character: char| !matches!(character, '0'..='9' | ':' | '.' | ','));
    let (clock, zone) = rest.split_at(clock_end.unwrap_or(rest.len()));
    spelled.push('T');
    spelled.push_str(&clock.split(':').map(two_digits).collect::<Vec<_>>().join(":"));
    spelled.push_str(&offset_spelling(zone.trim_start()));
    spelled
}

fn offset_spelling(zone: &str) -> String {
    match zone.strip_prefix(['+', '-']) {
        Some(hours) if hours.len() == 1 || hours.as_bytes().get(1) == Some(&b':') => {
            format!("{}0{hours}", &zone[..1])
        }
        _ => zone.to_owned(),
    }
}

fn two_digits(number: &str) -> String {
    if number.len() == 1 { format!("0{number}") } else { number.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_and_yaml_write_them() {
        let check =
            |text: &str, expected: &str| assert_eq!(parse(text).map(format).as_deref(), Some(expected), "{text}");
        check("2005-11-13T12:00:00.000Z", "2005-11-13T12:00:00.000Z");
        check("2005-11-13", "2005-11-13T00:00:00.000Z");
        check("2005-11-13 12:00:00", "2005-11-13T12:00:00.000Z");
        check("2005-11-13 12:00:00 Z", "2005-11-13T12:00:00.000Z");
        check("2005-11-13 12:30", "2005-11-13T12:30:00.000Z");
        check("2005-11-13T12:00:00+02:00", "2005-11-13T10:00:00.000Z");
        check("2005-11-13T12:00:00-0530", "2005-11-13T17:30:00.000Z");
        check("2001-12-14t21:59:43.10-05:00", "2001-12-15T02:59:43.100Z");
        check("2001-12-14 21:59:43.10 -5", "2001-12-15T02:59:43.100Z");
        check("2001-1-2 3:04:05", "2001-01-02T03:04:05.000Z");
        check("2024-07-01T12:00[Europe/Berlin]", "2024-07-01T10:00:00.000Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "yesterday", "2024-13-01", "2024-02-30", "1700000000", "13.11.2005", "-000001-01-01", "ä", "T"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"2".repeat(1_000_000)), None);
    }
}
