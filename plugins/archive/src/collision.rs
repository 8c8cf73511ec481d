//! Names that become one name.

use unicode_normalization::UnicodeNormalization;

/// Two names that cannot lie side by side, by their places in the list given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Collision {
    /// The same path, but for case and encoding; `first` is the earlier one.
    Same { first: usize, second: usize },
    /// `file` is a file and `inner` lies in a folder of that name.
    FileAndFolder { file: usize, inner: usize },
}

/// A normalised name as a case-insensitive file system compares it; sorts a folder right before what lies in it.
///
/// Upper case first and lower case then gives full case folding but for a few letters (`ß` is `ss`, the final sigma is a
/// sigma). The compatibility form is wider than what any file system does: names that people cannot tell apart are one.
pub(crate) fn folded(name: &str) -> String {
    let path = name.strip_suffix('/').unwrap_or(name);
    if path.is_ascii() {
        return path.to_ascii_lowercase().replace('/', "\0");
    }
    let composed: String = path.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect();
    // NUL sorts before all that a name may hold, so the neighbour of a file is what lies in a folder of its name, if
    // anything does.
    composed.replace('/', "\0")
}

/// The first collision among `names`, each given as folded key and whether it is a directory.
pub(crate) fn find_collision(names: &[(String, bool)]) -> Option<Collision> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_unstable_by(|&left, &right| (&names[left].0, left).cmp(&(&names[right].0, right)));
    order.windows(2).find_map(|pair| {
        let (upper, lower) = (&names[pair[0]], &names[pair[1]]);
        let rest = lower.0.strip_prefix(upper.0.as_str())?;
        if rest.is_empty() {
            return Some(Collision::Same { first: pair[0], second: pair[1] });
        }
        (rest.starts_with('\0') && !upper.1).then_some(Collision::FileAndFolder { file: pair[0], inner: pair[1] })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collision(names: &[&str]) -> Option<Collision> {
        let keys: Vec<_> = names.iter().map(|name| (folded(name), name.ends_with('/'))).collect();
        find_collision(&keys)
    }

    #[test]
    fn names_that_are_one() {
        for pair in [
            ["a", "a"],
            ["a/b", "A/B"],
            ["a/", "a"],
            ["flow-é", "flow-e\u{301}"],
            ["É", "e\u{301}"],
            ["straße", "STRASSE"],
            ["ΟΔΟΣ", "οδος"],
            ["οδοσ", "οδος"],
            ["ﬁle", "file"],
            ["Ａ", "a"],
            ["K", "k"],
        ] {
            assert_eq!(collision(&pair), Some(Collision::Same { first: 0, second: 1 }), "{pair:?}");
        }
    }

    #[test]
    fn a_file_that_is_a_folder() {
        assert_eq!(collision(&["a!", "a/b/c", "A", "a-"]), Some(Collision::FileAndFolder { file: 2, inner: 1 }));
        assert_eq!(collision(&["x/é/y", "x/e\u{301}"]), Some(Collision::FileAndFolder { file: 1, inner: 0 }));
    }

    #[test]
    fn names_that_lie_side_by_side() {
        assert_eq!(
            collision(&["a/", "a/b", "a/b.c", "ab", "a!b", "a/bc/d", "A/x", "Microsoft.Flow/", "manifest.json"]),
            None
        );
        assert_eq!(collision(&[]), None);
    }
}
