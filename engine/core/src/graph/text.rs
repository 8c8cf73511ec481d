//! Names in drawings: they may hold anything.

/// What a terminal or browser would obey instead of showing it is replaced. Line ends stay.
fn visible(text: &str) -> String {
    let acts = |character: char| {
        character.is_control() && character != '\n'
            || matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if acts(character) { '\u{fffd}' } else { character }).collect()
}

/// A string in the language of Graphviz.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// Text and attributes of XML.
pub(super) fn escaped(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
