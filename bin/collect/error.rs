//! Everything that ends a command: what happened, what to do about it, the exit code.

use qualys_sec_inspector::bundle;
use std::io;
use std::path::{Path, PathBuf};

/// The exit codes of `collect`, which scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Complete = 0,
    Other = 1,
    Usage = 2,
    /// Sealed, but not complete.
    Partial = 4,
    CredentialsRefused = 6,
    /// By a limit, Ctrl-C or SIGTERM; resumable.
    Stopped = 7,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ended early. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{message}")]
    Usage { message: String, help: String },
    #[error("no login: there is no terminal to ask on")]
    NoLogin,
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("the terminal cannot be read")]
    Terminal(#[source] io::Error),
    #[error("no key to sign the bundle with")]
    NoKey,
    #[error("the signing key cannot be used")]
    Key(#[source] bundle::signature::KeyError),
    #[error("the HTTPS client cannot be set up")]
    Client(#[source] reqwest::Error),
    #[error("{} cannot be written", path.display())]
    Bundle { path: PathBuf, source: bundle::Error },
    #[error("{} cannot be written any further; what had arrived is kept", path.display())]
    Kept { path: PathBuf, source: bundle::Error },
    #[error("{} cannot be sealed; everything collected is kept", path.display())]
    Seal { path: PathBuf, source: bundle::Error },
    #[error("{} cannot be resumed", path.display())]
    Resume { path: PathBuf, source: bundle::Error },
    #[error("the bundle before this one, {}, cannot be read: {why}", path.display())]
    Previous { path: PathBuf, why: String },
    #[error("Qualys refused the credentials: {reason}")]
    Refused {
        reason: String,
        /// The bundle that can be resumed; none where no page had arrived.
        bundle: Option<PathBuf>,
    },
    #[error("stopped: {reason}")]
    Stopped { reason: String, bundle: PathBuf },
    #[error("a part of the program broke: {0}")]
    Broken(String),
}

impl Error {
    pub(crate) fn usage(message: &str, help: &str) -> Self {
        Self::Usage { message: message.to_owned(), help: help.to_owned() }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. }
            | Self::NoLogin
            | Self::NoKey
            | Self::Key(_)
            | Self::Read { .. }
            | Self::Previous { .. } => Exit::Usage,
            Self::Refused { .. } => Exit::CredentialsRefused,
            Self::Stopped { .. } => Exit::Stopped,
            Self::Write { .. }
            | Self::Terminal(_)
            | Self::Client(_)
            | Self::Bundle { .. }
            | Self::Kept { .. }
            | Self::Seal { .. }
            | Self::Resume { .. }
            | Self::Broken(_) => Exit::Other,
        }
    }

    /// The next command, or where to look.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Self::Usage { help, .. } => Some(help.clone()),
            Self::NoLogin => Some(
                "set QUALYS_USERNAME and QUALYS_PASSWORD, or give --username and --password-file"
                    .to_owned(),
            ),
            Self::NoKey => Some(
                "make one with `collect keygen --out KEY --principal NAME` and give \
                 `--signing-key KEY`; or seal without a signature, on purpose, with `--unsigned`"
                    .to_owned(),
            ),
            Self::Key(bundle::signature::KeyError::PassphraseNeeded { .. }) => {
                Some("give --passphrase-file FILE, or run on a terminal".to_owned())
            }
            Self::Refused { bundle: Some(bundle), .. } => {
                Some(format!("with working credentials: {}", resume_line(bundle)))
            }
            Self::Refused { bundle: None, .. } => {
                Some("nothing was collected and nothing is left behind".to_owned())
            }
            Self::Stopped { bundle, .. }
            | Self::Kept { path: bundle, .. }
            | Self::Seal { path: bundle, .. } => {
                Some(format!("go on with: {}", resume_line(bundle)))
            }
            _ => None,
        }
    }
}

/// The command that goes on with a bundle.
pub(crate) fn resume_line(bundle: &Path) -> String {
    let name = bundle.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/\\._-@:+".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        format!("collect resume {name}")
    } else {
        format!("collect resume '{}'", name.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let path = || PathBuf::from("b.qsi");
        let refused = Error::Refused { reason: String::new(), bundle: None };
        let stopped = Error::Stopped { reason: String::new(), bundle: path() };
        let broken = Error::write(&path(), io::Error::other("full"));
        for (error, code) in [
            (Error::usage("", ""), 2),
            (Error::NoLogin, 2),
            (Error::NoKey, 2),
            (refused, 6),
            (stopped, 7),
            (broken, 1),
        ] {
            assert_eq!(error.exit() as u8, code, "{error}");
        }
        assert_eq!((Exit::Complete as u8, Exit::Partial as u8), (0, 4));
    }

    #[test]
    fn a_missing_login_names_the_variables() {
        let help = Error::NoLogin.help().expect("a help line");
        assert!(help.contains("QUALYS_USERNAME") && help.contains("QUALYS_PASSWORD"));
    }

    #[test]
    fn the_resume_line_can_be_pasted_into_a_shell() {
        assert_eq!(resume_line(Path::new("e/us1-x.qsi")), "collect resume e/us1-x.qsi");
        assert_eq!(resume_line(Path::new("it's.qsi")), r"collect resume 'it'\''s.qsi'");
    }
}
