//! `demo`: the main job from end to end, on a tenant of its own.

use std::path::PathBuf;

/// Start a tenant, collect from it, assess it, and leave bundle and reports in a folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// A folder that does not exist yet.
    #[arg(long, value_name = "DIR", default_value = "demo")]
    out: PathBuf,
}

/// Which step failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0} exists; remove it or name another folder with --out")]
    Exists(PathBuf),
}

impl Demo {
    pub(crate) async fn run(self) -> Result<(), Error> {
        if self.out.exists() {
            return Err(Error::Exists(self.out));
        }
        Ok(())
    }
}
