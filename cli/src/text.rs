//! Text that is safe for a terminal: names from packages may hold anything.

use std::fmt::Write as _;

/// The text with control and bidirectional formatting characters shown as their code points.
pub(crate) fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_bidirectional(character) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    fn control_characters_never_reach_a_terminal() {
        assert_eq!(clean("a\u{1b}[31mred\u{7}\n"), "a\\u{1b}[31mred\\u{7}\\u{a}");
        assert_eq!(clean("flow\u{202e}gnp.exe"), "flow\\u{202e}gnp.exe");
        assert_eq!(clean("Überprüfung 사용자"), "Überprüfung 사용자");
    }
}
