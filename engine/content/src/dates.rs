//! Dates as pages, feeds and scripts write them. Time zones are given, never the machine's.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day that an instant falls on in a time zone: the day of routes and archives.
pub fn civil_date(instant: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(instant).date()
}

/// The label of a day block: `13.03.2026` (format sheet §10).
pub fn day_label(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// A day in the heading of an archive: `13.3.2026` (format sheet §10).
pub fn short_label(date: Date) -> String {
    format!("{}.{}.{}", date.day(), date.month(), date.year())
}

/// An instant as JavaScript's `toISOString` writes it: `2026-03-13T07:19:45.000Z`. It is valid RFC 3339.
pub fn iso_millis(instant: Timestamp) -> String {
    let moment = TimeZone::UTC.to_datetime(instant);
    let (date, time) = (moment.date(), moment.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.subsec_nanosecond() / 1_000_000
    )
}

/// An instant as RSS wants it (RFC 2822, in GMT): `Fri, 13 Mar 2026 11:59:19 GMT`.
pub fn rfc2822(instant: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let index = |number: i8| usize::try_from(number).unwrap_or_default();
    let moment = TimeZone::UTC.to_datetime(instant);
    let (date, time) = (moment.date(), moment.time());
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        DAYS[index(date.weekday().to_monday_zero_offset())],
        date.day(),
        MONTHS[index(date.month() - 1)],
        date.year(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn writes_each_form() {
        let instant = at("2026-03-13T11:59:19.243Z");
        assert_eq!(rfc2822(instant), "Fri, 13 Mar 2026 11:59:19 GMT");
        assert_eq!(iso_millis(instant), "2026-03-13T11:59:19.243Z");
        assert_eq!(iso_millis(at("0099-01-02T03:04:05.0009Z")), "0099-01-02T03:04:05.000Z");
        let date = jiff::civil::date(2026, 3, 5);
        assert_eq!((day_label(date), short_label(date)), ("05.03.2026".to_owned(), "5.3.2026".to_owned()));
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let late = at("2026-03-13T23:30:00Z");
        let berlin = TimeZone::get("Europe/Berlin").expect("a known zone");
        assert_eq!(civil_date(late, &TimeZone::UTC), jiff::civil::date(2026, 3, 13));
        assert_eq!(civil_date(late, &berlin), jiff::civil::date(2026, 3, 14));
    }

    #[test]
    fn the_ends_of_time_are_dates_too() {
        for instant in [Timestamp::MIN, Timestamp::MAX] {
            assert!(rfc2822(instant).ends_with("GMT"));
            assert!(iso_millis(instant).ends_with('Z'));
        }
    }
}
