//! The ids in an answer that a fan-out asks for next.
use super::xml::{self, ReadError};
use crate::catalogue::Endpoint;
use std::collections::HashSet;
use std::convert::Infallible;

/// Every positive number at `element`, a path below the endpoint's record, sorted, each once.
pub fn ids(
    body: &[u8],
    endpoint: &Endpoint,
    element: &str,
) -> Result<Vec<u64>, ReadError<Infallible>> {
    let mut found = HashSet::new();
    xml::read(body, endpoint.record, |record| {
        found.extend(record.all(element).filter_map(|text| text.parse::<u64>().ok()));
        Ok(())
    })?;
    let mut ids: Vec<u64> = found.into_iter().filter(|&id| id > 0).collect();
    ids.sort_unstable();
    Ok(ids)
}
