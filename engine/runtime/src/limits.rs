use std::time::Duration;

/// What one operation of a plugin may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory, in bytes.
    pub memory: usize,
    /// Between host calls that move data.
    pub idle: Duration,
    /// For the whole operation.
    pub total: Duration,
    /// Host calls, whatever the input.
    pub calls: u64,
    /// Input bytes that allow one host call more.
    pub bytes_per_call: u64,
    /// Bytes to and from the host, whatever the input.
    pub bytes: u64,
    /// Bytes to and from the host for each byte of input.
    pub bytes_per_input: u64,
    /// Bytes that a decoder may write for each byte of its file, and in all.
    pub unpacked_per_input: u64,
    /// Bytes that a decoder may write in all, and where a file that an encoder writes must end.
    pub unpacked: u64,
    /// What is kept of stderr, in bytes; a plugin that writes more fails.
    pub stderr: usize,
    /// The size of a component, in bytes.
    pub component: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory: 512 << 20,
            idle: Duration::from_secs(30),
            total: Duration::from_secs(30 * 60),
            calls: 1_000_000,
            bytes_per_call: 16,
            bytes: 64 << 20,
            bytes_per_input: 4,
            unpacked_per_input: 200,
            unpacked: 20 << 30,
            stderr: 64 << 10,
            component: 64 << 20,
        }
    }
}
