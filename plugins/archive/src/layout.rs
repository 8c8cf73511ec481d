//! The local headers: that each says what the directory says, and that the entries fill the file without gap or overlap.

use crate::directory::Draft;
use crate::error::{Spot, shown};
use crate::extra::zip64_field;
use crate::records::{Common, DESCRIPTOR_SIGNATURE, FLAG_DESCRIPTOR, LOCAL_LENGTH, LOCAL_SIGNATURE, parse_local};
use crate::window::{BLOCK, Window};
use crate::zip64::local_sizes;
use crate::{Entry, Error, HeaderError, StructureError};

/// Headers closer to each other than this are read together with the data between them.
const WORTH_READING: u64 = 16 << 10;

/// Room for a local header with a usual name and extra fields.
const USUAL_HEADER: u64 = 512;

/// Length of a data descriptor with sizes of 32 bits, without its optional signature; with 64 bits it is 8 longer.
const SHORT_DESCRIPTOR: u64 = 12;
const LONG_DESCRIPTOR: u64 = 20;

/// Checks all local headers and gives each entry the offset of its data.
pub(crate) fn check_layout(window: &mut Window<'_>, drafts: &mut [Draft], directory_offset: u64) -> Result<(), Error> {
    let mut order: Vec<u32> = (0..drafts.len() as u32).collect();
    order.sort_by_key(|&index| drafts[index as usize].entry.header_offset);
    let offsets: Vec<u64> = order.iter().map(|&index| drafts[index as usize].entry.header_offset).collect();

    let first = offsets.first().copied().unwrap_or(directory_offset);
    check_gap(window, 0, first.min(directory_offset), directory_offset)?;
    for (position, &index) in order.iter().enumerate() {
        let draft = &mut drafts[index as usize];
        let next = offsets.get(position + 1).copied();
        let limit = next.map_or(directory_offset, |next| next.min(directory_offset));
        let ahead =
            if window.holds(draft.entry.header_offset, USUAL_HEADER) { 0 } else { read_ahead(&offsets[position..]) };
        let local = check_local(window, draft, limit, ahead)?;
        draft.entry.data_offset = local.data_offset;
        check_gap(window, local.end, limit, directory_offset)?;
    }
    Ok(())
}

/// How many bytes to read at the first of `offsets`: as far as headers follow closely.
fn read_ahead(offsets: &[u64]) -> u64 {
    let start = offsets[0];
    let mut end = start.saturating_add(USUAL_HEADER);
    for &next in &offsets[1..] {
        if next > end.saturating_add(WORTH_READING) || next - start > u64::from(BLOCK) {
            break;
        }
        end = next.saturating_add(USUAL_HEADER);
    }
    end - start
}

/// Where the parts of one entry are.
struct Local {
    data_offset: u64,
    /// Behind the data and the descriptor.
    end: u64,
}

/// Checks one local header, which with its data must end at or before `limit`.
fn check_local(window: &mut Window<'_>, draft: &Draft, limit: u64, ahead: u64) -> Result<Local, Error> {
    let spot = draft.spot();
    let entry = &draft.entry;
    let overlap = || StructureError::Overlap { place: spot.place(), limit };
    let missing = || StructureError::LocalHeaderMissing { place: spot.place() };
    let name_offset = spot.offset.checked_add(LOCAL_LENGTH as u64).ok_or_else(missing)?;
    if name_offset > limit {
        return Err(overlap().into());
    }
    let header = parse_local(&window.array(spot.offset, ahead)?).ok_or_else(missing)?;
    let name_length = u64::from(header.name_length);
    let data_offset = name_offset + name_length + u64::from(header.extra_length);
    let data_end = data_offset.checked_add(entry.compressed_size);
    let Some(data_end) = data_end.filter(|&end| end <= limit) else {
        return Err(overlap().into());
    };
    let variable = window.bytes(name_offset, (data_offset - name_offset) as u32, ahead)?;
    let (name, extra) = variable.split_at(usize::from(header.name_length));
    if name != spot.name {
        return Err(HeaderError::LocalName { place: spot.place(), local: shown(name) }.into());
    }
    let zip64 = zip64_field(extra, spot)?;
    check_header(&header, zip64, entry, spot)?;
    let descriptor = if entry.flags & FLAG_DESCRIPTOR == 0 {
        0
    } else {
        let is_long = zip64.is_some() || entry.size.max(entry.compressed_size) > u64::from(u32::MAX);
        check_descriptor(window, entry, data_end, limit - data_end, is_long, spot)?
    };
    Ok(Local { data_offset, end: data_end + descriptor })
}

