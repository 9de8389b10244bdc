//! Where results go: files that are replaced whole, or stdout.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use qualys_sec_inspector::report::Screen;
use tempfile::NamedTempFile;

use crate::cli::Cli;
use crate::exit::{Exit, Stop};

/// Writes a file so that no reader ever sees half of it.
///
/// # Errors
/// A folder or file that cannot be written.
pub(crate) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Stop> {
    let path = folder.join(name);
    let stop = |error: io::Error| {
        Stop::new(Exit::Fault, format!("{}: cannot be written: {error}", path.display()))
    };
    fs::create_dir_all(folder).map_err(stop)?;
    let mut file = temporary(folder).map_err(stop)?;
    file.write_all(bytes).map_err(stop)?;
    file.as_file().sync_all().map_err(stop)?;
    file.persist(&path).map_err(|error| stop(error.error))?;
    Ok(())
}

/// Writes a new file, whole or not at all.
///
/// # Errors
/// A file that exists already, and what cannot be written.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let stop = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Stop::new(Exit::Fault, format!("{} exists and is not overwritten", path.display()))
                .help("name another folder")
        }
        _ => Stop::new(Exit::Fault, format!("{}: cannot be written: {error}", path.display())),
    };
    let mut file = temporary(path.parent().unwrap_or(Path::new("."))).map_err(stop)?;
    file.write_all(bytes).map_err(stop)?;
    file.persist_noclobber(path).map_err(|error| stop(error.error))?;
    Ok(())
}

/// A report is as readable as the umask makes any new file.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The screen behind stderr. Off a terminal nothing is coloured and no line is cut.
pub(crate) fn screen(cli: &Cli) -> Screen {
    let stderr = io::stderr();
    let refused =
        cli.no_color || cli.no_color_variable.as_ref().is_some_and(|variable| !variable.is_empty());
    let terminal = stderr.is_terminal();
    let width = terminal_size::terminal_size_of(&stderr)
        .filter(|_| terminal)
        .map(|(terminal_size::Width(columns), _)| usize::from(columns));
    Screen { width, colour: terminal && !refused }
}
