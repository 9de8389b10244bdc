//! The ids of a call that is made for other answers' ids, in batches that every start finds alike.

use crate::request::{fits_a_path, ids_of};
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Outcome, Record};
use qualys_sec_inspector::catalogue::{self, Endpoint, FanOut};
use qualys_sec_inspector::qualys::ids::ids;
use std::collections::BTreeSet;

/// The first pages of an endpoint: one without ids, or one for each batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batches {
    batches: Vec<Vec<String>>,
    /// Ids that cannot be asked for, because no path can hold them.
    pub refused: usize,
}

impl Batches {
    /// Of a call without ids.
    pub(crate) fn one() -> Self {
        Self { batches: vec![Vec::new()], refused: 0 }
    }

    /// Batches that were begun come first, as they were asked; then the ids that no batch holds
    /// yet, so that ids which a resumed run finds on top move nothing.
    fn of(begun: Vec<Vec<String>>, found: BTreeSet<Id>, fan_out: FanOut) -> Self {
        let asked: BTreeSet<Id> = begun.iter().flatten().cloned().map(Id).collect();
        let fits = |id: &Id| !fan_out.param.is_empty() || fits_a_path(&id.0);
        let (open, refused): (Vec<Id>, Vec<Id>) = found.difference(&asked).cloned().partition(fits);
        let open: Vec<String> = open.into_iter().map(|id| id.0).collect();
        let mut batches = begun;
        batches.extend(open.chunks(fan_out.batch.max(1)).map(<[String]>::to_vec));
        Self { batches, refused: refused.len() }
    }

    #[cfg(test)]
    pub(crate) fn of_ids(ids: &[&str], fan_out: FanOut) -> Self {
        let found = ids.iter().map(|id| Id((*id).to_owned())).collect();
        Self::of(Vec::new(), found, fan_out)
    }

    /// The ids of a batch; none of them for a call without ids.
    pub(crate) fn get(&self, index: usize) -> Option<&[String]> {
        self.batches.get(index).map(Vec::as_slice)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }
}

/// An id: numbers by value, before and among words by their length.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Id(String);

impl Ord for Id {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Reads the ids out of the stored pages of the sources, one body at a time; blocking. Sorted, so
/// that a resumed run makes the same batches.
///
/// # Errors
/// A stored body that cannot be read.
pub(crate) fn batches(
    partial: &Partial,
    endpoint: &'static Endpoint,
    fan_out: FanOut,
) -> Result<Batches, bundle::Error> {
    let mut found: BTreeSet<Id> = BTreeSet::new();
    let mut begun: Vec<Vec<String>> = Vec::new();
    partial.records(|_, record| {
        let Record::Exchange(exchange) = record else { return Ok(()) };
        if exchange.outcome != Outcome::Ok {
            return Ok(());
        }
        if exchange.endpoint == endpoint.id && exchange.prev.is_none() {
            begun.extend(ids_of(endpoint, &exchange.path, &exchange.params));
        }
        let paths = fan_out.sources.iter().filter(|source| source.endpoint == exchange.endpoint);
        let mut body = None;
        for source in paths {
            let (Some(row), Some(stored)) = (catalogue::endpoint(source.endpoint), &exchange.body)
            else {
                continue;
            };
            let body = match &mut body {
                Some(body) => body,
                None => body.insert(partial.body(stored.id)?),
            };
            // It was read whole when it was kept.
            let page = ids(body, row, source.path).unwrap_or_default();
            found.extend(page.into_iter().map(Id));
        }
        Ok::<(), bundle::Error>(())
    })?;
    Ok(Batches::of(begun, found, fan_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_PARAMETER: FanOut = FanOut { sources: &[], param: "ids", batch: 3 };
    const BY_PATH: FanOut = FanOut { sources: &[], param: "", batch: 1 };

    #[test]
    fn batches_cover_the_ids_in_order() {
        let batches = Batches::of_ids(&["10", "9", "2", "1", "105", "7", "8"], BY_PARAMETER);
        assert_eq!(batches.get(0), Some(&["1", "2", "7"].map(str::to_owned)[..]));
        assert_eq!(batches.get(2), Some(&["105"].map(str::to_owned)[..]));
        assert_eq!(batches.get(3), None);
        assert!(!batches.is_empty());
        assert!(Batches::of_ids(&[], BY_PARAMETER).is_empty());
    }

    #[test]
    fn a_plain_endpoint_has_one_batch_without_ids() {
        assert_eq!(Batches::one().get(0), Some(&[][..]));
        assert_eq!(Batches::one().get(1), None);
    }

    #[test]
    fn ids_that_come_on_top_stand_behind_the_batches_that_were_begun() {
        let begun = vec![vec!["2".to_owned(), "4".to_owned(), "6".to_owned()]];
        let found = ["1", "2", "4", "6"].map(|id| Id(id.to_owned())).into();
        let batches = Batches::of(begun.clone(), found, BY_PARAMETER);
        assert_eq!(batches.get(0), begun.first().map(Vec::as_slice));
        assert_eq!(batches.get(1), Some(&["1".to_owned()][..]));
        assert_eq!(batches.get(2), None);
    }

    #[test]
    fn ids_that_no_path_can_hold_are_counted_not_asked() {
        let batches = Batches::of_ids(&["unix", "../user"], BY_PATH);
        assert_eq!(batches.refused, 1);
        assert_eq!(batches.get(0), Some(&["unix".to_owned()][..]));
        assert_eq!(batches.get(1), None);
    }
}
