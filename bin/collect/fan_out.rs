//! The ids of a call that is made for other answers' ids, in batches that every start finds alike.

use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Outcome, Record};
use qualys_sec_inspector::catalogue::{self, FanOut};
use qualys_sec_inspector::qualys::ids::ids;
use std::collections::BTreeSet;

/// The first pages of an endpoint: one without ids, or one for each batch.
#[derive(Debug, Clone)]
pub(crate) enum Batches {
    One,
    OfIds { ids: Vec<u64>, size: usize },
}

impl Batches {
    /// The ids of a batch, none of them for [`Batches::One`].
    pub(crate) fn get(&self, index: usize) -> Option<&[u64]> {
        match self {
            Self::One => (index == 0).then_some(&[]),
            Self::OfIds { ids, size } => ids.chunks((*size).max(1)).nth(index),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.get(0).is_none()
    }
}

/// Reads the ids out of the stored pages of the source, one body at a time; blocking. Sorted, so
/// that a resumed run makes the same batches.
///
/// # Errors
/// A stored body that cannot be read.
pub(crate) fn batches(partial: &Partial, fan_out: FanOut) -> Result<Batches, bundle::Error> {
    let mut found: BTreeSet<u64> = BTreeSet::new();
    let source = catalogue::endpoint(fan_out.source);
    partial.records(|_, record| {
        if let (Record::Exchange(exchange), Some(source)) = (record, source)
            && exchange.endpoint == source.id
            && exchange.outcome == Outcome::Ok
            && let Some(body) = exchange.body
        {
            // It was read whole when it was kept.
            let page = ids(&partial.body(body.id)?, source, fan_out.element);
            found.extend(page.unwrap_or_default());
        }
        Ok::<(), bundle::Error>(())
    })?;
    Ok(Batches::OfIds { ids: found.into_iter().collect(), size: fan_out.batch })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_cover_the_ids_in_order() {
        let batches = Batches::OfIds { ids: (1..=7).collect(), size: 3 };
        assert_eq!(batches.get(0), Some(&[1, 2, 3][..]));
        assert_eq!(batches.get(2), Some(&[7][..]));
        assert_eq!(batches.get(3), None);
        assert!(!batches.is_empty());
        assert!(Batches::OfIds { ids: Vec::new(), size: 3 }.is_empty());
    }

    #[test]
    fn a_plain_endpoint_has_one_batch_without_ids() {
        assert_eq!(Batches::One.get(0), Some(&[][..]));
        assert_eq!(Batches::One.get(1), None);
    }
}
