use crate::arguments::Demo;
use crate::exit::{Failure, Outcome};
use crate::report::Report;

pub(super) fn run(_arguments: &Demo) -> Outcome<Report> {
    Err(Failure::failed("demo"))
}
