/// How large a document may be.
///
/// Fill the rest from [`Limits::default`], so that a new limit does not break the caller:
///
/// ```
/// use flowport_json::Limits;
///
/// let limits = Limits { max_bytes: 1024, ..Limits::default() };
/// assert_eq!(limits.max_depth, 256);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The length of the text, a byte order mark included. 64 MiB unless told; never more than 4 GiB, because offsets
    /// are 32 bits wide.
    pub max_bytes: usize,
    /// How many arrays and objects may stand within each other. 256 unless told.
    pub max_depth: usize,
    /// How many values and member names the document may hold together. Each takes 20 bytes of memory beside the text,
    /// so without this limit 64 MiB of `[0,0,0,…` would take 640 MiB. 8,388,608 unless told; never more than
    /// 268,435,455.
    pub max_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_bytes: 64 << 20, max_depth: 256, max_nodes: 8 << 20 }
    }
}

impl Limits {
    /// Never more than the offsets in the tape can say.
    pub(crate) fn bytes(&self) -> usize {
        self.max_bytes.min(u32::MAX as usize)
    }

    /// Never more than the tape can number.
    pub(crate) fn nodes(&self) -> usize {
        self.max_nodes.min(crate::tape::MAX_NODES)
    }
}
