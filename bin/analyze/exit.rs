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
    pub(crate) help: Option<String>,
}

impl Stop {
    pub(crate) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string(), help: None }
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
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
    fn a_broken_pipe_is_success() {
        assert!(seen(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        let full = seen(Err(io::ErrorKind::StorageFull.into())).unwrap_err();
        assert_eq!(full.exit, Exit::Fault);
    }
}
