//! The journal's two clocks: none may run backwards.
use super::super::record::{Record, instant_ms};
use super::Fault;

/// How far the wall clock may fall behind the monotonic clock, milliseconds. Time services correct
/// by seconds; a clock that was set back to make old answers look new moves by more.
pub const TOLERANCE_MS: i64 = 60_000;

/// One process's part of the journal: from `run_start` or a `resume` to the next one.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Seq and monotonic time of the record that began this part.
    begin: Option<(u64, u64)>,
    /// Highest monotonic time in this part.
    mono_ms: u64,
    /// Highest wall time so far.
    wall_ms: i64,
    /// Highest lead of the wall clock over the monotonic clock in this part.
    lead_ms: i64,
}

impl Clock {
    /// Takes every record in order. An exchange carries the time of its beginning and parallel ones
    /// end in any order, so exchanges are compared with the part's beginning alone; all other
    /// records are written at the time that they carry.
    pub(super) fn add(&mut self, record: &Record) -> Result<(), Fault> {
        let seq = record.seq();
        let fault = |sentence: &str| Err(Fault::at("E_CLOCK", format!("seq={seq}"), sentence));
        let Some(wall_ms) = instant_ms(record.time()) else {
            return fault("the time is not readable");
        };
        let mono_ms = record.mono_ms();
        let lead_ms = wall_ms.saturating_sub(i64::try_from(mono_ms).unwrap_or(i64::MAX));
        if matches!(record, Record::RunStart(_) | Record::Resume(_)) {
            if self.begin.is_some() && wall_ms < self.wall_ms.saturating_sub(TOLERANCE_MS) {
                return fault("the wall clock was set back before the collection went on");
            }
            self.begin = Some((seq, mono_ms));
            (self.mono_ms, self.lead_ms) = (mono_ms, lead_ms);
        }
        let earliest = match record {
            Record::Exchange(_) => self.begin.map_or(0, |(_, mono_ms)| mono_ms),
            _ => self.mono_ms,
        };
        if mono_ms < earliest {
            return fault("the monotonic clock runs backwards");
        }
        if lead_ms < self.lead_ms.saturating_sub(TOLERANCE_MS) {
            return fault("the wall clock was set back");
        }
        self.mono_ms = self.mono_ms.max(mono_ms);
        self.wall_ms = self.wall_ms.max(wall_ms);
        self.lead_ms = self.lead_ms.max(lead_ms);
        Ok(())
    }

    /// Whether an answer of seq `earlier` at `earlier_ms` can have led to a request at `later_ms`;
    /// monotonic clocks of two processes cannot be compared.
    pub(super) fn follows(&self, earlier: u64, earlier_ms: u64, later_ms: u64) -> bool {
        self.begin.is_some_and(|(begin, _)| earlier < begin) || earlier_ms <= later_ms
    }
}
