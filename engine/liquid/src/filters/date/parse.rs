//! Texts that are dates, read as browsers read them: ISO 8601 first, then whatever names a month, a day and a year.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// The point in time; without a zone, in UTC.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 100 {
        return None;
    }
    iso(text).or_else(|| loose(text))
}

/// `2026`, `2026-02`, `2026-02-23`, each with a time, seconds, a fraction and a zone after it.
fn iso(text: &str) -> Option<Timestamp> {
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let mut parts = day.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = parts.next().map_or(Some(1), |day| digits(day, 2))?;
    let date = date(year, month, day)?;
    let (time, offset) = match time {
        Some(time) => clock_and_zone(time)?,
        None => (Time::midnight(), Offset::UTC),
    };
    offset.to_timestamp(date.to_datetime(time)).ok()
}

/// The day; what is past the end of a month is counted on into the next one.
fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    if !(1..=31).contains(&day) {
        return None;
    }
    let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    first.checked_add(jiff::Span::new().days(i64::from(day) - 1)).ok()
}

/// So many digits, neither more nor less.
fn digits(text: &str, count: usize) -> Option<i32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn clock_and_zone(text: &str) -> Option<(Time, Offset)> {
    let zone = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let offset = if zone == text.len() { Offset::UTC } else { offset(&text[zone..])? };
    Some((clock(&text[..zone], Some(2))?, offset))
}

/// `19:54`, with seconds and a fraction if there are any.
fn clock(text: &str, hour_digits: Option<usize>) -> Option<Time> {
    let mut parts = text.splitn(3, ':');
    let hour = parts.next()?;
    let hour = digits(hour, hour_digits.unwrap_or(hour.len()))?;
    let minute = digits(parts.next()?, 2)?;
    let (second, fraction) = parts.next().map_or(("00", "0"), |last| last.split_once('.').unwrap_or((last, "0")));
    let second = digits(second, 2)?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let milliseconds: String = fraction.chars().chain("000".chars()).take(3).collect();
    let nanoseconds = milliseconds.parse::<i32>().ok()? * 1_000_000;
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, nanoseconds).ok()
}

/// `Z`, `+01:00`, `-0530`, `+02`.
fn offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let number = rest.replacen(':', "", 1);
    let minutes = match number.len() {
        1 | 2 => digits(&number, number.len())? * 60,
        3 | 4 => {
            let (hours, minutes) = number.split_at_checked(number.len() - 2)?;
            digits(hours, hours.len())? * 60 + digits(minutes, 2)?
        }
        _ => return None,
    };
    Offset::from_seconds(sign * minutes * 60).ok()
}

/// What a text that is no ISO date says of a time.
#[derive(Default)]
struct Said {
    numbers: Vec<i32>,
    /// How many numbers stood before the name of the month.
    month: Option<(i8, usize)>,
    time: Option<Time>,
    half: Option<bool>,
    offset: Option<Offset>,
    /// Whether the date was written with slashes or dashes, the year first.
    year_first: bool,
}

/// `February 23, 2026 19:54`, `Mon, 23 Feb 2026 19:54:58 +0100`, `2/23/2026 7:54 PM`, `2026-2-23 19:54`.
fn loose(text: &str) -> Option<Timestamp> {
    let mut said = Said::default();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        said.hear(word)?;
    }
    said.moment()
}

impl Said {
    /// Takes one more word; `None` if it means nothing.
    fn hear(&mut self, word: &str) -> Option<()> {
        let first = word.chars().next()?;
        if first.is_ascii_digit() {
            return self.hear_number(word);
        }
        if matches!(first, '+' | '-') && self.time.is_some() {
            self.offset = Some(offset(word)?);
            return Some(());
        }
        if first == '(' && self.offset.is_some() {
            return Some(());
        }
        let name = word.trim_end_matches('.').to_ascii_lowercase();
        match name.as_str() {
            "am" | "pm" => self.half = Some(name == "pm"),
            "z" | "utc" | "gmt" | "ut" => self.offset = Some(Offset::UTC),
            _ if name.starts_with("gmt") || name.starts_with("utc") => self.offset = Some(offset(&name[3..])?),
            "at" | "t" => {}
            _ => match month(&name) {
                Some(month) if self.month.is_none() => self.month = Some((month, self.numbers.len())),
                _ if is_weekday(&name) => {}
                _ => self.offset = Some(american_zone(&name)?),
            },
        }
        Some(())
    }

