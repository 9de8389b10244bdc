//! How many calls may be in flight: the flag's number, narrowed to what the subscription allows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// First come, first served; it narrows and never widens.
pub(crate) struct Gate {
    slots: Arc<Semaphore>,
    width: AtomicUsize,
    /// Slots that are held although the gate is narrower now; they vanish when given back.
    surplus: AtomicUsize,
}

/// The right to one call in flight, given back on drop.
pub(crate) struct Slot<'g> {
    gate: &'g Gate,
    permit: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(width)),
            width: AtomicUsize::new(width),
            surplus: AtomicUsize::new(0),
        }
    }

    pub(crate) async fn enter(&self) -> Slot<'_> {
        // The semaphore is never closed, so a permit always comes.
        Slot { gate: self, permit: Arc::clone(&self.slots).acquire_owned().await.ok() }
    }

    /// No more than `width` calls at once from now on, and at least one.
    pub(crate) fn narrow(&self, width: usize) {
        let width = width.max(1);
        let before = self.width.fetch_min(width, Ordering::SeqCst);
        if let Some(cut @ 1..) = before.checked_sub(width) {
            let idle = self.slots.forget_permits(cut);
            self.surplus.fetch_add(cut - idle, Ordering::SeqCst);
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.width.load(Ordering::SeqCst)
    }

    /// Are more calls in flight than allowed now? Then a holder should give its slot back.
    pub(crate) fn is_crowded(&self) -> bool {
        self.surplus.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let taken = self
            .gate
            .surplus
            .try_update(Ordering::SeqCst, Ordering::SeqCst, |surplus| surplus.checked_sub(1));
        if taken.is_ok()
            && let Some(permit) = self.permit.take()
        {
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_narrowed_gate_takes_back_slots_that_are_held() {
        let gate = Gate::new(4);
        let held = [gate.enter().await, gate.enter().await, gate.enter().await];
        gate.narrow(2);
        assert!(gate.is_crowded());
        drop(held);
        assert!(!gate.is_crowded());
        assert_eq!((gate.width(), gate.slots.available_permits()), (2, 2));
    }

    #[tokio::test]
    async fn it_keeps_one_slot_and_never_widens() {
        let gate = Gate::new(2);
        gate.narrow(0);
        gate.narrow(9);
        assert_eq!((gate.width(), gate.slots.available_permits()), (1, 1));
        drop(gate.enter().await);
        assert_eq!(gate.slots.available_permits(), 1);
    }
}
