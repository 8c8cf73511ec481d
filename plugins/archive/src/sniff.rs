use std::fmt;

use crate::ReadAt;

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// No bytes at all.
    Empty,
    /// A ZIP archive, perhaps a broken one.
    Zip,
    /// A web page: what a browser saves when the download needed a sign-in.
    Html,
    /// A gzip stream.
    Gzip,
    /// A tar archive.
    Tar,
    /// JSON, in UTF-8.
    Json,
    /// A PDF document.
    Pdf,
    /// An Office document of before 2007 (OLE compound file).
    Ole,
    /// None of these.
    Other,
}

impl fmt::Display for Sniffed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Sniffed::Empty => "an empty file",
            Sniffed::Zip => "a ZIP archive",
            Sniffed::Html => "an HTML page (saved from a browser? the download may have needed a sign-in)",
            Sniffed::Gzip => "a gzip file",
            Sniffed::Tar => "a tar archive",
            Sniffed::Json => "a JSON document",
            Sniffed::Pdf => "a PDF document",
            Sniffed::Ole => "an old Office document",
            Sniffed::Other => "a file of another format",
        })
    }
}

/// Where a tar header has its magic, and enough for a long preamble before a page.
const SNIFFED_BYTES: u32 = 1024;
const TAR_MAGIC_AT: usize = 257;

/// What `input` is, by its first kilobyte; what cannot be read is [`Sniffed::Other`].
pub fn sniff(input: &dyn ReadAt) -> Sniffed {
    let length = u64::from(SNIFFED_BYTES).min(input.len());
    match input.read_at(0, length as u32) {
        Ok(bytes) => sniff_bytes(&bytes),
        Err(_) => Sniffed::Other,
    }
}

fn sniff_bytes(bytes: &[u8]) -> Sniffed {
    let magics: [(&[u8], Sniffed); 7] = [
        (b"PK\x03\x04", Sniffed::Zip),
        (b"PK\x05\x06", Sniffed::Zip),
        (b"PK\x06\x06", Sniffed::Zip),
        (b"PK\x07\x08", Sniffed::Zip),
        (b"\x1f\x8b", Sniffed::Gzip),
        (b"%PDF-", Sniffed::Pdf),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sniffed::Ole),
    ];
    if bytes.is_empty() {
        return Sniffed::Empty;
    }
    if let Some((_, sniffed)) = magics.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return *sniffed;
    }
    if bytes.get(TAR_MAGIC_AT..).is_some_and(|rest| rest.starts_with(b"ustar")) {
        return Sniffed::Tar;
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if is_html(text) {
        return Sniffed::Html;
    }
    match text.first() {
        Some(b'{' | b'[') => Sniffed::Json,
        _ => Sniffed::Other,
    }
}

fn is_html(text: &[u8]) -> bool {
    let tags: [&[u8]; 6] = [b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<script"];
    let mut text = text;
    // Saved pages begin with comments and XML declarations.
    while let Some(rest) = text.strip_prefix(b"<!--").or_else(|| text.strip_prefix(b"<?")) {
        let Some(end) = rest.iter().position(|&byte| byte == b'>') else {
            return false;
        };
        text = rest[end + 1..].trim_ascii_start();
    }
    tags.iter().any(|tag| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_by_its_first_bytes() {
        let mut tar = vec![0; 512];
        tar[TAR_MAGIC_AT..TAR_MAGIC_AT + 5].copy_from_slice(b"ustar");
        let cases: [(&[u8], Sniffed); 16] = [
            (b"", Sniffed::Empty),
            (b"PK\x03\x04rest", Sniffed::Zip),
            (b"PK\x05\x06", Sniffed::Zip),
            (b"<!doctype html><title>Sign in</title>", Sniffed::Html),
            (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML PUBLIC \"-//W3C//DTD\">", Sniffed::Html),
            (b"<!-- saved from url=(0014)about:internet -->\n<html lang=en>", Sniffed::Html),
            (b"<?xml version=\"1.0\"?><html>", Sniffed::Html),
            (b"<?xml version=\"1.0\"?><ImportExportXml>", Sniffed::Other),
            (b"<!--", Sniffed::Other),
            (b"\x1f\x8b\x08", Sniffed::Gzip),
            (&tar, Sniffed::Tar),
            (b" \n{\"a\":1}", Sniffed::Json),
            (b"\xef\xbb\xbf[1]", Sniffed::Json),
            (b"%PDF-1.7", Sniffed::Pdf),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", Sniffed::Ole),
            (b"MZ", Sniffed::Other),
        ];
        for (bytes, sniffed) in cases {
            assert_eq!(sniff(&bytes.to_vec()), sniffed, "{}", bytes.escape_ascii());
        }
    }
}
