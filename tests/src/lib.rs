//! End-to-end tests of the bds binary.
