//! Base64 in pieces: the standard alphabet, padded, nothing else.

use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use base64::{DecodeError, Engine};

/// How many characters are decoded at once: whole groups of four that give a little less than
/// [`CHUNK`](crate::format::CHUNK) bytes.
const CHARACTERS: usize = crate::format::CHUNK / 3 * 4;
/// How many bytes are encoded at once: whole groups of three, so that only the last piece is padded.
pub(crate) const BYTES: usize = 192 * 1024;

/// Gives the decoded bytes to `take`, piece by piece.
///
/// # Errors
/// What is wrong with the text, or what `take` says.
pub(crate) fn decode<E>(
    text: &str,
    wrong: impl FnOnce(String) -> E,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut pieces = text.as_bytes().chunks(CHARACTERS).enumerate().peekable();
    let mut bytes = Vec::new();
    while let Some((index, piece)) = pieces.next() {
        bytes.clear();
        // Padding may stand at the end of the last piece only.
        let engine_says = if pieces.peek().is_some() {
            STANDARD_NO_PAD.decode_vec(piece, &mut bytes)
        } else {
            STANDARD.decode_vec(piece, &mut bytes)
        };
        if let Err(error) = engine_says {
            return Err(wrong(explain(&error, index * CHARACTERS)));
        }
        take(&bytes)?;
    }
    Ok(())
}

/// What is wrong with a text.
pub(crate) fn fault(text: &str) -> Option<String> {
    decode(text, |reason| reason, |_| Ok(())).err()
}

/// The text of a piece of at most [`BYTES`] bytes; all but the last must have exactly as many.
pub(crate) fn encode(piece: &[u8]) -> String {
    STANDARD.encode(piece)
}

fn explain(error: &DecodeError, before: usize) -> String {
    match error {
        DecodeError::InvalidByte(at, byte) => {
            format!("byte {} (`{}`) cannot stand there", before + at + 1, byte.escape_ascii())
        }
        DecodeError::InvalidLastSymbol(at, _) => {
            format!("character {} has bits left over", before + at + 1)
        }
        DecodeError::InvalidLength(_) => "it is cut off".to_owned(),
        DecodeError::InvalidPadding => "its padding with `=` is wrong".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Result<Vec<u8>, String> {
        let mut all = Vec::new();
        decode(
            text,
            |reason| reason,
            |bytes| {
                assert!(bytes.len() <= crate::format::CHUNK);
                all.extend_from_slice(bytes);
                Ok(())
            },
        )?;
        Ok(all)
    }

    #[test]
    fn reads_in_pieces_what_it_writes_in_pieces() {
        for length in [0, 1, 2, 3, BYTES - 1, BYTES, BYTES + 1, 3 * BYTES + 5] {
            let bytes: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            let text: String = bytes.chunks(BYTES).map(encode).collect();
            assert_eq!(decoded(&text).as_ref(), Ok(&bytes), "{length}");
        }
    }

    #[test]
    fn is_strict() {
        for text in ["QQ", "QQ=", "QR==", "QQ==QQ==", "Q Q=", "QQ==\n", "-_==", "é==="] {
            assert!(fault(text).is_some(), "{text}");
        }
        assert_eq!(fault("QQ=="), None);
    }

    #[test]
    fn padding_at_the_edge_of_a_piece_is_refused() {
        let text = "A".repeat(CHARACTERS - 4) + "QQ==" + "QQ==";
        assert!(fault(&text).is_some_and(|reason| reason.contains("padding")));
        // The same at the edge of the last piece is right.
        assert_eq!(fault(&text[..CHARACTERS]), None);
    }
}
