//! The login and its password: where they come from, and types that cannot be printed.

use crate::error::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::parser::ValueSource;
use reqwest::header::HeaderValue;
use std::io::IsTerminal as _;
use std::path::Path;

/// A password; it has neither `Debug` nor `Display`, so that no message can carry it.
#[derive(Clone)]
pub(crate) struct Password(String);

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A login with its password, for Basic authentication.
pub(crate) struct Login {
    pub name: String,
    password: Password,
}

/// What the command line and the environment gave.
pub(crate) struct Given<'g> {
    pub username: Option<&'g str>,
    pub password: Option<&'g Password>,
    pub password_source: Option<ValueSource>,
    pub password_file: Option<&'g Path>,
}

impl Login {
    /// The flag wins over the file, the file over the environment; a terminal is asked last.
    ///
    /// # Errors
    /// A missing part off a terminal, an unreadable or empty password file, both a password and a
    /// file on the command line.
    pub(crate) fn find(given: &Given<'_>) -> Result<Self, Error> {
        let on_command_line = given.password_source == Some(ValueSource::CommandLine);
        if on_command_line && given.password_file.is_some() {
            return Err(Error::usage(
                "--password and --password-file are both given",
                "keep --password-file: a command line is visible to other users",
            ));
        }
        let stored = match given.password_file {
            Some(file) => Some(first_line(file)?),
            None => given.password.cloned(),
        };
        let name = given.username.map(str::to_owned).filter(|name| !name.is_empty());
        let stored = stored.filter(|password| !password.0.is_empty());
        let (name, password) = match (name, stored) {
            (Some(name), Some(password)) => (name, password),
            (name, password) if std::io::stdin().is_terminal() => {
                let name = name.map_or_else(ask_name, Ok)?;
                let password = password.map_or_else(|| ask("Qualys password: "), Ok)?;
                (name, password)
            }
            _ => return Err(Error::NoLogin),
        };
        if name.contains(':') || name.chars().any(char::is_control) {
            return Err(Error::usage(
                "a login holds no colon and no control character",
                "check --username or QUALYS_USERNAME",
            ));
        }
        Ok(Self { name, password })
    }

    #[cfg(test)]
    pub(crate) fn of(name: &str, password: &str) -> Self {
        Self { name: name.to_owned(), password: Password(password.to_owned()) }
    }

    /// The value of the `Authorization` header.
    ///
    /// # Errors
    /// None in practice: Base64 fits every header.
    pub(crate) fn basic(&self) -> Result<HeaderValue, Error> {
        let text = format!("Basic {}", self.token());
        let mut value = HeaderValue::from_str(&text).map_err(|_| Error::NoLogin)?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn token(&self) -> String {
        STANDARD.encode(format!("{}:{}", self.name, self.password.0))
    }

    /// The form that mints a token.
    pub(crate) fn form(&self) -> [(String, String); 3] {
        [("username", self.name.as_str()), ("password", &self.password.0), ("token", "true")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    }

    /// What must never reach the bundle, plain: the password, the header's token.
    pub(crate) fn secrets(&self) -> [String; 2] {
        [self.password.0.clone(), self.token()]
    }
}

/// The first line of a file that holds a secret, without its line end.
///
/// # Errors
/// An unreadable file, or an empty first line.
pub(crate) fn first_line(file: &Path) -> Result<Password, Error> {
    let text = std::fs::read_to_string(file).map_err(|source| Error::read(file, source))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Password(line.to_owned())),
        _ => Err(Error::usage(
            &format!("the first line of {} is empty", file.display()),
            "write the secret alone on the first line",
        )),
    }
}

/// Asks on the terminal without showing what is typed.
///
/// # Errors
/// The terminal cannot be read.
pub(crate) fn ask(question: &str) -> Result<Password, Error> {
    rpassword::prompt_password(question).map(Password).map_err(Error::Terminal)
}

fn ask_name() -> Result<String, Error> {
    use std::io::Write as _;
    let mut stderr = std::io::stderr();
    write!(stderr, "Qualys login: ").and_then(|()| stderr.flush()).map_err(Error::Terminal)?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(Error::Terminal)?;
    match line.trim() {
        "" => Err(Error::NoLogin),
        name => Ok(name.to_owned()),
    }
}

impl Password {
    /// The secret itself, for the two places that need it: encryption of a key, its decryption.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given<'g>(username: &'g str, password: &'g Password) -> Given<'g> {
        Given {
            username: Some(username),
            password: Some(password),
            password_source: Some(ValueSource::EnvVariable),
            password_file: None,
        }
    }

    #[test]
    fn a_password_file_wins_over_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        std::fs::write(&file, "from file \r\nsecond line\n").expect("written");
        let environment = Password::from("from environment".to_owned());
        let login =
            Login::find(&Given { password_file: Some(&file), ..given("exmpl_ab", &environment) });
        let login = login.expect("a login");
        assert_eq!(login.secrets()[0], "from file ");
    }

    #[test]
    fn two_passwords_on_the_command_line_are_refused() {
        let password = Password::from("one".to_owned());
        let refused = Login::find(&Given {
            password_file: Some(Path::new("two")),
            password_source: Some(ValueSource::CommandLine),
            ..given("exmpl_ab", &password)
        });
        assert!(refused.is_err());
    }

    #[test]
    fn the_header_is_basic_over_login_and_password() {
        let password = Password::from("pä:ss".to_owned());
        let login = Login::find(&given("exmpl_ab", &password)).expect("a login");
        assert_eq!(login.basic().expect("a header"), "Basic ZXhtcGxfYWI6cMOkOnNz");
    }

    #[test]
    fn a_login_that_would_break_the_header_is_refused() {
        let password = Password::from("x".to_owned());
        assert!(Login::find(&given("a:b", &password)).is_err());
        assert!(Login::find(&given("a\nb", &password)).is_err());
    }

    #[test]
    fn an_empty_password_file_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        std::fs::write(&file, "\nlater\n").expect("written");
        assert!(first_line(&file).is_err());
        assert!(first_line(&folder.path().join("missing")).is_err());
    }
}
