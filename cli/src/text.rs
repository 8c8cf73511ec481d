//! Text that is safe for a terminal: names from packages may hold anything.

use std::fmt::Write as _;
use std::path::Path;

/// The text with control and bidirectional formatting characters shown as their code points.
pub(crate) fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if acts_on_terminals(character) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A path, as [`clean`] shows it.
pub(crate) fn path(path: &Path) -> String {
    clean(&path.display().to_string())
}

/// Control and bidirectional formatting characters, which a terminal obeys instead of showing them. All have four hex digits.
pub(crate) fn acts_on_terminals(character: char) -> bool {
    let is_bidirectional =
        matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || is_bidirectional
}

/// JSON text that means the same, with the characters that act on terminals escaped: they stand in strings only. Line ends and
/// indentation stay.
pub(crate) fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character >= ' ' && acts_on_terminals(character) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// A TOML string on one line, with the characters that act on terminals escaped.
pub(crate) fn toml_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if acts_on_terminals(character) => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A word for a shell, whatever is in it; cleaned as well, as it is shown.
pub(crate) fn shell(text: &str) -> String {
    flowport_core::shell::word(clean(text))
}

/// A text of at most so many characters: what is too much is left out in the middle.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(length - tail)).collect()
}

/// A text of at most so many characters in which the one at `seen` is kept, with some before it and more behind. Where it is
/// near the start, the middle is left out.
pub(crate) fn shorten_around(text: &str, seen: usize, most: usize) -> String {
    let (length, kept) = (text.chars().count(), most.saturating_sub(1));
    if length <= most || kept < 2 || seen < kept.div_ceil(2) {
        return shorten(text, most);
    }
    let before = kept / 3;
    // No further than so that the end of the text fills the room.
    let start = (seen - before).min(length - kept);
    let is_cut = length - start > kept;
    let shown = text.chars().skip(start).take(if is_cut { kept.saturating_sub(1) } else { kept });
    std::iter::once('…').chain(shown).chain(is_cut.then_some('…')).collect()
}

/// `1 flow`, `2 flows`.
pub(crate) fn count(number: usize, one: &str, several: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {several}") }
}

/// Bytes for people.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1024 => format!("{number} B"),
        1024..1_048_576 => format!("{:.1} KiB", number as f64 / 1024.0),
        _ => format!("{:.1} MiB", number as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_means_the_same() {
        let text = "a\u{1b}\"\\\n\u{7f}\u{9b}\u{202e}ü\t";
        let json = escape_json(&serde_json::Value::from(text).to_string());
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        let table: toml::Table = toml::from_str(&format!("x = {}", toml_string(text))).unwrap();
        assert_eq!(table["x"].as_str(), Some(text));
        assert!(!json.contains(acts_on_terminals) && !toml_string(text).contains(acts_on_terminals));
        assert_eq!(escape_json("{\n  \"a\": 1\n}"), "{\n  \"a\": 1\n}");
    }

    #[test]
    fn long_text_is_shortened_in_the_middle() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdefg", 6), "abc…fg");
        assert_eq!(shorten("äöüßéè", 3), "ä…è");
        assert_eq!(shorten("abc", 0), "…");
    }

    #[test]
    fn long_text_is_shortened_around_what_is_to_be_seen() {
        assert_eq!(shorten_around("abcdef", 5, 6), "abcdef");
        assert_eq!(shorten_around("abcdefghijklmnop", 2, 8), "abcd…nop");
        assert_eq!(shorten_around("abcdefghijklmnop", 8, 8), "…ghijkl…");
        assert_eq!(shorten_around("abcdefghijklmnop", 15, 8), "…jklmnop");
        assert_eq!(shorten_around("abcdefghijklmnop", 16, 8), "…jklmnop");
        assert_eq!(shorten_around("äöüßéèäöüßéè", 7, 4), "…äö…");
        for (seen, most) in (0..9).flat_map(|seen| (0..9).map(move |most| (seen, most))) {
            let shown = shorten_around("01234567", seen, most);
            assert!(shown.chars().count() <= most.max(1), "{shown} {most}");
            assert!(most < 3 || seen > 7 || shown.contains(&seen.to_string()), "{shown} {seen} {most}");
        }
    }

    #[test]
    fn control_characters_never_reach_a_terminal() {
        assert_eq!(clean("a\u{1b}[31mred\u{7}\n"), "a\\u{1b}[31mred\\u{7}\\u{a}");
        assert_eq!(clean("flow\u{202e}gnp.exe"), "flow\\u{202e}gnp.exe");
        assert_eq!(clean("Überprüfung 사용자"), "Überprüfung 사용자");
    }
}
