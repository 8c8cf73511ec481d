use crate::error::{Error, Name};

/// Why edits cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The value is not one of the document being edited.
    #[error("the value to edit{} belongs to another document", At(pointer))]
    OtherDocument {
        /// Where the value stands in its own document.
        pointer: String,
    },
    /// A member was to be inserted into something else than an object.
    #[error("cannot insert a member{}: it is not an object", At(pointer))]
    NotAnObject {
        /// The value.
        pointer: String,
    },
    /// An element was to be inserted into something else than an array.
    #[error("cannot insert an element{}: it is not an array", At(pointer))]
    NotAnArray {
        /// The value.
        pointer: String,
    },
    /// An element was to be inserted before something that stands in no array.
    #[error("cannot insert an element before the value{}: it is not an element of an array", At(pointer))]
    NotAnElement {
        /// The value.
        pointer: String,
    },
    /// A value without a name was to be renamed: the root or an element of an array.
    #[error("cannot rename the value{}: it is not a member of an object", At(pointer))]
    NotAMember {
        /// The value.
        pointer: String,
    },
    /// The root was to be removed.
    #[error("cannot remove the whole document")]
    RemovesRoot,
    /// Two edits change the same bytes: a value is replaced twice, or edited although it, or one around it, is removed
    /// or replaced.
    #[error("two edits change the value{}", At(pointer))]
    Overlap {
        /// The value of the second edit.
        pointer: String,
    },
    /// A member would have the same name as another of its object.
    #[error("the member name {} would appear twice in the object{}", Name(name), At(pointer))]
    DuplicateKey {
        /// The object.
        pointer: String,
        /// The name.
        name: String,
    },
    /// A raw text is not strict JSON.
    #[error("the new text for the value{} is not valid JSON: {error}", At(pointer))]
    NotJson {
        /// The value to replace, or the array or object to insert into.
        pointer: String,
        /// What is wrong with the text.
        error: Error,
    },
    /// A raw text would nest deeper where it is to stand than the limits of the document let it.
    #[error("the new text for the value{} would nest the document deeper than {limit} levels", At(pointer))]
    TooDeep {
        /// The value to replace, or the array or object to insert into.
        pointer: String,
        /// The limit.
        limit: usize,
    },
}

/// ` at /pointer`, or words for the root.
struct At<'a>(&'a str);

impl std::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            "" => f.write_str(" at the root"),
            pointer => write!(f, " at {}", Name(pointer)),
        }
    }
}
