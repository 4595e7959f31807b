//! What ships with bds: macro scripts, templates, styles, browser scripts, strings.
