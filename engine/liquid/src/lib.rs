//! A lenient Liquid template engine.
