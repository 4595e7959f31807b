//! Dates as text.

use jiff::ZonedDateTime;
use jiff::civil::Weekday;

use crate::limits::Budget;

/// Replaces each `%` directive of the pattern; those that are none stay. Between `%` and its letter may stand flags
/// (`-` no padding, `_` spaces, `0` zeros, `^` capitals, `#` other case, `:` a colon in zones) and a width.
pub(super) fn format(moment: &ZonedDateTime, pattern: &str, budget: &Budget) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let directive = Directive::parse(&rest[at..]);
        let end = at + directive.as_ref().map_or(1, |directive| directive.length);
        match directive.and_then(|directive| directive.text(moment, budget)) {
            Some(text) => out.push_str(&text),
            None => out.push_str(&rest[at..end]),
        }
        rest = &rest[end..];
        if !budget.holds(out.len()) {
            break;
        }
    }
    out.push_str(rest);
    out
}

struct Directive<'p> {
    flags: &'p str,
    width: Option<usize>,
    letter: char,
    length: usize,
}

impl<'p> Directive<'p> {
    fn parse(text: &'p str) -> Option<Self> {
        let after = &text[1..];
        let rest = after.trim_start_matches(['-', '_', '0', '^', '#', ':']);
        let flags = &after[..after.len() - rest.len()];
        let digits = rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_digit()).len();
        let width = rest[..digits].parse().ok();
        let rest = rest[digits..].strip_prefix(['E', 'O']).filter(|rest| !rest.is_empty()).unwrap_or(&rest[digits..]);
        let letter = rest.chars().next()?;
        if letter == '\n' {
            return None;
        }
        let length = text.len() - rest.len() + letter.len_utf8();
        Some(Self { flags, width, letter, length })
    }

    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    fn text(&self, moment: &ZonedDateTime, budget: &Budget) -> Option<String> {
        let mut text = self.value(moment, budget)?;
        if self.has('^') {
            text = text.to_uppercase();
        } else if self.has('#') {
            let has_lower = text.contains(|character: char| character.is_ascii_lowercase());
            text = if has_lower { text.to_uppercase() } else { text.to_lowercase() };
        }
        let (usual_width, usual_padding) = padding(self.letter);
        let pad = match (self.has('_'), self.has('0')) {
            (true, _) => ' ',
            (false, true) => '0',
            (false, false) => usual_padding,
        };
        let width = if self.has('-') { 0 } else { self.width.filter(|width| *width > 0).unwrap_or(usual_width) };
        if !budget.holds(width) {
            return Some(text);
        }
        Some(padded(&text, width, pad))
    }

    fn value(&self, moment: &ZonedDateTime, budget: &Budget) -> Option<String> {
        let hour12 = match moment.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        Some(match self.letter {
            'a' => weekday(moment)[..3].to_owned(),
            'A' => weekday(moment).to_owned(),
            'b' | 'h' => month(moment)[..3].to_owned(),
            'B' => month(moment).to_owned(),
            'c' => format!("{}, {}", short_date(moment), clock(moment, hour12)),
            'x' => short_date(moment),
            'X' => clock(moment, hour12),
            'C' => moment.year().div_euclid(100).to_string(),
            'd' | 'e' => moment.day().to_string(),
            'H' | 'k' => moment.hour().to_string(),
            'I' | 'l' => hour12.to_string(),
            'j' => moment.day_of_year().to_string(),
            'L' => moment.millisecond().to_string(),
            'm' => moment.month().to_string(),
            'M' => moment.minute().to_string(),
            'N' => self.fraction(moment, budget),
            'p' => if moment.hour() < 12 { "AM" } else { "PM" }.to_owned(),
            'P' => if moment.hour() < 12 { "am" } else { "pm" }.to_owned(),
            'q' => ordinal(moment.day()).to_owned(),
            's' => moment.timestamp().as_millisecond().div_euclid(1000).to_string(),
            'S' => moment.second().to_string(),
            'u' => moment.weekday().to_monday_one_offset().to_string(),
            'U' => week(moment, moment.weekday().to_sunday_zero_offset()),
            'w' => moment.weekday().to_sunday_zero_offset().to_string(),
            'W' => week(moment, moment.weekday().to_monday_zero_offset()),
            'y' => moment.year().rem_euclid(100).to_string(),
            'Y' => moment.year().to_string(),
            'z' => self.offset(moment),
            'Z' => moment.time_zone().iana_name().map_or_else(|| self.offset(moment), str::to_owned),
            't' => "\t".to_owned(),
            'n' => "\n".to_owned(),
            '%' => "%".to_owned(),
            _ => return None,
        })
    }

    /// The fraction of the second, to so many digits, nine unless said otherwise.
    fn fraction(&self, moment: &ZonedDateTime, budget: &Budget) -> String {
        let width = self.width.filter(|width| *width > 0).unwrap_or(9);
        let digits = format!("{:03}", moment.millisecond());
        if !budget.holds(width) {
            return digits;
        }
        format!("{:0<width$}", &digits[..width.min(3)])
    }

    fn offset(&self, moment: &ZonedDateTime) -> String {
        let seconds = moment.offset().seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        let colon = if self.has(':') { ":" } else { "" };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

/// How wide the value of a directive usually is, and what fills it.
fn padding(letter: char) -> (usize, char) {
    let width = match letter {
        'C' | 'd' | 'e' | 'H' | 'I' | 'k' | 'l' | 'm' | 'M' | 'S' | 'U' | 'W' | 'y' => 2,
        'j' | 'L' => 3,
        'Y' => 4,
        _ => 0,
    };
    (width, if "aAbBceklpP".contains(letter) { ' ' } else { '0' })
}

fn padded(text: &str, width: usize, pad: char) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) if pad == '0' => ("-", digits),
        _ => ("", text),
    };
    let missing = width.saturating_sub(sign.len() + digits.chars().count());
    let mut out = String::with_capacity(width.max(text.len()));
    out.push_str(sign);
    out.extend(std::iter::repeat_n(pad, missing));
    out.push_str(digits);
    out
}

fn weekday(moment: &ZonedDateTime) -> &'static str {
    match moment.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn month(moment: &ZonedDateTime) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(moment.month() - 1).ok().and_then(|month| NAMES.get(month)).copied().unwrap_or("December")
}

/// As in the United States, which is what `LiquidJS` prints where no locale is set.
fn short_date(moment: &ZonedDateTime) -> String {
    format!("{}/{}/{}", moment.month(), moment.day(), moment.year())
}

fn clock(moment: &ZonedDateTime, hour: i8) -> String {
    let half = if moment.hour() < 12 { "AM" } else { "PM" };
    format!("{hour}:{:02}:{:02} {half}", moment.minute(), moment.second())
}

/// The week of the year, where days before the first first-day of a week are in week 0.
fn week(moment: &ZonedDateTime, days_since_start: i8) -> String {
    ((moment.day_of_year() - 1 - i16::from(days_since_start) + 7) / 7).to_string()
}

fn ordinal(day: i8) -> &'static str {
    match (day, day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}