fn check_header(header: &Common, zip64: Option<&[u8]>, entry: &Entry, spot: Spot<'_>) -> Result<(), Error> {
    let place = || spot.place();
    if header.flags != entry.flags {
        return Err(HeaderError::LocalFlags { place: place(), local: header.flags, central: entry.flags }.into());
    }
    if header.method != entry.method.code() {
        return Err(
            HeaderError::LocalMethod { place: place(), local: header.method, central: entry.method.code() }.into()
        );
    }
    let (size, compressed_size) =
        local_sizes(header, zip64).ok_or_else(|| HeaderError::Zip64Field { place: place() })?;
    // With a descriptor the header may leave them out.
    let may_be_zero = entry.flags & FLAG_DESCRIPTOR != 0;
    let agrees = |local: u64, central: u64| local == central || may_be_zero && local == 0;
    if !agrees(u64::from(header.crc), u64::from(entry.crc)) {
        return Err(HeaderError::LocalChecksum { place: place(), local: header.crc, central: entry.crc }.into());
    }
    for (field, local, central) in
        [("size", size, entry.size), ("compressed size", compressed_size, entry.compressed_size)]
    {
        if !agrees(local, central) {
            return Err(HeaderError::LocalSize { place: place(), field, local, central }.into());
        }
    }
    Ok(())
}

/// The length of the data descriptor at `offset`, within `room` bytes. Its width is that of the local header: a program that
/// reads from the start has nothing else to go by.
fn check_descriptor(
    window: &mut Window<'_>,
    entry: &Entry,
    offset: u64,
    room: u64,
    is_long: bool,
    spot: Spot<'_>,
) -> Result<u64, Error> {
    let bare = if is_long { LONG_DESCRIPTOR } else { SHORT_DESCRIPTOR };
    let signature = DESCRIPTOR_SIGNATURE.len() as u64;
    let mut expected = Vec::new();
    expected.extend(DESCRIPTOR_SIGNATURE);
    expected.extend(entry.crc.to_le_bytes());
    for size in [entry.compressed_size, entry.size] {
        if is_long {
            expected.extend(size.to_le_bytes());
        } else {
            expected.extend(&size.to_le_bytes()[..4]);
        }
    }
    let here = window.bytes(offset, room.min(bare + signature) as u32, 0)?;
    // Without gaps the room alone tells whether there is a signature.
    if room != bare && here == expected {
        return Ok(bare + signature);
    }
    if here.starts_with(&expected[signature as usize..]) {
        return Ok(bare);
    }
    let place = Spot { offset, ..spot }.place();
    Err(HeaderError::Descriptor { place }.into())
}

/// Checks that nothing lies between `from` and `to`.
fn check_gap(window: &mut Window<'_>, from: u64, to: u64, directory_offset: u64) -> Result<(), Error> {
    if from >= to {
        return Ok(());
    }
    let length = to - from;
    let signature = LOCAL_SIGNATURE.len() as u64;
    let is_entry = length >= signature && window.bytes(from, signature as u32, 0)? == LOCAL_SIGNATURE;
    Err(match (is_entry, from) {
        (true, offset) => StructureError::HiddenEntry { offset },
        (false, 0) => StructureError::DataBeforeFirst { length },
        (false, offset) if to == directory_offset => StructureError::DataBeforeDirectory { offset, length },
        (false, offset) => StructureError::DataBetween { offset, length },
    }
    .into())
}
