//! A library to be put before the C library of a program (`LD_PRELOAD`, Linux): it counts the calls with which the program changes
//! files below a folder, and at one of them kills the program or lets the call fail. Compiled by `rustc` alone, see
//! `tests/torture/src/shim.rs`, so that it needs nothing but the C library.
//!
//! | variable | |
//! |---|---|
//! | `FAULTS_FOLDER` | the folder, absolute and without links |
//! | `FAULTS_AT` | the call, counted from 1; without it, calls are counted only |
//! | `FAULTS_DO` | `kill`, `tear` (half of what is to be written is, then kill), or the number of an error |
//! | `FAULTS_ONCE` | set: later calls succeed again |
//! | `FAULTS_LOG` | a file that gets a line for each call: its name and the file's |
#![allow(non_camel_case_types, reason = "types of C keep their names")]

use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

type mode_t = u32;
type off_t = i64;
type size_t = usize;
type ssize_t = isize;

/// A piece of `writev`.
#[repr(C)]
pub struct iovec {
    base: *const c_void,
    len: size_t,
}

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
    fn getenv(name: *const c_char) -> *const c_char;
    fn readlink(path: *const c_char, buffer: *mut c_char, size: size_t) -> ssize_t;
    fn getcwd(buffer: *mut c_char, size: size_t) -> *mut c_char;
    fn raise(signal: c_int) -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn __errno_location() -> *mut c_int;
}

/// `RTLD_NEXT`: the function of that name behind this library.
const NEXT: *mut c_void = -1_isize as *mut c_void;
const SIGKILL: c_int = 9;
const AT_FDCWD: c_int = -100;
const O_ACCMODE: c_int = 3;
const O_CREAT: c_int = 0o100;
const O_TRUNC: c_int = 0o1000;
const O_APPEND: c_int = 0o2000;
#[cfg(target_arch = "x86_64")]
const SYS_OPENAT: c_long = 257;
#[cfg(target_arch = "x86_64")]
const SYS_WRITE: c_long = 1;
#[cfg(target_arch = "aarch64")]
const SYS_OPENAT: c_long = 56;
#[cfg(target_arch = "aarch64")]
const SYS_WRITE: c_long = 64;

/// What happens at the call.
#[derive(Clone, Copy)]
enum Fault {
    Kill,
    Tear,
    Error(c_int),
}

struct Orders {
    folder: &'static [u8],
    at: u64,
    fault: Fault,
    once: bool,
    log: Option<c_int>,
}

static CALLS: AtomicU64 = AtomicU64::new(0);

fn variable(name: &CStr) -> Option<&'static CStr> {
    // SAFETY: the name ends with NUL, and nobody changes the environment of a program under test.
    unsafe { getenv(name.as_ptr()).as_ref().map(|text| CStr::from_ptr(text)) }
}

fn number(text: &CStr) -> Option<u64> {
    text.to_str().ok()?.parse().ok()
}

/// None where nothing is to be done.
fn orders() -> Option<&'static Orders> {
    static ORDERS: OnceLock<Option<Orders>> = OnceLock::new();
    let read = || {
        let fault = match variable(c"FAULTS_DO").and_then(|text| text.to_str().ok()) {
            Some("tear") => Fault::Tear,
            Some(text) if text.parse::<c_int>().is_ok() => Fault::Error(text.parse().unwrap_or(5)),
            _ => Fault::Kill,
        };
        // SAFETY: the system call itself, because the functions below are ours; the path ends with NUL.
        let open = |path: &CStr| unsafe {
            syscall(SYS_OPENAT, AT_FDCWD, path.as_ptr(), 1 | O_CREAT | O_APPEND, 0o644) as c_int
        };
        Some(Orders {
            folder: variable(c"FAULTS_FOLDER")?.to_bytes(),
            at: variable(c"FAULTS_AT").and_then(number).unwrap_or(0),
            fault,
            once: variable(c"FAULTS_ONCE").is_some(),
            log: variable(c"FAULTS_LOG").map(open),
        })
    };
    ORDERS.get_or_init(read).as_ref()
}

