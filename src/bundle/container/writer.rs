//! Writes a container member by member.
use std::io::{self, Read, Write};

use super::{header, padded};

/// Writes the members in the order in which they are given.
pub struct Writer<W> {
    out: W,
    mtime: u64,
}

impl<W: Write> Writer<W> {
    /// `mtime` is the seal time in Unix seconds; every member carries it.
    pub fn new(out: W, mtime: u64) -> Self {
        Self { out, mtime }
    }

    /// Writes a member that is in memory.
    pub fn bytes(&mut self, name: &str, data: &[u8]) -> io::Result<()> {
        self.stream(name, data.len() as u64, &mut &*data)
    }

    /// Streams a member of exactly `size` bytes.
    ///
    /// # Errors
    /// When `data` ends early, which would leave the member shorter than its header says.
    pub fn stream(&mut self, name: &str, size: u64, data: &mut impl Read) -> io::Result<()> {
        let header = header::build(name, size, self.mtime)
            .ok_or_else(|| io::Error::other(format!("`{name}` does not fit a ustar header")))?;
        self.out.write_all(&header)?;
        let copied = io::copy(&mut data.take(size), &mut self.out)?;
        if copied != size {
            let text = format!("`{name}` gave {copied} of {size} bytes");
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
        }
        io::copy(&mut io::repeat(0).take(padded(size) - size), &mut self.out)?;
        Ok(())
    }

    /// Writes the tail and hands the output back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&[0; 2 * header::LEN])?;
        self.out.flush()?;
        Ok(self.out)
    }
}
