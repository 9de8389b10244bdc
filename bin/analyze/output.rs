//! Where results go: files that are replaced whole, or stdout.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use qualys_sec_inspector::report::{Screen, plain};
use tempfile::NamedTempFile;

use crate::cli::Cli;
use crate::exit::{Exit, Stop, seen};

/// Where the files of a command go: below a folder, or one of them to stdout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    folder: &'a Path,
}

impl<'a> Target<'a> {
    /// # Errors
    /// Exit 2: several formats do not go to stdout.
    pub(crate) fn new(folder: &'a Path, formats: usize) -> Result<Self, Stop> {
        let target = Self { folder };
        if target.is_stdout() && formats > 1 {
            let message = "--output-dir - writes one format, and --output names several";
            return Err(Stop::new(Exit::Usage, message));
        }
        Ok(target)
    }

    pub(crate) fn is_stdout(self) -> bool {
        self.folder == Path::new("-")
    }

    /// Writes a file, and returns its path unless it went to stdout.
    ///
    /// # Errors
    /// What cannot be written.
    pub(crate) fn put(self, name: &str, bytes: &[u8]) -> Result<Option<String>, Stop> {
        if self.is_stdout() {
            let mut stdout = io::stdout().lock();
            seen(stdout.write_all(bytes).and_then(|()| stdout.flush()))?;
            return Ok(None);
        }
        replace(self.folder, name, bytes)?;
        Ok(Some(self.folder.join(name).display().to_string()))
    }
}

/// The line that names the files that were written; nothing where there are none.
pub(crate) fn named(written: &[String]) -> String {
    match written {
        [] => String::new(),
        files => format!("{}\n", plain(&format!("reports: {}", files.join(", ")))),
    }
}

/// Writes a file so that no reader ever sees half of it.
///
/// # Errors
/// A folder or file that cannot be written.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Stop> {
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
