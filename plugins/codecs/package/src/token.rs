use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How many bytes the one known token stands for: three blocks of AES.
const BYTES: usize = 48;

/// True for a sharing token of Boomi Flow: base64 of exactly 48 bytes and nothing else, white space around it aside. A
/// SHA-256 in hexadecimal digits has the same length and is none.
#[must_use]
pub fn is_sharing_token(text: &str) -> bool {
    let text = text.trim();
    text.len() == BYTES / 3 * 4
        && !text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == BYTES)
}
