//! How Qualys answers: bytes in, plain values out.
pub mod csv;
pub mod envelope;
pub mod fault;
pub mod ids;
pub mod json;
mod markup;
pub mod paging;
mod pattern;
pub mod record;
pub mod records;
pub mod redact;
mod redact_json;
mod scan;
mod sensitive;
mod text;
pub mod time;
pub mod xml;
