//! The zip64 field: sizes and offsets that do not fit into a header.

use crate::records::{Central, Common, SEE_ZIP64};

/// Where an entry is and how large, by its directory record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) size: u64,
    pub(crate) compressed_size: u64,
    pub(crate) header_offset: u64,
    pub(crate) disk: u32,
}

const SEE_ZIP64_DISK: u16 = u16::MAX;

/// The extent by a directory record and its zip64 field; `None` if the field is missing or does not fit.
///
/// The field holds just the numbers that the header refers to it for. Writers that always add it hold all numbers, and then
/// they must be the header's.
pub(crate) fn central_extent(record: &Central, field: Option<&[u8]>) -> Option<Extent> {
    let stated = [record.common.size, record.common.compressed_size, record.header_offset];
    let refers_for_disk = record.disk == SEE_ZIP64_DISK;
    let field = match field {
        None => {
            let refers = refers_for_disk || stated.contains(&SEE_ZIP64);
            return (!refers).then(|| extent(stated.map(u64::from), u32::from(record.disk)));
        }
        Some(field) => field,
    };
    let refers = stated.iter().filter(|&&number| number == SEE_ZIP64).count();
    if refers == 0 && !refers_for_disk {
        let numbers = stated.map(u64::from);
        let all = all_numbers(&numbers, u32::from(record.disk));
        let holds_all = matches!(field.len(), 16 | 24 | 28) && all.starts_with(field);
        return holds_all.then(|| extent(numbers, u32::from(record.disk)));
    }
    if field.len() != 8 * refers + 4 * usize::from(refers_for_disk) {
        return None;
    }
    let mut rest = field;
    let mut numbers = [0; 3];
    for (number, stated) in numbers.iter_mut().zip(stated) {
        *number = if stated == SEE_ZIP64 { take_number(&mut rest)? } else { u64::from(stated) };
    }
    let disk = if refers_for_disk { u32::from_le_bytes(*rest.first_chunk()?) } else { u32::from(record.disk) };
    Some(extent(numbers, disk))
}

fn extent([size, compressed_size, header_offset]: [u64; 3], disk: u32) -> Extent {
    Extent { size, compressed_size, header_offset, disk }
}

fn all_numbers(numbers: &[u64], disk: u32) -> Vec<u8> {
    let mut out: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    out.extend(disk.to_le_bytes());
    out
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_le_bytes(*number))
}

/// Size and compressed size by a local header and its zip64 field; `None` if the field is missing or does not fit. A local
/// field holds both sizes (APPNOTE.TXT 4.5.3), or only the one that the header refers to it for.
pub(crate) fn local_sizes(header: &Common, field: Option<&[u8]>) -> Option<(u64, u64)> {
    let refers = |number| number == SEE_ZIP64;
    let (size, compressed_size) = (header.size, header.compressed_size);
    let Some(mut field) = field else {
        let sound = !refers(size) && !refers(compressed_size);
        return sound.then_some((u64::from(size), u64::from(compressed_size)));
    };
    let first = take_number(&mut field)?;
    if field.is_empty() {
        return match (refers(size), refers(compressed_size)) {
            (true, false) => Some((first, u64::from(compressed_size))),
            (false, true) => Some((u64::from(size), first)),
            _ => None,
        };
    }
    let second = take_number(&mut field)?;
    let agrees = |stated: u32, number: u64| refers(stated) || u64::from(stated) == number;
    let sound = field.is_empty() && agrees(size, first) && agrees(compressed_size, second);
    sound.then_some((first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(size: u32, compressed_size: u32) -> Common {
        Common {
            version_needed: 45,
            flags: 0,
            method: 8,
            time: 0,
            date: 0,
            crc: 0,
            compressed_size,
            size,
            name_length: 0,
            extra_length: 0,
        }
    }

    fn central(size: u32, compressed_size: u32, header_offset: u32, disk: u16) -> Central {
        Central {
            made_by: 45,
            common: common(size, compressed_size),
            comment_length: 0,
            disk,
            external_attributes: 0,
            header_offset,
        }
    }

    fn numbers(numbers: &[u64]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    const MAX: u32 = u32::MAX;

    #[test]
    fn the_directory_field_holds_what_the_record_refers_to() {
        let plain = extent([7, 5, 3], 0);
        assert_eq!(central_extent(&central(7, 5, 3, 0), None), Some(plain));
        assert_eq!(central_extent(&central(MAX, 5, 3, 0), Some(&numbers(&[7]))), Some(plain));
        assert_eq!(central_extent(&central(7, MAX, MAX, 0), Some(&numbers(&[5, 3]))), Some(plain));
        let mut with_disk = numbers(&[7, 5, 3]);
        with_disk.extend([0; 4]);
        assert_eq!(central_extent(&central(MAX, MAX, MAX, u16::MAX), Some(&with_disk)), Some(plain));
        assert_eq!(central_extent(&central(7, 5, 3, 0), Some(&numbers(&[7, 5]))), Some(plain));
        assert_eq!(central_extent(&central(7, 5, 3, 0), Some(&with_disk)), Some(plain));
    }

    #[test]
    fn a_directory_field_that_does_not_fit() {
        for (record, field) in [
            (central(MAX, 5, 3, 0), None),
            (central(7, 5, 3, u16::MAX), None),
            (central(MAX, 5, 3, 0), Some(numbers(&[7, 5]))),
            (central(MAX, MAX, 3, 0), Some(numbers(&[7]))),
            (central(MAX, 5, 3, 0), Some(vec![0; 4])),
            (central(7, 5, 3, 0), Some(numbers(&[8, 5]))),
            (central(7, 5, 3, 0), Some(numbers(&[7]))),
            (central(7, 5, 3, 0), Some(Vec::new())),
        ] {
            assert_eq!(central_extent(&record, field.as_deref()), None, "{record:?} {field:?}");
        }
    }

    #[test]
    fn the_local_field_holds_both_sizes_or_the_one_referred_to() {
        assert_eq!(local_sizes(&common(7, 5), None), Some((7, 5)));
        assert_eq!(local_sizes(&common(MAX, MAX), Some(&numbers(&[7, 5]))), Some((7, 5)));
        assert_eq!(local_sizes(&common(MAX, 5), Some(&numbers(&[7, 5]))), Some((7, 5)));
        assert_eq!(local_sizes(&common(MAX, 5), Some(&numbers(&[7]))), Some((7, 5)));
        assert_eq!(local_sizes(&common(7, MAX), Some(&numbers(&[5]))), Some((7, 5)));
        assert_eq!(local_sizes(&common(7, 5), Some(&numbers(&[7, 5]))), Some((7, 5)));
    }

    #[test]
    fn a_local_field_that_does_not_fit() {
        for (header, field) in [
            (common(MAX, 5), None),
            (common(7, MAX), None),
            (common(7, 5), Some(numbers(&[7, 6]))),
            (common(MAX, 5), Some(numbers(&[7, 6]))),
            (common(MAX, MAX), Some(numbers(&[7]))),
            (common(7, 5), Some(numbers(&[7]))),
            (common(MAX, MAX), Some(numbers(&[7, 5, 3]))),
            (common(MAX, MAX), Some(Vec::new())),
        ] {
            assert_eq!(local_sizes(&header, field.as_deref()), None, "{header:?} {field:?}");
        }
    }
}