/// What a call is told.
enum Verdict {
    Go,
    Fail(c_int),
    /// Write half of it, and then [`die`].
    Tear,
}

/// Counts a call about this file, and says what becomes of it.
fn meet(call: &str, path: &[u8]) -> Verdict {
    let Some(orders) = orders() else { return Verdict::Go };
    let below = path.strip_prefix(orders.folder).is_some_and(|rest| rest.is_empty() || rest[0] == b'/');
    if !below {
        return Verdict::Go;
    }
    let count = CALLS.fetch_add(1, Ordering::SeqCst) + 1;
    if let Some(log) = orders.log {
        let line = [call.as_bytes(), b" ", &path[orders.folder.len()..], b"\n"].concat();
        // SAFETY: the bytes are there for the call.
        unsafe { syscall(SYS_WRITE, log, line.as_ptr(), line.len()) };
    }
    match orders.fault {
        _ if orders.at == 0 || count < orders.at || orders.once && count > orders.at => Verdict::Go,
        Fault::Error(error) => Verdict::Fail(error),
        Fault::Tear => Verdict::Tear,
        Fault::Kill => die(),
    }
}

fn die() -> ! {
    loop {
        // SAFETY: no memory is involved.
        unsafe { raise(SIGKILL) };
    }
}

fn meet_fd(call: &str, fd: c_int) -> Verdict {
    if orders().is_none() {
        return Verdict::Go;
    }
    let link = format!("/proc/self/fd/{fd}\0");
    let mut path = [0_u8; 4096];
    // SAFETY: the link ends with NUL, and the buffer is as long as it says.
    let length = unsafe { readlink(link.as_ptr().cast(), path.as_mut_ptr().cast(), path.len()) };
    meet(call, &path[..usize::try_from(length).unwrap_or(0)])
}

/// # Safety
/// `path` ends with NUL.
unsafe fn meet_path(call: &str, path: *const c_char) -> Verdict {
    if orders().is_none() {
        return Verdict::Go;
    }
    // SAFETY: as the caller says.
    let path = unsafe { CStr::from_ptr(path) }.to_bytes();
    if path.first() == Some(&b'/') {
        return meet(call, path);
    }
    let mut folder = [0_u8; 4096];
    // SAFETY: the buffer is as long as it says.
    if unsafe { getcwd(folder.as_mut_ptr().cast(), folder.len()) }.is_null() {
        return Verdict::Go;
    }
    let length = folder.iter().position(|byte| *byte == 0).unwrap_or(0);
    meet(call, &[&folder[..length], b"/", path].concat())
}

fn fail(error: c_int) {
    // SAFETY: the place of this thread's errno.
    unsafe { *__errno_location() = error };
}

/// A function that the program calls in place of the one behind it: `judge` decides, `half` does half of it.
macro_rules! before {
    ($name:ident($($argument:ident: $type:ty),*) -> $result:ty, $judge:expr, $half:expr) => {
        /// # Safety
        /// As the function of the C library.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),*) -> $result {
            type Next = unsafe extern "C" fn($($type),*) -> $result;
            static NEXT_ONE: OnceLock<usize> = OnceLock::new();
            // SAFETY: the C library has a function of this name and type.
            let next = *NEXT_ONE.get_or_init(|| unsafe {
                dlsym(NEXT, concat!(stringify!($name), "\0").as_ptr().cast()) as usize
            });
            // SAFETY: as above; a function that is not there is never called.
            let next: Next = unsafe { std::mem::transmute::<usize, Next>(next) };
            // SAFETY: the arguments are the caller's.
            unsafe {
                match $judge {
                    Verdict::Go => next($($argument),*),
                    Verdict::Fail(error) => {
                        fail(error);
                        -1
                    }
                    Verdict::Tear => {
                        #[allow(clippy::redundant_closure_call)]
                        $half(next);
                        die()
                    }
                }
            }
        }
    };
    ($name:ident($($argument:ident: $type:ty),*) -> $result:ty, $judge:expr) => {
        before!($name($($argument: $type),*) -> $result, $judge, |_: Next| ());
    };
}

