//! What the end-to-end tests share: a project in a folder of its own, the real binary, packages made on the spot.
#![allow(dead_code, reason = "no test binary needs all of it")]

pub(crate) mod boomi;
pub(crate) mod browser;
pub(crate) mod folders;
pub(crate) mod html;
pub(crate) mod package;
pub(crate) mod project;
pub(crate) mod zipped;
