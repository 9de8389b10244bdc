//! `--log`: one JSON line for each request.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The open log file.
#[derive(Debug)]
pub(crate) struct Log(Mutex<File>);

/// What a line says. Passwords of the session call are left out.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) time: String,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) params: serde_json::Map<String, serde_json::Value>,
    pub(crate) login: Option<&'a str>,
    pub(crate) status: u16,
}

impl Log {
    pub(crate) fn create(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Mutex::new(File::options().create(true).append(true).open(path)?)))
    }

    pub(crate) fn write(&self, line: &Line<'_>) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text)
    }
}

/// The parameters of a line.
pub(crate) fn params(pairs: &[(String, String)]) -> serde_json::Map<String, serde_json::Value> {
    pairs
        .iter()
        .filter(|(name, _)| name != "password")
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect()
}
