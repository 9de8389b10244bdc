//! Files and folders that must survive a crash: private folders, locks, durable placement.
use super::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// `NAME.qsi.partial/`, held under an exclusive lock until dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Released when the file is closed, by a crash too.
    _lock: File,
}

/// The folder in which the bundle `path` is written.
pub(super) fn partial_folder(path: &Path) -> PathBuf {
    let mut folder = path.as_os_str().to_owned();
    folder.push(".partial");
    folder.into()
}

impl Folder {
    /// Makes the folder, for its owner alone.
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists(path.to_path_buf()),
            _ => Error::Io { act: "create", path: path.to_path_buf(), source },
        })?;
        sync_folder_of(path)?;
        Self::lock(path)
    }

    /// Locks a folder that is there.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let metadata = fs::symlink_metadata(path).map_err(Error::io("open", path))?;
        if !metadata.is_dir() {
            let why = "not a folder".to_owned();
            return Err(Error::Foreign { path: path.to_path_buf(), why });
        }
        Self::lock(path)
    }

    fn lock(path: &Path) -> Result<Self, Error> {
        let file = path.join("lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        private(&mut options);
        let lock = options.open(&file).map_err(Error::io("open", &file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_path_buf(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked(path.to_path_buf())),
            Err(TryLockError::Error(source)) => Err(Error::Io { act: "lock", path: file, source }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the folder and what is in it; the lock stays held until it is gone.
    pub(super) fn remove(self) -> Result<(), Error> {
        fs::remove_dir_all(&self.path).map_err(Error::io("remove", &self.path))?;
        sync_folder_of(&self.path)
    }
}

/// A new file, readable by its owner alone.
pub(super) fn create_private(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    private(&mut options);
    options.open(path).map_err(Error::io("create", path))
}

#[cfg_attr(not(unix), expect(unused_variables, reason = "modes are a Unix matter"))]
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// Removes a file that an interrupted seal may have left.
pub(super) fn remove_stale(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Error::Io { act: "remove", path: path.to_path_buf(), source })
        }
        _ => Ok(()),
    }
}

/// Gives a finished, synchronised file its name, and never takes that name from another file.
pub(super) fn place(from: &Path, to: &Path) -> Result<(), Error> {
    // A hard link fails where the name is taken; a rename would overwrite.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from).map_err(Error::io("remove", from))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(Error::Exists(to.to_path_buf()));
        }
        // Some file systems know no links.
        Err(_) => {
            must_be_free(to)?;
            fs::rename(from, to).map_err(Error::io("rename to", to))?;
        }
    }
    sync_folder_of(to)
}

pub(super) fn must_be_free(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(Error::Exists(path.to_path_buf())),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::Io { act: "look at", path: path.to_path_buf(), source }),
    }
}

/// Makes the names in the folder that holds `path` durable.
fn sync_folder_of(path: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let opened = File::open(folder).map_err(Error::io("open", folder))?;
        opened.sync_all().map_err(Error::io("synchronise", folder))?;
    }
    Ok(())
}

/// Refuses where fewer than `needed` bytes are free beside `path`; where the system does not say,
/// the write itself will.
#[cfg_attr(not(unix), expect(unused_variables, reason = "only Unix is asked"))]
pub(super) fn must_have_space(path: &Path, needed: u64) -> Result<(), Error> {
    #[cfg(unix)]
    if let Ok(system) = rustix::fs::statvfs(path) {
        let free = system.f_bavail.saturating_mul(system.f_frsize);
        if free < needed {
            return Err(Error::Space { path: path.to_path_buf(), needed, free });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let path = partial_folder(&home.path().join("a.qsi"));
        assert!(path.ends_with("a.qsi.partial"));
        let first = Folder::create(&path).unwrap();
        assert!(matches!(Folder::open(&path), Err(Error::Locked(_))));
        assert!(matches!(Folder::create(&path), Err(Error::Exists(_))));
        drop(first);
        Folder::open(&path).unwrap().remove().unwrap();
        assert!(!path.exists());
        fs::write(&path, "").unwrap();
        assert!(matches!(Folder::open(&path), Err(Error::Foreign { .. })));
    }

    #[test]
    fn a_file_never_takes_the_place_of_another() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::write(&from, "new").unwrap();
        fs::write(&to, "old").unwrap();
        assert!(matches!(place(&from, &to), Err(Error::Exists(_))));
        assert_eq!(fs::read(&to).unwrap(), b"old");
        fs::remove_file(&to).unwrap();
        place(&from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"new");
        assert!(!from.exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::create(&home.path().join("p")).unwrap();
        let file = folder.path().join("f");
        create_private(&file).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn missing_space_is_told_before_the_work() {
        let home = tempfile::tempdir().unwrap();
        assert!(must_have_space(home.path(), 1).is_ok());
        if cfg!(unix) {
            let error = must_have_space(home.path(), u64::MAX).unwrap_err();
            assert!(error.is_full_disk());
        }
    }
}
