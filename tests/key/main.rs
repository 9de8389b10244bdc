//! The answer key held against the assessment, tenant by tenant, in one process and without HTTP.
//!
//! Tenant and answers are the simulator's own, the loop that asks is the collector's own; only the
//! wire between them is gone. Bundle, custody, loading and judgement are the library's.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(dead_code, reason = "the two programs use the rest")]

mod carrier;
mod denial;
mod invariants;
mod judged;
mod score;
mod seeds;
mod silence;
mod table;

#[path = "../../bin/collect/call.rs"]
mod call;
#[path = "../../bin/collect/clock.rs"]
mod clock;
#[path = "../../bin/collect/credentials.rs"]
mod credentials;
#[path = "../../bin/collect/error.rs"]
mod error;
#[path = "../../bin/collect/exchange.rs"]
mod exchange;
#[path = "../../bin/collect/fan_out.rs"]
mod fan_out;
#[path = "../../bin/collect/finish.rs"]
mod finish;
#[path = "../../bin/collect/gate.rs"]
mod gate;
#[path = "../../bin/collect/halt.rs"]
mod halt;
#[path = "../../bin/collect/limits.rs"]
mod limits;
#[path = "../../bin/collect/lines.rs"]
mod lines;
#[path = "../../bin/collect/mint.rs"]
mod mint;
#[path = "../../bin/collect/position.rs"]
mod position;
#[path = "../../bin/collect/progress.rs"]
mod progress;
#[path = "../../bin/collect/request.rs"]
mod request;
#[path = "../../bin/collect/retry.rs"]
mod retry;
#[path = "../../bin/collect/schedule.rs"]
mod schedule;
#[path = "../../bin/collect/servers.rs"]
mod servers;
#[path = "../../bin/collect/session.rs"]
mod session;
#[path = "../../bin/collect/summary.rs"]
mod summary;
#[path = "../../bin/collect/terminal.rs"]
mod terminal;
#[path = "../../bin/collect/token.rs"]
mod token;
#[path = "../../bin/collect/walk.rs"]
mod walk;

#[path = "../../bin/qualys-sim/admission.rs"]
mod admission;
#[path = "../../bin/qualys-sim/auth.rs"]
mod auth;
#[path = "../../bin/qualys-sim/faults.rs"]
mod faults;
#[path = "../../bin/qualys-sim/profile.rs"]
mod profile;
#[path = "../../bin/qualys-sim/subscription.rs"]
mod subscription;
#[path = "../../bin/qualys-sim/tenant/mod.rs"]
mod tenant;
#[path = "../../bin/qualys-sim/wire/mod.rs"]
mod wire;
