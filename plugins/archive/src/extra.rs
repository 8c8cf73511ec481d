//! Extra fields: times and owners are of no interest, some change what an entry is.

use crate::entry::{FileType, mode_type};
use crate::error::{Spot, shown};
use crate::{Error, HeaderError, NameError};

const ZIP64: u16 = 0x0001;
const PKWARE_UNIX: u16 = 0x000d;
const STRONG_ENCRYPTION: u16 = 0x0017;
const UNICODE_PATH: u16 = 0x7075;
const ASI_UNIX: u16 = 0x756e;
const AES_ENCRYPTION: u16 = 0x9901;

/// Checks the extra fields of one header at `spot` and gives the zip64 field, if there is one.
///
/// Unknown fields pass: every program skips them. Up to three zero bytes may pad the end, as tools that align content do.
pub(crate) fn zip64_field<'a>(extra: &'a [u8], spot: Spot<'_>) -> Result<Option<&'a [u8]>, Error> {
    let malformed = || HeaderError::ExtraField { place: spot.place() };
    let mut zip64 = None;
    let mut has_unicode_path = false;
    let mut rest = extra;
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let id = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (field, after) = after.split_at_checked(length).ok_or_else(malformed)?;
        rest = after;
        match id {
            ZIP64 if zip64.is_some() => return Err(malformed().into()),
            ZIP64 => zip64 = Some(field),
            UNICODE_PATH if has_unicode_path => return Err(malformed().into()),
            UNICODE_PATH => {
                has_unicode_path = true;
                check_unicode_path(field, spot)?;
            }
            STRONG_ENCRYPTION | AES_ENCRYPTION => {
                return Err(HeaderError::Encrypted { place: spot.place() }.into());
            }
            // Two times, user and group; then device numbers or the target of a link.
            PKWARE_UNIX if field.len() > 12 => {
                return Err(special("a link or device", spot));
            }
            // A checksum, then the mode.
            ASI_UNIX => {
                let mode = field.get(4..6).ok_or_else(malformed)?;
                if let FileType::Special(what) = mode_type(u16::from_le_bytes([mode[0], mode[1]])) {
                    return Err(special(what, spot));
                }
            }
            _ => {}
        }
    }
    if rest.iter().any(|&byte| byte != 0) {
        return Err(malformed().into());
    }
    Ok(zip64)
}

fn special(what: &'static str, spot: Spot<'_>) -> Error {
    let place = spot.place();
    HeaderError::Special { place, what }.into()
}

/// A version byte, the checksum of the name in the header, and the name in UTF-8.
fn check_unicode_path(field: &[u8], spot: Spot<'_>) -> Result<(), Error> {
    let (head, stated) =
        field.split_first_chunk::<5>().ok_or_else(|| HeaderError::ExtraField { place: spot.place() })?;
    // With another checksum the field is stale and some programs skip it; others do not.
    if head[0] == 1 && stated == spot.name {
        return Ok(());
    }
    Err(NameError::UnicodePath { place: spot.place(), stated: shown(stated) }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOT: Spot<'_> = Spot { name: b"a.json", offset: 7 };

    fn field(id: u16, content: &[u8]) -> Vec<u8> {
        let mut out = id.to_le_bytes().to_vec();
        out.extend((content.len() as u16).to_le_bytes());
        out.extend(content);
        out
    }

    fn refused(extra: &[u8]) -> Error {
        zip64_field(extra, SPOT).expect_err("a bad extra field")
    }

    #[test]
    fn harmless_fields_pass() {
        let mut extra = field(0x000a, &[0; 32]);
        extra.extend(field(0x5455, &[3, 0, 0, 0, 0]));
        extra.extend(field(0x7875, &[1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0]));
        extra.extend(field(PKWARE_UNIX, &[0; 12]));
        extra.extend(field(ASI_UNIX, &[0, 0, 0, 0, 0xa4, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]));
        extra.extend(field(UNICODE_PATH, b"\x01crc_a.json"));
        extra.extend(field(ZIP64, &[9; 8]));
        extra.extend([0; 3]);
        assert_eq!(zip64_field(&extra, SPOT).expect("harmless"), Some(&[9; 8][..]));
        assert_eq!(zip64_field(b"", SPOT).expect("nothing"), None);
    }

    #[test]
    fn fields_that_do_not_fill_their_space() {
        let mut twice = field(ZIP64, &[0; 8]);
        twice.extend(field(ZIP64, &[0; 8]));
        let mut two_paths = field(UNICODE_PATH, b"\x01crc_a.json");
        two_paths.extend(field(UNICODE_PATH, b"\x01crc_a.json"));
        for extra in [
            &b"\x01\x00\x09\x00abc"[..],
            b"ab",
            &twice,
            &two_paths,
            &field(ASI_UNIX, b"abc"),
            &field(UNICODE_PATH, b"\x01cr"),
        ] {
            let error = refused(extra);
            assert!(matches!(error, Error::Header(HeaderError::ExtraField { .. })), "{error}");
        }
    }

    #[test]
    fn fields_that_change_the_entry() {
        for extra in [field(STRONG_ENCRYPTION, b""), field(AES_ENCRYPTION, &[0; 7])] {
            let error = refused(&extra);
            assert!(matches!(error, Error::Header(HeaderError::Encrypted { .. })), "{error}");
        }
        for extra in [field(PKWARE_UNIX, &[0; 13]), field(ASI_UNIX, &[0, 0, 0, 0, 0xff, 0xa1])] {
            let error = refused(&extra);
            assert!(matches!(error, Error::Header(HeaderError::Special { .. })), "{error}");
        }
        for content in [&b"\x01crc_b.json"[..], b"\x02crc_a.json"] {
            let error = refused(&field(UNICODE_PATH, content));
            assert!(matches!(error, Error::Name(NameError::UnicodePath { .. })), "{error}");
        }
    }
}
