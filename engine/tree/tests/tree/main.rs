//! Packages become trees and trees packages, whatever is in them.

mod environment;
mod fake;
mod history;
mod reading;
mod round_trip;
mod writing;
