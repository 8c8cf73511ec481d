use super::covered::Covered;
use super::percent::{Decoded, MOST, is_plain};
use super::{FoundLiteral, Spelling, Text};

impl Text<'_> {
    /// URLs and addresses that are percent-encoded once or twice, in the order of the text:
    /// `https%3A%2F%2Fcontoso.sharepoint.com%2Fsites%2Fhr`.
    pub(super) fn encoded_literals(self) -> Vec<FoundLiteral> {
        let text = self.text;
        let bytes = text.as_bytes();
        let is_encoded = |byte: &u8| is_plain(*byte) || *byte == b'%';
        let mut found = Vec::new();
        let mut done = 0;
        for (at, _) in text.match_indices('%') {
            if at < done || !speaks_of_one(&bytes[at + 1..]) {
                continue;
            }
            let start = at - bytes[done..at].iter().rev().take_while(|byte| is_encoded(byte)).count();
            done = at + bytes[at..].iter().take_while(|byte| is_encoded(byte)).count();
            found.extend(within(&text[start..done]).into_iter().map(|literal| literal.moved(start)));
        }
        found
    }
}

/// An encoded `://` or `@` behind its first `%`: other escapes are looked at for the sake of these only.
fn speaks_of_one(rest: &[u8]) -> bool {
    let begins = |text: &[u8], with: &str| {
        text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    let twice = if begins(rest, "25") { &rest[2..] } else { rest };
    begins(twice, "40") || begins(twice, "3A%2F%2F") || begins(twice, "3A%252F%252F")
}

/// Literals in one encoded text: what is found when it is decoded once, and what is found beside that when it is decoded again.
fn within(encoded: &str) -> Vec<FoundLiteral> {
    let mut found: Vec<FoundLiteral> = Vec::new();
    let mut covered = Covered::default();
    let mut decoded = Decoded::of(encoded);
    for times in 1..=MOST {
        let Some(again) = decoded.again() else { break };
        for literal in Text::of(&again.text).plain_literals() {
            let range = again.encoded(&literal.range);
            if !covered.overlaps(&range) {
                covered.add(range.clone());
                let spelling = Spelling::percent_encoded(&encoded[range.clone()], times);
                found.push(FoundLiteral { class: literal.class, range, spelling });
            }
        }
        decoded = again;
    }
    found.sort_by_key(|literal| literal.range.start);
    found
}