/// # Safety
/// `path` ends with NUL.
unsafe fn judge_open(path: *const c_char, flags: c_int) -> Verdict {
    if flags & O_ACCMODE == 0 && flags & (O_CREAT | O_TRUNC) == 0 {
        return Verdict::Go;
    }
    // SAFETY: as the caller says.
    unsafe { meet_path("open", path) }
}

// The last argument of `open` is there only where a file may be made; handing over what lies there otherwise does no harm.
before!(open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int, judge_open(path, flags));
before!(open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int, judge_open(path, flags));
before!(openat(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int, judge_open(path, flags));
before!(openat64(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int, judge_open(path, flags));
before!(creat(path: *const c_char, mode: mode_t) -> c_int, meet_path("open", path));
before!(write(fd: c_int, bytes: *const c_void, len: size_t) -> ssize_t, meet_fd("write", fd),
    |next: Next| next(fd, bytes, len / 2));
before!(writev(fd: c_int, pieces: *const iovec, count: c_int) -> ssize_t, meet_fd("write", fd),
    |next: Next| next(fd, pieces, count / 2));
before!(pwrite(fd: c_int, bytes: *const c_void, len: size_t, at: off_t) -> ssize_t, meet_fd("write", fd),
    |next: Next| next(fd, bytes, len / 2, at));
before!(pwrite64(fd: c_int, bytes: *const c_void, len: size_t, at: off_t) -> ssize_t, meet_fd("write", fd),
    |next: Next| next(fd, bytes, len / 2, at));
before!(pwritev(fd: c_int, pieces: *const iovec, count: c_int, at: off_t) -> ssize_t, meet_fd("write", fd),
    |next: Next| next(fd, pieces, count / 2, at));
before!(pwritev64(fd: c_int, pieces: *const iovec, count: c_int, at: off_t) -> ssize_t, meet_fd("write", fd),
    |next: Next| next(fd, pieces, count / 2, at));
before!(fsync(fd: c_int) -> c_int, meet_fd("sync", fd));
before!(fdatasync(fd: c_int) -> c_int, meet_fd("sync", fd));
before!(ftruncate(fd: c_int, len: off_t) -> c_int, meet_fd("truncate", fd));
before!(ftruncate64(fd: c_int, len: off_t) -> c_int, meet_fd("truncate", fd));
before!(fallocate(fd: c_int, mode: c_int, at: off_t, len: off_t) -> c_int, meet_fd("truncate", fd));
before!(rename(from: *const c_char, to: *const c_char) -> c_int, meet_path("rename", to));
before!(renameat(from_folder: c_int, from: *const c_char, to_folder: c_int, to: *const c_char) -> c_int,
    meet_path("rename", to));
before!(renameat2(from_folder: c_int, from: *const c_char, to_folder: c_int, to: *const c_char, flags: u32) -> c_int,
    meet_path("rename", to));
before!(link(from: *const c_char, to: *const c_char) -> c_int, meet_path("link", to));
before!(linkat(from_folder: c_int, from: *const c_char, to_folder: c_int, to: *const c_char, flags: c_int) -> c_int,
    meet_path("link", to));
before!(unlink(path: *const c_char) -> c_int, meet_path("unlink", path));
before!(unlinkat(folder: c_int, path: *const c_char, flags: c_int) -> c_int, meet_at("unlink", folder, path));
before!(rmdir(path: *const c_char) -> c_int, meet_path("rmdir", path));
before!(mkdir(path: *const c_char, mode: mode_t) -> c_int, meet_path("mkdir", path));
before!(mkdirat(folder: c_int, path: *const c_char, mode: mode_t) -> c_int, meet_at("mkdir", folder, path));

/// # Safety
/// `path` ends with NUL.
unsafe fn meet_at(call: &str, folder: c_int, path: *const c_char) -> Verdict {
    // SAFETY: as the caller says.
    unsafe { if folder == AT_FDCWD || *path == b'/' as c_char { meet_path(call, path) } else { meet_fd(call, folder) } }
}
