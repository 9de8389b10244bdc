//! How Qualys answers: bytes in, plain values out.
pub mod csv;
pub mod envelope;
pub mod fault;
pub mod ids;
mod markup;
pub mod paging;
pub mod record;
pub mod records;
pub mod redact;
mod sensitive;
mod text;
pub mod time;
pub mod xml;
