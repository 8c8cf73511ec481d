//! Names of members. Only the first few keys of an export are known; they are upper snake case, and the others are told
//! by the words that they are made of.

/// The words of a key, in order: `TASK_NAME` has two.
fn words(key: &str) -> impl DoubleEndedIterator<Item = &str> {
    key.split('_').filter(|word| !word.is_empty())
}

/// True where the last words of the key are these, in upper or lower case.
pub(crate) fn ends_in(key: &str, last: &[&str]) -> bool {
    let mut backwards = words(key).rev();
    last.iter().rev().all(|wanted| backwards.next().is_some_and(|word| word.eq_ignore_ascii_case(wanted)))
}

/// True where the words of the key are these and no others.
pub(crate) fn is(key: &str, all: &[&str]) -> bool {
    words(key).count() == all.len() && ends_in(key, all)
}

/// True where the word is one of those of the key.
pub(crate) fn has(key: &str, wanted: &str) -> bool {
    words(key).any(|word| word.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_word_by_word() {
        assert!(
            ends_in("STAGE_NAME", &["NAME"]) && ends_in("stage_name", &["STAGE", "NAME"]) && ends_in("ROLE", &["ROLE"])
        );
        assert!(!ends_in("RENAME", &["NAME"]) && !ends_in("NAME", &["STAGE", "NAME"]) && !ends_in("", &["NAME"]));
        assert!(is("TASK_ROLE", &["TASK", "ROLE"]) && !is("MY_TASK_ROLE", &["TASK", "ROLE"]));
        assert!(has("PARENT_TASK_ID", "TASK") && !has("MULTITASK", "TASK"));
    }
}
