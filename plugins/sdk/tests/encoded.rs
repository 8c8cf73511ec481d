//! Literals that are percent-encoded, or stand in the constants of expressions: found, and changed in the same manner.

use flowport_plugin::detect::{FoundLiteral, Text};
use proptest::prelude::*;

/// Classes, values and what stands there.
fn found(text: &str) -> Vec<(&'static str, String, &str)> {
    let literals = Text::of(text).literals().into_iter();
    literals.map(|it| (it.class, it.value(text).into_owned(), &text[it.range.clone()])).collect()
}

/// The text with a new value in the place of each literal that has the old one.
fn replaced(text: &str, old: &str, new: &str) -> String {
    let mut changed = text.to_owned();
    let literals: Vec<FoundLiteral> = Text::of(text).literals();
    for literal in literals.iter().rev().filter(|literal| literal.value(text) == old) {
        changed.replace_range(literal.range.clone(), &literal.replaced(text, new));
    }
    changed
}

/// Encodes as JavaScript's `encodeURIComponent` does, for the characters used here.
fn encoded(text: &str, is_lower: bool) -> String {
    let escape = |byte: u8| if is_lower { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'~' | b'*' => {
            char::from(byte).to_string()
        }
        byte => escape(byte),
    };
    text.bytes().map(one).collect()
}

const SITE: &str = "https://contoso.sharepoint.com/sites/hr";

#[test]
fn urls_are_found_however_often_and_however_they_are_encoded() {
    for raw in [
        "https%3A%2F%2Fcontoso.sharepoint.com%2Fsites%2Fhr",
        "https%3a%2f%2fcontoso.sharepoint.com%2fsites%2fhr",
        "https%253A%252F%252Fcontoso.sharepoint.com%252Fsites%252Fhr",
        "https%253a%252f%252fcontoso.sharepoint.com%252fsites%252fhr",
        "https%3A%2f%2Fcontoso.sharepoint.com%2fsites%2Fhr",
    ] {
        let expected = [("sharepoint-site", SITE.to_owned(), raw)];
        assert_eq!(found(raw), expected, "{raw}");
        // Within longer paths, in expressions, with more of the path behind it.
        assert_eq!(found(&format!("/datasets/{raw}/tables/x")), expected);
        assert_eq!(found(&format!("@{{f('{raw}')}}/y")), expected);
        assert_eq!(found(&format!("{raw}%2FLists%2FOrders")).first(), expected.first());
    }
}

#[test]
fn what_stands_in_an_encoded_url_is_found_as_in_a_plain_one() {
    let encoded = encoded("https://ana:pass@a.example/x?mail=ben@b.example&to=https://c.example/y", false);
    let values: Vec<String> = found(&encoded).into_iter().map(|found| found.1).collect();
    assert_eq!(values, ["a.example", "ben@b.example", "https://c.example"]);
    assert_eq!(found("users/ana%40contoso.com/x"), [("email", "ana@contoso.com".to_owned(), "ana%40contoso.com")]);
    let nested = "https%3A%2F%2Fa.example%3Fu%3Dhttps%253A%252F%252Fb.example";
    let values: Vec<String> = found(nested).into_iter().map(|found| found.1).collect();
    assert_eq!(values, ["https://a.example", "https://b.example"]);
    for nothing in [
        "100% of 50%40",
        "a%2Fb",
        "https%3A%2F%2Fgraph.microsoft.com%2Fv1.0",
        "%40%41",
        "x%ff%40y.example",
        "https%25253A%25252F%25252Fa.example",
    ] {
        assert!(found(nothing).is_empty(), "{nothing}: {:?}", found(nothing));
    }
}

