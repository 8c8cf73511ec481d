//! A terminal of its own for a run of the binary: what it asks can be answered, and what it draws be read.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run at a terminal of 100 columns.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    drawn: Receiver<Vec<u8>>,
    /// What of a character came so far.
    undecoded: Vec<u8>,
    /// All that was drawn so far, with the terminal's control sequences.
    pub(crate) screen: String,
    /// Where what was not waited for yet begins.
    seen: usize,
}

impl Terminal {
    pub(crate) fn start(mut command: Command) -> Terminal {
        let (master, slave) = open();
        let end = |file: &OwnedFd| Stdio::from(file.try_clone().unwrap());
        command.stdin(end(&slave)).stdout(end(&slave)).stderr(end(&slave)).env("TERM", "xterm");
        // SAFETY: both calls may be made between fork and exec, and touch nothing but the new process.
        unsafe {
            command.pre_exec(|| {
                // The terminal becomes the process's own, so that its Ctrl-C means it.
                if libc::setsid() < 0 || libc::ioctl(0, libc::TIOCSCTTY as _, 0) < 0 {
                    return Err(std::io::Error::last_os_error());
                }
                Ok(())
            });
        }
        let child = command.spawn().unwrap();
        drop((slave, command));
        let (send, drawn) = channel();
        let mut reader = File::from(master.try_clone().unwrap());
        std::thread::spawn(move || {
            let mut piece = vec![0; 4096];
            // At the end of the run the system says that there is nobody on the other side.
            while let Ok(length @ 1..) = reader.read(&mut piece) {
                if send.send(piece[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Terminal { child, keyboard: File::from(master), drawn, undecoded: Vec::new(), screen: String::new(), seen: 0 }
    }

    /// Waits until this text is drawn, behind what was waited for before.
    pub(crate) fn waits_for(&mut self, text: &str) {
        let started = Instant::now();
        loop {
            if let Some(at) = self.screen[self.seen..].find(text) {
                self.seen += at + text.len();
                return;
            }
            let left = PATIENCE.saturating_sub(started.elapsed());
            assert!(self.draw(left), "never drawn: {text:?} in\n{}", self.screen);
        }
    }

    /// False where nothing more comes.
    fn draw(&mut self, patience: Duration) -> bool {
        match self.drawn.recv_timeout(patience) {
            Ok(piece) => {
                self.undecoded.extend(piece);
                let whole = std::str::from_utf8(&self.undecoded).map_or_else(|error| error.valid_up_to(), str::len);
                let decoded = self.undecoded.drain(..whole).collect();
                self.screen.push_str(&String::from_utf8(decoded).unwrap());
                true
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }

    /// Waits until what is typed no longer shows: what was typed before that is thrown away.
    pub(crate) fn waits_until_hidden(&self) {
        let started = Instant::now();
        while shows(&self.keyboard) {
            assert!(started.elapsed() < PATIENCE, "never hidden in\n{}", self.screen);
            std::thread::yield_now();
        }
    }

    pub(crate) fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Ends the run as a power failure does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The exit code at the end of the run; none where a signal ended it.
    pub(crate) fn exit(&mut self) -> Option<i32> {
        while self.draw(PATIENCE) {}
        let status = self.child.wait().unwrap();
        assert_eq!(status.signal(), None, "{}", self.screen);
        status.code()
    }
}

/// Whether the terminal shows what is typed.
fn shows(terminal: &File) -> bool {
    let mut state = std::mem::MaybeUninit::<libc::termios>::uninit();
    // SAFETY: the place is valid for the call, and read only where the call has filled it.
    let state = unsafe {
        assert_eq!(libc::tcgetattr(terminal.as_raw_fd(), state.as_mut_ptr()), 0);
        state.assume_init()
    };
    state.c_lflag & libc::ECHO != 0
}

/// The two ends of a new terminal.
fn open() -> (OwnedFd, OwnedFd) {
    let (mut master, mut slave) = (-1, -1);
    let size = libc::winsize { ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the places for the two ends and the size are valid for the call; no name and no attributes are asked for.
    let done = unsafe {
        libc::openpty(&mut master, &mut slave, std::ptr::null_mut(), std::ptr::null_mut(), (&raw const size).cast_mut())
    };
    assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: the call above opened both for us alone.
    let (master, slave) = unsafe { (OwnedFd::from_raw_fd(master), OwnedFd::from_raw_fd(slave)) };
    for end in [&master, &slave] {
        // SAFETY: the file is open; the child gets copies that stay open.
        assert_eq!(unsafe { libc::fcntl(end.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) }, 0);
    }
    (master, slave)
}
