//! How much of each endpoint the bundle holds, and how much of the subscription the login sees.

/// What became of an endpoint's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Present,
    /// Read to the end, without a record.
    Empty,
    Denied,
    NotSubscribed,
    Skipped,
    Truncated,
    ParseError,
    Failed,
    /// Taken out of a redacted copy.
    Withheld,
}

/// One endpoint's state, with what was read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    pub endpoint: String,
    pub state: State,
    pub pages: u64,
    pub records: u64,
    pub reason: Option<String>,
}

/// How much of the subscription the collecting login may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Full,
    Partial,
    Unverified,
}

/// Whose eyes the evidence was seen with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub login: String,
    pub role: Option<String>,
    pub view: View,
    /// What the view was concluded from.
    pub source: String,
}