    fn hear_number(&mut self, word: &str) -> Option<()> {
        if word.contains(':') {
            return self.hear_time(word);
        }
        let lower = word.to_ascii_lowercase();
        let word = ["st", "nd", "rd", "th"].iter().find_map(|end| lower.strip_suffix(end)).unwrap_or(word);
        let is_first = self.numbers.is_empty();
        for (index, part) in word.split(['/', '-', '.']).enumerate() {
            match month(&part.to_ascii_lowercase()) {
                Some(month) if !part.is_empty() && self.month.is_none() => {
                    self.month = Some((month, self.numbers.len()));
                }
                _ => {
                    self.year_first |= is_first && index == 0 && part.len() > 2;
                    self.numbers.push(digits(part, part.len()).filter(|_| !part.is_empty() && part.len() <= 4)?);
                }
            }
        }
        Some(())
    }

    fn hear_time(&mut self, word: &str) -> Option<()> {
        let lower = word.to_ascii_lowercase();
        let half = if lower.ends_with("pm") { Some(true) } else { lower.ends_with("am").then_some(false) };
        let word = if half.is_some() { word.get(..word.len() - 2)? } else { word };
        let zone = word.find(['Z', 'z', '+', '-']).unwrap_or(word.len());
        if zone < word.len() {
            self.offset = Some(offset(&word[zone..])?);
        }
        self.half = half.or(self.half);
        self.time = Some(clock(&word[..zone], None)?);
        Some(())
    }

    fn moment(&self) -> Option<Timestamp> {
        let (year, month, day) = match (self.month, self.numbers.as_slice()) {
            (Some((month, 0 | 1)), [day, year]) if *day <= 31 => (*year, i32::from(month), *day),
            (Some((month, _)), [year, day]) => (*year, i32::from(month), *day),
            (Some((month, _)), [year]) => (*year, i32::from(month), 1),
            (None, [year, month, day]) if self.year_first => (*year, *month, *day),
            (None, [month, day, year]) => (*year, *month, *day),
            _ => return None,
        };
        let year = if self.year_first || year >= 100 { year } else { year + if year < 50 { 2000 } else { 1900 } };
        let date = date(year, month, day)?;
        let moment = DateTime::from_parts(date, self.clock()?);
        self.offset.unwrap_or(Offset::UTC).to_timestamp(moment).ok()
    }

    fn clock(&self) -> Option<Time> {
        let time = self.time.unwrap_or_default();
        let Some(is_afternoon) = self.half else { return Some(time) };
        if !(1..=12).contains(&time.hour()) {
            return None;
        }
        let hour = time.hour() % 12 + if is_afternoon { 12 } else { 0 };
        Time::new(hour, time.minute(), time.second(), time.subsec_nanosecond()).ok()
    }
}

fn month(name: &str) -> Option<i8> {
    let start = name.get(..3)?;
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let index = months.iter().position(|month| *month == start)?;
    i8::try_from(index + 1).ok()
}

fn is_weekday(name: &str) -> bool {
    name.get(..3).is_some_and(|start| ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&start))
}

/// The zones that dates of e-mails may name (RFC 2822 §4.3).
fn american_zone(name: &str) -> Option<Offset> {
    let hours = match name {
        "edt" => -4,
        "est" | "cdt" => -5,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        _ => return None,
    };
    Offset::from_hours(hours).ok()
}
