//! `slugify`.

use super::Call;
use crate::error::FilterError;
use crate::text::is_space;
use crate::value::Value;

/// Makes a name for an address: runs of other characters become a `-`. The first argument says what counts as other
/// (`none`, `raw`, `default`, `pretty`, `ascii`, `latin`), the second whether case is kept.
pub(super) fn slugify<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<Value<'a>, FilterError> {
    let mut text = input.to_text().to_string();
    let mode = call.text_or(0, "default");
    if &*mode == "latin" {
        text = text
            .chars()
            .map(|character| plain_latin(character).map_or_else(|| character.to_string(), str::to_owned))
            .collect();
    }
    let keeps: Option<fn(char) -> bool> = match &*mode {
        "raw" => Some(|character| !is_space(character)),
        "default" | "latin" => Some(is_letter),
        "pretty" => Some(|character| is_letter(character) || "._~!$&'()+,;=@".contains(character)),
        "ascii" => Some(|character| character.is_ascii_alphanumeric()),
        _ => None,
    };
    if let Some(keeps) = keeps {
        let slug = dashed(&text, keeps);
        let slug = slug.strip_prefix('-').unwrap_or(&slug);
        text = String::from(slug.strip_suffix('-').unwrap_or(slug));
    }
    let keeps_case = call.argument(1).is_script_truthy();
    Ok(if keeps_case { text } else { text.to_lowercase() }.into())
}

fn dashed(text: &str, keeps: fn(char) -> bool) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut is_in_run = false;
    for character in text.chars() {
        let is_kept = keeps(character);
        if is_kept {
            slug.push(character);
        } else if !is_in_run {
            slug.push('-');
        }
        is_in_run = !is_kept;
    }
    slug
}

/// Letters, marks on letters, and digits.
fn is_letter(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}' | '\u{93c}' | '\u{94d}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
            | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// The Latin letters that stand for one with an accent. Capitals with an accent stay as they are, except these few, as
/// in `LiquidJS`.
fn plain_latin(character: char) -> Option<&'static str> {
    Some(match character {
        'à'..='å' => "a",
        'æ' => "ae",
        'ç' => "c",
        'è'..='ë' => "e",
        'ì'..='ï' => "i",
        'ð' => "d",
        'ñ' => "n",
        'ò'..='ö' | 'ø' => "o",
        'ù'..='ü' => "u",
        'ý' | 'ÿ' => "y",
        'ß' => "ss",
        'œ' => "oe",
        'þ' => "th",
        'ẞ' => "SS",
        'Œ' => "OE",
        'Þ' => "TH",
        _ => return None,
    })
}
