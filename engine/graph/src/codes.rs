//! The diagnostics of this crate.

use bds_base::Code;

/// A file or folder cannot be read.
pub const UNREADABLE: Code = Code::new("unreadable", "A file or folder of the project cannot be read.");
/// A file changed between being hashed and being read.
pub const CHANGED: Code = Code::new("changed-while-building", "A file changed while the site was being built.");
/// A name that cannot be used.
pub const FILE_NAME: Code =
    Code::new("file-name", "A file has a name that cannot be used: not UTF-8, or with a back slash.");
/// Two pages want the same file.
pub const ROUTE_TWICE: Code =
    Code::new("route-twice", "Two pages of the site have the same address; one of them is left out.");
/// An unknown macro.
pub const MACRO_UNKNOWN: Code =
    Code::new("macro-unknown", "A macro call names no enabled macro script and no shipped one; it is left as written.");
/// A macro that failed.
pub const MACRO_FAILED: Code = Code::new(
    "macro-failed",
    "A macro failed: it raised, took too long, or returned something that is no result; nothing stands in its place.",
);
/// A macro that says something.
pub const MACRO_WARNING: Code = Code::new("macro-warning", "A macro returned a warning.");
/// A call that a macro cannot use.
pub const MACRO_CALL: Code =
    Code::new("macro-call", "A macro says that its call is wrong, such as a parameter that it cannot understand.");
/// A macro that cannot be remembered.
pub const MACRO_VOLATILE: Code = Code::new(
    "macro-volatile",
    "A macro looks at the clock, randomness or the environment without saying so in bds.toml; it runs in every build.",
);
/// A template that is not there.
pub const TEMPLATE_UNKNOWN: Code =
    Code::new("template-unknown", "A post, tag or category asks for a template that does not exist or is disabled.");
/// A menu entry that leads nowhere.
pub const MENU_TARGET: Code =
    Code::new("menu-target", "A menu entry points to a page or category that the site does not have.");
/// A link that leads nowhere.
pub const LINK_TARGET: Code =
    Code::new("link-target", "A post links to a post or media file that the site does not have.");
/// A link of a page that leads nowhere; only `bds check` looks for it.
pub const LINK_DEAD: Code =
    Code::new("link-dead", "A page links to an address of the site that the site does not have (`bds check`).");
/// A link to a place in a page that is not there.
pub const LINK_FRAGMENT: Code =
    Code::new("link-fragment", "A page links to a place in a page where nothing has that id (`bds check`).");
/// A file that a page needs and the site does not have.
pub const RESOURCE_MISSING: Code = Code::new(
    "resource-missing",
    "A page needs a file that the site does not have: an image, a script, a style sheet (`bds check`).",
);
/// A sidecar without its file.
pub const SIDECAR_ALONE: Code =
    Code::new("sidecar-alone", "A media sidecar describes a file that is not there (`bds check`).");
/// A script that nothing uses.
pub const SCRIPT_UNUSED: Code =
    Code::new("script-unused", "No text calls a macro script, and no script imports it (`bds check`).");
/// A template that nothing uses.
pub const TEMPLATE_UNUSED: Code =
    Code::new("template-unused", "No page is made with a template, and nothing asks for it (`bds check`).");
/// No public address.
pub const NO_ADDRESS: Code =
    Code::new("no-address", "The project has no `publicUrl`, so the site has no feeds and no sitemap.");

/// An output file that something keeps from being written.
pub const OUTPUT_BLOCKED: Code = Code::new(
    "output-blocked",
    "An output file cannot be written or removed: something else stands in its place, or its folder refuses.",
);

/// All of them.
pub const ALL: &[Code] = &[
    UNREADABLE,
    CHANGED,
    FILE_NAME,
    ROUTE_TWICE,
    MACRO_UNKNOWN,
    MACRO_FAILED,
    MACRO_WARNING,
    MACRO_CALL,
    MACRO_VOLATILE,
    TEMPLATE_UNKNOWN,
    MENU_TARGET,
    LINK_TARGET,
    LINK_DEAD,
    LINK_FRAGMENT,
    RESOURCE_MISSING,
    SIDECAR_ALONE,
    SCRIPT_UNUSED,
    TEMPLATE_UNUSED,
    NO_ADDRESS,
    OUTPUT_BLOCKED,
];
