//! The accent colours: `pico.min.css` and one `pico.<theme>.min.css` for each `picoTheme` (format sheet §4).
//!
//! The names of the custom properties are those of Pico, which users' own styles refer to; the colours are ours.

/// The accent colour of one theme. The neutral colours belong to `bds.css` and are the same in all themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The value of `picoTheme`; `None` is the theme of a project that names none.
    pub name: Option<&'static str>,
    /// The accent on light ground, as `#rrggbb`.
    pub light: &'static str,
    /// The accent on dark ground, as `#rrggbb`.
    pub dark: &'static str,
}

impl Theme {
    const fn named(name: &'static str, light: &'static str, dark: &'static str) -> Self {
        Self { name: Some(name), light, dark }
    }

    /// The stylesheet's name: `pico.jade.min.css`.
    pub fn file_name(&self) -> String {
        self.name.map_or_else(|| "pico.min.css".to_owned(), |name| format!("pico.{name}.min.css"))
    }

    /// The stylesheet: the accent as custom properties, light and dark, by the system's wish or by `data-theme`.
    pub fn stylesheet(&self) -> String {
        let name = self.name.unwrap_or("default");
        let light = properties(self.light, "#ffffff", "black");
        let dark = properties(self.dark, "#101216", "white");
        format!(
            "/* The accent colour \"{name}\" of bds, version {VERSION}. */\n\
             :root, [data-theme=\"light\"] {{\n{light}}}\n\
             @media (prefers-color-scheme: dark) {{\n:root:not([data-theme]) {{\n{dark}}}\n}}\n\
             [data-theme=\"dark\"] {{\n{dark}}}\n"
        )
    }
}

/// The version of the theme stylesheets.
pub const VERSION: u32 = 1;

/// All themes, sorted by name, the nameless one first. Each accent is text of a contrast of at least 4.5:1 (WCAG 2 AA)
/// on the page, on its cards and code, and under text of its inverse colour.
pub const THEMES: &[Theme] = &[
    Theme { name: None, light: "#056190", dark: "#6bc3f4" },
    Theme::named("amber", "#8f5f02", "#cb9440"),
    Theme::named("blue", "#2661d6", "#6a9efe"),
    Theme::named("cyan", "#007386", "#4caec4"),
    Theme::named("fuchsia", "#b127ab", "#e077d8"),
    Theme::named("green", "#02782e", "#67b373"),
    Theme::named("grey", "#66676b", "#9d9ea1"),
    Theme::named("indigo", "#5657dd", "#8b96ff"),
    Theme::named("jade", "#017755", "#58b38e"),
    Theme::named("lime", "#557200", "#8bad46"),
    Theme::named("orange", "#a94e00", "#e18854"),
    Theme::named("pink", "#c62160", "#f57597"),
    Theme::named("pumpkin", "#9c5603", "#d68d4d"),
    Theme::named("purple", "#8347cf", "#b389f7"),
    Theme::named("red", "#c92324", "#f9786c"),
    Theme::named("sand", "#716651", "#a69d8b"),
    Theme::named("slate", "#586a83", "#90a0b5"),
    Theme::named("violet", "#734bdd", "#a28dfe"),
    Theme::named("yellow", "#766803", "#afa046"),
    Theme::named("zinc", "#686870", "#9e9ea4"),
];

/// The properties of one accent; `stronger` is what it is mixed with while something is pointed at.
fn properties(accent: &str, inverse: &str, stronger: &str) -> String {
    format!(
        "  --pico-primary: {accent};\n\
         \x20 --pico-primary-hover: color-mix(in oklab, {accent} 80%, {stronger});\n\
         \x20 --pico-primary-background: {accent};\n\
         \x20 --pico-primary-hover-background: color-mix(in oklab, {accent} 85%, {stronger});\n\
         \x20 --pico-primary-border: {accent};\n\
         \x20 --pico-primary-underline: {accent}66;\n\
         \x20 --pico-primary-focus: {accent}59;\n\
         \x20 --pico-primary-inverse: {inverse};\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;

    /// The relative luminance of `#rrggbb` (WCAG 2).
    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("hexadecimal")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The two values of a property in `bds.css`, light and dark.
    fn neutral(property: &str) -> (String, String) {
        let sheet = assets().iter().find(|asset| asset.path.as_str() == "assets/bds.css").expect("bds.css ships");
        let text = std::str::from_utf8(&sheet.content).expect("a stylesheet is text");
        let values: Vec<_> = text.split(&format!("{property}: ")).skip(1).map(|rest| rest[..7].to_owned()).collect();
        assert!(values.len() >= 3, "{property} is set for light, for dark by wish and for dark by attribute");
        assert_eq!(values[1], values[2], "{property} is the same in both dark blocks");
        (values[0].clone(), values[1].clone())
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 0.001);
    }

    #[test]
    fn every_accent_can_be_read_wherever_it_is_used() {
        for ground in ["--pico-background-color", "--pico-card-background-color", "--pico-code-background-color"] {
            let (light, dark) = neutral(ground);
            for theme in THEMES {
                for (accent, ground) in [(theme.light, &light), (theme.dark, &dark)] {
                    let contrast = contrast(accent, ground);
                    assert!(contrast >= 4.5, "{:?}: {accent} on {ground}: {contrast:.2}", theme.name);
                }
            }
        }
        for theme in THEMES {
            assert!(
                contrast("#ffffff", theme.light) >= 4.5 && contrast("#101216", theme.dark) >= 4.5,
                "{:?}",
                theme.name
            );
        }
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        for ground in ["--pico-background-color", "--pico-card-background-color", "--pico-code-background-color"] {
            for text in ["--pico-color", "--pico-muted-color", "--pico-h1-color"] {
                let ((ground_light, ground_dark), (light, dark)) = (neutral(ground), neutral(text));
                assert!(contrast(&light, &ground_light) >= 4.5, "{text} on {ground}");
                assert!(contrast(&dark, &ground_dark) >= 4.5, "{text} on {ground}, dark");
            }
        }
    }

    #[test]
    fn themes_are_those_of_the_format_and_change_light_and_dark() {
        let names: Vec<_> = THEMES.iter().filter_map(|theme| theme.name).collect();
        let format = "amber blue cyan fuchsia green grey indigo jade lime orange pink pumpkin purple red sand slate \
                      violet yellow zinc";
        assert_eq!(names.join(" "), format);
        for theme in THEMES {
            let sheet = theme.stylesheet();
            assert_eq!((sheet.matches(theme.light).count(), sheet.matches(theme.dark).count()), (7, 14));
            assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
        }
    }
}