#[test]
fn a_new_value_is_written_in_the_manner_of_the_old_one() {
    let new = "https://b.example/it's a {x}!";
    for (text, changed) in [
        ("x https://a.example/y", "x https://b.example/it's a {x}!/y"),
        ("@concat('https://a.example/y')", "@concat('https://b.example/it''s a {x}!/y')"),
        (
            "'https://a.example' @{f('https://a.example')}",
            "'https://b.example/it's a {x}!' @{f('https://b.example/it''s a {x}!')}",
        ),
        ("https%3A%2F%2Fa.example%2Fy", "https%3A%2F%2Fb.example%2Fit%27s%20a%20%7Bx%7D!%2Fy"),
        ("https%3a%2f%2fa.example%2fy", "https%3a%2f%2fb.example%2fit%27s%20a%20%7bx%7d!%2fy"),
        ("https%253a%252f%252fa.example", "https%253a%252f%252fb.example%252fit%2527s%2520a%2520%257bx%257d!"),
        (
            "@{f('https%253A%252F%252Fa.example')}",
            "@{f('https%253A%252F%252Fb.example%252Fit%2527s%2520a%2520%257Bx%257D!')}",
        ),
    ] {
        assert_eq!(replaced(text, "https://a.example", new), changed, "{text}");
    }
}

#[test]
fn what_is_escaped_without_need_stays_escaped() {
    let (old, new) = ("https://a.sharepoint.com/sites/x!y", "https://a.sharepoint.com/sites/!*z");
    for (text, changed) in [
        ("https%3A%2F%2Fa.sharepoint.com%2Fsites%2Fx%21y", "https%3A%2F%2Fa.sharepoint.com%2Fsites%2F%21%2Az"),
        ("https%3A%2F%2Fa.sharepoint.com%2Fsites%2Fx!y", "https%3A%2F%2Fa.sharepoint.com%2Fsites%2F!*z"),
    ] {
        assert_eq!(replaced(text, old, new), changed);
        assert_eq!(replaced(changed, new, old), text);
    }
}

/// A text with a value in one of the places in which it may stand.
fn placed(value: &str, place: u8, is_lower: bool) -> String {
    let twice = |text: &str| encoded(&encoded(text, is_lower), is_lower);
    match place {
        0 => format!("see {value} there"),
        1 => format!("@{{encodeURIComponent('{value}')}}/x"),
        2 => format!("@concat('a', '{value}')"),
        3 => format!("/datasets/{}/tables/%257B1%257D", twice(value)),
        4 => format!("u={}&v=100%", encoded(value, is_lower)),
        5 => format!("@{{f('{}')}} {value}", twice(value)),
        _ => format!("{}%2Fx", encoded(value, is_lower)),
    }
}

proptest! {
    #[test]
    fn a_value_in_its_own_place_changes_no_byte(text in "[@{]{0,2}[a-z%'(]{0,6}(https?(://|%3[aA]%2[fF]%2F|%253A%252f%252F)[a-z%.]{1,9}[.]example|[a-z]{1,3}(@|%40)b[.]example)[%A-F0-9'/@ü]{0,12}") {
        let literals = Text::of(&text).literals();
        for literal in &literals {
            prop_assert_eq!(literal.replaced(&text, &literal.value(&text)), &text[literal.range.clone()]);
        }
        prop_assert!(literals.windows(2).all(|two| two[0].range.end <= two[1].range.start), "{literals:?}");
    }

    #[test]
    fn there_and_back_gives_the_original(
        old in "https://[a-z]{1,8}[.]example(:80)?", new in "https://[a-z]{1,8}[.]test", place in 0u8..7, is_lower: bool,
    ) {
        let text = placed(&old, place, is_lower);
        let there = replaced(&text, &old, &new);
        prop_assert_eq!(&there, &placed(&new, place, is_lower));
        prop_assert_eq!(replaced(&there, &new, &old), text);
    }

    #[test]
    fn no_text_is_too_strange(text in "[@{}'%0-9aAfF:/.x]{0,40}|\\PC{0,30}") {
        for literal in Text::of(&text).literals() {
            prop_assert_eq!(literal.replaced(&text, &literal.value(&text)), &text[literal.range.clone()]);
        }
    }
}
