//! What there is to scan, and what each schedule reaches of it: shared by controls 1, 14 and 20.

mod read;
mod scanner;
mod target;

pub(super) use read::{Activity, Estate, Group, Schedule, scannable};
pub(super) use scanner::Scanner;
pub(super) use target::{Target, titles};
