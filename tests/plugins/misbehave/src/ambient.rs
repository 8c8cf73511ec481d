//! What there is to see beyond the contract: nothing, and always the same.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::Read;
use std::net::{TcpStream, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use flowport_plugin::Literal;

static CALLS: AtomicUsize = AtomicUsize::new(0);

/// One literal per thing looked at.
pub(crate) fn look_around() -> Vec<Literal> {
    let started = Instant::now();
    std::thread::sleep(Duration::from_millis(5));
    let mut standard_input = Vec::new();
    let seen = [
        ("environment", std::env::vars_os().count().to_string()),
        ("arguments", std::env::args_os().count().to_string()),
        ("open", outcome(std::fs::File::open("/etc/hostname"))),
        ("create", outcome(std::fs::write("note.txt", "left behind"))),
        ("list", outcome(std::fs::read_dir("/"))),
        ("tcp", outcome(TcpStream::connect("127.0.0.1:9"))),
        ("udp", outcome(UdpSocket::bind("127.0.0.1:0"))),
        ("look-up", outcome(std::net::ToSocketAddrs::to_socket_addrs("localhost:80"))),
        (
            "input",
            std::io::stdin().read_to_end(&mut standard_input).map_or_else(|_| "none".to_owned(), |len| len.to_string()),
        ),
        ("elapsed", started.elapsed().as_nanos().to_string()),
        ("today", SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()),
        ("hash-seed", RandomState::new().hash_one(0).to_string()),
        ("random", format!("{:x?}", random())),
        ("calls-before", CALLS.fetch_add(1, Ordering::Relaxed).to_string()),
        ("left-in-memory", left_in_memory().to_string()),
    ];
    let literal =
        |(class, value): (&str, String)| Literal { slot: "note.txt#".to_owned(), class: class.to_owned(), value };
    seen.map(literal).into()
}

/// Bytes that another operation left in memory that is new to this one; leaves some behind itself.
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code)]
fn left_in_memory() -> usize {
    /// More than the runtime keeps in place between two operations, in pages of 64 KiB.
    const PAGES: usize = 128;
    let first = core::arch::wasm32::memory_grow::<0>(PAGES);
    assert_ne!(first, usize::MAX, "there is no memory");
    let start = (first * 65_536) as *mut u8;
    // SAFETY: the pages were just added to the memory, have a value, and nothing else knows of them.
    (0..PAGES * 65_536).filter(|offset| unsafe { start.add(*offset).replace(0xa5) } != 0).count()
}

#[cfg(not(target_arch = "wasm32"))]
fn left_in_memory() -> usize {
    0
}

fn outcome<T>(result: std::io::Result<T>) -> String {
    if result.is_ok() { "allowed" } else { "refused" }.to_owned()
}

#[allow(unsafe_code)]
fn random() -> [u8; 16] {
    unsafe extern "C" {
        fn getentropy(buffer: *mut u8, len: usize) -> i32;
    }
    let mut bytes = [0; 16];
    // SAFETY: the buffer has as many bytes as it is said to have.
    let outcome = unsafe { getentropy(bytes.as_mut_ptr(), bytes.len()) };
    assert_eq!(outcome, 0, "there is no randomness");
    bytes
}
