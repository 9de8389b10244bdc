//! An answer before it goes on the wire.

/// Status, headers and body of one answer. Limit headers and gzip are added outside.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

/// Small bodies go with a length; lists are made while they are sent, in chunks.
pub(crate) enum Body {
    Bytes(Vec<u8>),
    Pieces(Pieces),
}

/// The parts of a streamed body, in order.
pub(crate) type Pieces = Box<dyn Iterator<Item = Vec<u8>> + Send>;

/// Pieces are joined up to this size before they are sent.
const CHUNK: usize = 64 << 10;

impl Reply {
    pub(crate) fn bytes(status: u16, media: &'static str, body: Vec<u8>) -> Self {
        Self { status, media, headers: Vec::new(), body: Body::Bytes(body) }
    }

    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::bytes(status, "application/json", body.to_string().into_bytes())
    }

    pub(crate) fn pieces(
        media: &'static str,
        parts: impl Iterator<Item = Vec<u8>> + Send + 'static,
    ) -> Self {
        let body = Body::Pieces(Box::new(Joined { parts: parts.fuse() }));
        Self { status: 200, media, headers: Vec::new(), body }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The whole body in memory; for tests and for bodies that are cut.
    #[cfg(test)]
    pub(crate) fn read(self) -> Vec<u8> {
        match self.body {
            Body::Bytes(bytes) => bytes,
            Body::Pieces(pieces) => pieces.flatten().collect(),
        }
    }
}

struct Joined<I> {
    parts: std::iter::Fuse<I>,
}

impl<I: Iterator<Item = Vec<u8>>> Iterator for Joined<I> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut joined = self.parts.next()?;
        while joined.len() < CHUNK {
            let Some(part) = self.parts.next() else { break };
            joined.extend_from_slice(&part);
        }
        Some(joined)
    }
}
