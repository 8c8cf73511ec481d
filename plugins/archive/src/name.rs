//! The rules for one name.

use crate::error::{NameProblem, shown};

/// Names of devices on Windows, with any extension and in any folder.
const DEVICES: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// The name with `/` between its parts, if it names the same, harmless file for every program.
///
/// A backslash is a separator: that is how Windows programs write folders, and how Windows would read it. Without the
/// UTF-8 flag names must be UTF-8 all the same (ASCII is): the exporters write raw UTF-8 without the flag, and guessing
/// a code page gives each program another name.
pub(crate) fn normalised_name(raw: &[u8]) -> Result<String, NameProblem> {
    let text = std::str::from_utf8(raw).map_err(|_| NameProblem::NotUtf8)?;
    if text.is_empty() {
        return Err(NameProblem::Empty);
    }
    check_characters(text)?;
    let name = text.replace('\\', "/");
    if name.starts_with("//") {
        return Err(NameProblem::Network);
    }
    if name.starts_with('/') {
        return Err(NameProblem::Absolute);
    }
    let bytes = name.as_bytes();
    if bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' {
        return Err(NameProblem::Drive);
    }
    for segment in name.strip_suffix('/').unwrap_or(&name).split('/') {
        check_segment(segment)?;
    }
    Ok(name)
}

fn check_characters(text: &str) -> Result<(), NameProblem> {
    for character in text.chars() {
        let code = u32::from(character);
        if character == '\0' {
            return Err(NameProblem::Nul);
        }
        if character.is_control() {
            return Err(NameProblem::Control { code });
        }
        if is_invisible(character) {
            return Err(NameProblem::Invisible { code });
        }
    }
    Ok(())
}

/// Characters that change how the rest of a name is shown, or are not shown at all. The joiners U+200C and U+200D stay
/// allowed: Persian, Indic scripts and emoji are spelled with them.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

fn check_segment(segment: &str) -> Result<(), NameProblem> {
    match segment {
        "" => return Err(NameProblem::EmptySegment),
        "." => return Err(NameProblem::CurrentFolder),
        ".." => return Err(NameProblem::Parent),
        _ => {}
    }
    if segment.contains(':') {
        return Err(NameProblem::Stream);
    }
    if segment.ends_with(['.', ' ']) {
        return Err(NameProblem::TrailingDotOrSpace { segment: shown(segment.as_bytes()) });
    }
    if is_device(segment) {
        return Err(NameProblem::Reserved { segment: shown(segment.as_bytes()) });
    }
    Ok(())
}

fn is_device(segment: &str) -> bool {
    // Windows looks at what is before the first dot, and drops spaces there: `nul .txt` is NUL.
    let stem = segment.split('.').next().unwrap_or(segment);
    let stem = stem.trim_end_matches(' ').to_ascii_lowercase();
    if DEVICES.contains(&stem.as_str()) {
        return true;
    }
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    port.is_some_and(|number| {
        let mut characters = number.chars();
        matches!((characters.next(), characters.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(name: &str) -> NameProblem {
        normalised_name(name.as_bytes()).expect_err(name)
    }

    #[test]
    fn harmless_names_pass_unchanged() {
        for name in [
            "manifest.json",
            "Microsoft.Flow/flows/0bd1/definition.json",
            "Microsoft.Flow/flows/",
            "..a/b..c/.d",
            "données/流程.json",
            "console/com10.txt/nully",
            "com/lpt",
            "می\u{200c}خواهم.json",
            " leading space",
        ] {
            assert_eq!(normalised_name(name.as_bytes()).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_backslash_is_a_separator() {
        assert_eq!(normalised_name(br"a\b\").as_deref(), Ok("a/b/"));
        assert_eq!(problem(r"a\..\b"), NameProblem::Parent);
        assert_eq!(problem(r"\a"), NameProblem::Absolute);
        assert_eq!(problem(r"\\server\share"), NameProblem::Network);
        assert_eq!(problem(r"/\server\share"), NameProblem::Network);
        assert_eq!(problem(r"a\\b"), NameProblem::EmptySegment);
    }

    #[test]
    fn paths_that_lead_elsewhere() {
        assert_eq!(problem("../a"), NameProblem::Parent);
        assert_eq!(problem("a/.."), NameProblem::Parent);
        assert_eq!(problem("a/../"), NameProblem::Parent);
        assert_eq!(problem("./a"), NameProblem::CurrentFolder);
        assert_eq!(problem("a/./b"), NameProblem::CurrentFolder);
        assert_eq!(problem("/a"), NameProblem::Absolute);
        assert_eq!(problem("//server/share"), NameProblem::Network);
        assert_eq!(problem("C:a"), NameProblem::Drive);
        assert_eq!(problem(r"c:\a"), NameProblem::Drive);
        assert_eq!(problem("a.json:stream"), NameProblem::Stream);
        assert_eq!(problem("b/C:a"), NameProblem::Stream);
    }

    #[test]
    fn empty_parts() {
        assert_eq!(problem(""), NameProblem::Empty);
        assert_eq!(problem("/"), NameProblem::Absolute);
        assert_eq!(problem("a//b"), NameProblem::EmptySegment);
        assert_eq!(problem("a//"), NameProblem::EmptySegment);
    }

    #[test]
    fn names_that_windows_reads_otherwise() {
        for name in [
            "CON",
            "nul",
            "a/NUL.txt",
            "aux.tar.gz",
            "COM1",
            "com0",
            "lpt9.json",
            "COM¹",
            "lpt³.a",
            "nul .txt",
            "CONIN$",
            "conout$.x",
            "con/",
        ] {
            assert!(matches!(problem(name), NameProblem::Reserved { .. }), "{name}");
        }
        for name in ["a.", "a ", "a./b", "a /b", "...", "a. "] {
            assert!(matches!(problem(name), NameProblem::TrailingDotOrSpace { .. }), "{name}");
        }
    }

    #[test]
    fn characters_that_deceive() {
        assert_eq!(problem("a\0b"), NameProblem::Nul);
        assert_eq!(problem("a\nb"), NameProblem::Control { code: 10 });
        assert_eq!(problem("\u{1b}[2J"), NameProblem::Control { code: 0x1b });
        assert_eq!(problem("a\u{7f}"), NameProblem::Control { code: 0x7f });
        assert_eq!(problem("a\u{85}"), NameProblem::Control { code: 0x85 });
        for code in [0x202e, 0x2066, 0x2069, 0x200e, 0x200f, 0x61c, 0x200b, 0xfeff, 0x2028] {
            let character = char::from_u32(code).expect("listed above");
            assert_eq!(problem(&format!("a{character}b")), NameProblem::Invisible { code });
        }
    }

    #[test]
    fn bytes_that_are_not_utf8() {
        for name in [&b"..\xc0\xafa"[..], b"\xff", b"caf\x82", b"\xed\xa0\x80"] {
            assert_eq!(normalised_name(name), Err(NameProblem::NotUtf8));
        }
    }
}
