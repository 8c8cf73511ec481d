//! Guids as the format spells them: 36 characters, without braces. Case is no difference.

use std::borrow::Cow;
use std::ops::Range;

/// How many characters a guid has.
pub const LENGTH: usize = 36;

/// The .NET way to say "none".
const ZERO: &str = "00000000-0000-0000-0000-000000000000";

/// Elements that come with the product and are in no package, from `ManyWhoConstants.cs` of manywho/sdk-dotnet: the
/// types `$User`, `$Location`, `$File`, `$Group` and `$State`, and the values `$JoinUri`, `$User`, `$True`, `$False`
/// and `$State`. The samples refer to `$File` ten times.
const BUILT_IN: [&str; 10] = [
    "2674ce95-dd99-42c6-96fc-ad12e1b48a69",
    "7834ce95-dd99-42c6-96fc-ad12e1b48a69",
    "af48e652-7dec-4739-9c98-586318e0ad7d",
    "82de6847-03d6-4ace-91cc-26cd80aea9fc",
    "6f5844b9-b79f-49ce-ba65-843dc754d1b6",
    "e2063196-3c75-4388-8b00-1005b8cd59ad",
    "03dc41dd-1c6b-4b33-bf61-cbd1d0778fff",
    "be1bc78e-fd57-40ec-9a86-a815de2a9e28",
    "496fd041-d91f-48fb-aa4f-91c6c9a11ca1",
    "1f2a56fd-e14b-460c-aabd-9fbf344b84f3",
];

/// True for a text that is a guid and nothing else.
#[must_use]
pub fn is(text: &str) -> bool {
    text.len() == LENGTH && is_at(text.as_bytes(), 0)
}

/// True for a guid that leads to something of a package: neither zeros nor an element that comes with the product.
#[must_use]
pub fn leads_somewhere(guid: &str) -> bool {
    guid != ZERO && !is_built_in(guid)
}

/// True for an element that comes with the product.
#[must_use]
pub fn is_built_in(guid: &str) -> bool {
    BUILT_IN.iter().any(|known| known.eq_ignore_ascii_case(guid))
}

/// The guid as an id: in lower case, as the product writes it.
#[must_use]
pub fn id(guid: &str) -> Cow<'_, str> {
    if guid.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(guid.to_ascii_lowercase())
    } else {
        Cow::Borrowed(guid)
    }
}

/// A guid begins there, whatever follows it.
fn is_at(bytes: &[u8], at: usize) -> bool {
    let Some(window) = bytes.get(at..at + LENGTH) else { return false };
    // The dashes first: few texts have them there.
    window[8] == b'-'
        && window[13] == b'-'
        && window[18] == b'-'
        && window[23] == b'-'
        && window.iter().enumerate().all(|(index, byte)| matches!(index, 8 | 13 | 18 | 23) || byte.is_ascii_hexdigit())
}

/// The raw text of a JSON document with each guid that `new` knows put anew, wherever it stands: a whole string, a name
/// of a member, or a place inside a text. None where nothing changes; no other byte ever does.
///
/// Guids consist of characters that JSON writes as they are, so that no string needs to be unescaped.
pub fn replace<'n>(raw: &str, new: impl Fn(&str) -> Option<&'n str>) -> Option<String> {
    let mut changed = String::new();
    let mut kept = 0;
    for range in all(raw) {
        let Some(replacement) = new(&id(&raw[range.clone()])) else { continue };
        changed.push_str(&raw[kept..range.start]);
        changed.push_str(replacement);
        kept = range.end;
    }
    if kept == 0 {
        return None;
    }
    changed.push_str(&raw[kept..]);
    Some(changed)
}

/// Where guids stand in the raw text of a JSON document. Longer runs of letters and digits hold none.
fn all(raw: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = raw.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        // The first dash of a guid stands at its ninth character.
        while let Some(dash) = bytes.get(at + 8..).and_then(|rest| rest.iter().position(|byte| *byte == b'-')) {
            let start = at + dash;
            at = start + 1;
            let goes_on = bytes.get(start + LENGTH).is_some_and(u8::is_ascii_alphanumeric);
            if is_at(bytes, start) && !goes_on && is_begin(bytes, start) {
                at = start + LENGTH;
                return Some(start..at);
            }
        }
        None
    })
}

/// What stands before is no letter and no digit of a longer word; the end of an escape (`\n`, `\u00e9`) is none.
fn is_begin(bytes: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).map(|index| bytes[index]) else { return true };
    if !before.is_ascii_alphanumeric() {
        return true;
    }
    let escape = [2, 6].into_iter().filter_map(|length| start.checked_sub(length).map(|from| &bytes[from..start]));
    escape.into_iter().any(|escape| match escape {
        [b'\\', b'b' | b'f' | b'n' | b'r' | b't'] => is_escape(bytes, start - 2),
        [b'\\', b'u', ..] => is_escape(bytes, start - 6),
        _ => false,
    })
}

/// The backslash there is not itself escaped.
fn is_escape(bytes: &[u8], backslash: usize) -> bool {
    bytes[..backslash].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0c96611b-4aee-4ee5-a94a-ac9658556d86";

    #[test]
    fn guids_are_told_from_other_texts() {
        assert!(is(A) && is(&A.to_uppercase()));
        for other in [&A[1..], "", &format!("{A}0"), &A.replace('-', "0"), &A.replace('c', "g")] {
            assert!(!is(other), "{other}");
        }
        assert!(!leads_somewhere(ZERO) && leads_somewhere(A));
        assert!(!leads_somewhere("AF48E652-7DEC-4739-9C98-586318E0AD7D"));
        assert_eq!(id(&A.to_uppercase()), A);
    }

    #[test]
    fn guids_are_replaced_wherever_they_stand() {
        let new = |guid: &str| (guid == A).then_some("NEW");
        let upper = A.to_uppercase();
        for (before, after) in [
            (format!(r#"{{"{A}":"{upper}"}}"#), r#"{"NEW":"NEW"}"#.to_owned()),
            (format!(r#""flowkey___{A}|{A}___flowkey""#), r#""flowkey___NEW|NEW___flowkey""#.to_owned()),
            (format!(r#""a=\"{A}\"\n{A}\u00e9{A}\\{A}""#), r#""a=\"NEW\"\nNEW\u00e9NEW\\NEW""#.to_owned()),
            (format!(r#""{A}-{A}""#), r#""NEW-NEW""#.to_owned()),
        ] {
            assert_eq!(replace(&before, new), Some(after), "{before}");
        }
        for untouched in [format!("0{A}"), format!("{A}0"), format!(r"\\n{A}"), format!(r"\\u00e9{A}"), "-".repeat(90)]
        {
            assert_eq!(replace(&untouched, new), None, "{untouched}");
        }
        assert_eq!(replace(A, |_| None), None);
    }
}
