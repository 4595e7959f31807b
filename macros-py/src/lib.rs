//! Runs Python macros in isolated worker processes.
