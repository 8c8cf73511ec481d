//! Share stores.
