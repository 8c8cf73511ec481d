use crate::error::Problem;

/// Something wrong in a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadToken {
    pub(super) problem: Problem,
    pub(super) offset: usize,
}

/// Something wrong in a document; becomes an [`Error`](crate::Error) once the line and the pointer are known.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) problem: Problem,
    pub(super) offset: usize,
    pub(super) place: Place,
}

/// What was being read, seen from the innermost open array or object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The array or object itself.
    Container,
    /// The next element, or the member whose name was read last.
    Child,
    /// The member whose name is this node.
    Member(u32),
}

impl BadToken {
    pub(super) fn at(self, place: Place) -> Fault {
        Fault { problem: self.problem, offset: self.offset, place }
    }
}
