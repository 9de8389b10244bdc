//! The machine and the program that collect, as the bundle names them.

use crate::error::Error;
use qualys_sec_inspector::bundle::hash;
use qualys_sec_inspector::bundle::record::Tool;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;

pub(crate) const TOOL: &str = "qualys-sec-inspector";

/// Where a collection ran. A fact that the system does not tell is `unknown`.
pub(crate) struct Machine {
    pub host: String,
    pub os: String,
    pub user: String,
    pub time_zone: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let unknown = || "unknown".to_owned();
        let os = whoami::distro().unwrap_or_else(|_| std::env::consts::OS.to_owned());
        Self {
            host: whoami::hostname().unwrap_or_else(|_| unknown()),
            os: format!("{os} {}", std::env::consts::ARCH),
            user: whoami::username().unwrap_or_else(|_| unknown()),
            time_zone: iana_time_zone::get_timezone().unwrap_or_else(|_| unknown()),
        }
    }
}

/// Name, version and hash of the running program.
///
/// # Errors
/// The program's own file cannot be read.
pub(crate) fn tool() -> Result<Tool, Error> {
    let path = std::env::current_exe().map_err(|source| Error::read("collect".as_ref(), source))?;
    let failed = |source| Error::read(&path, source);
    let mut file = std::fs::File::open(&path).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk).map_err(failed)? {
            0 => break,
            length => hasher.update(chunk.get(..length).unwrap_or_default()),
        }
    }
    Ok(Tool {
        name: TOOL.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("QSI_COMMIT").map(str::to_owned),
        executable: Some(hash::hex(&hasher.finalize())),
    })
}
