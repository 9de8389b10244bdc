//! What there is to scan, and what each schedule reaches of it: shared by controls 1, 4, 14 and 20.

mod read;
mod runs;
mod scanner;
mod target;

pub(super) use read::{Activity, Estate, Group, Schedule, scannable};
pub(super) use runs::{History, LastRun, Run, last_run};
pub(super) use scanner::Scanner;
pub(super) use target::{Target, Targets};
