//! Exit codes: what a script learns without reading.

use std::process::ExitCode;
use std::{fmt, io};

/// Why the program ends as it does, the most important reason first: that one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Usage, profile or input file.
    Usage,
    /// Integrity or custody failure, unsigned without permission, newer format.
    Custody,
    /// Anything else.
    Fault,
    /// `--require-complete` and something was not seen or not assessed.
    Incomplete,
    /// `--fail-on` found something.
    Gate,
    Done,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Fault => 1,
            Self::Usage => 2,
            Self::Gate => 3,
            Self::Custody => 4,
            Self::Incomplete => 5,
        }
    }

    /// What to do where an error has nothing more particular to say.
    const fn help(self) -> &'static str {
        match self {
            Self::Usage => "`analyze help` and a command's --help say what is taken",
            Self::Custody => "analyze verify prints every check",
            Self::Fault | Self::Incomplete | Self::Gate | Self::Done => {
                "see that the place exists, may be written and has room; \
                 --work-dir names another one for temporary files"
            }
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error that ends the program: what happened and where, and the next thing to do.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Stop {
    pub(crate) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string(), help: exit.help().to_owned() }
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// A reader of our output that went away has seen enough: what the program found still counts.
///
/// # Errors
/// Output that cannot be written for another reason.
pub(crate) fn seen(written: io::Result<()>) -> Result<(), Stop> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Stop::new(Exit::Fault, format!("cannot write: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_2_4_1_5_3_wins() {
        let mut reasons =
            [Exit::Done, Exit::Gate, Exit::Incomplete, Exit::Fault, Exit::Custody, Exit::Usage];
        reasons.sort();
        assert_eq!(reasons.map(Exit::code), [2, 4, 1, 5, 3, 0]);
        assert_eq!(Exit::Done.min(Exit::Gate).min(Exit::Incomplete), Exit::Incomplete);
    }

    #[test]
    fn every_error_says_what_to_do() {
        for exit in [Exit::Usage, Exit::Custody, Exit::Fault] {
            assert!(!Stop::new(exit, "").help.is_empty());
        }
        assert_eq!(Stop::new(Exit::Usage, "").help("try this").help, "try this");
    }

    #[test]
    fn a_broken_pipe_is_success() {
        assert!(seen(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        let full = seen(Err(io::ErrorKind::StorageFull.into())).unwrap_err();
        assert_eq!(full.exit, Exit::Fault);
    }
}
