//! Where an endpoint stands: how far its pages are safe in the bundle, and what comes next.

use crate::request::{Params, params_after};
use qualys_sec_inspector::bundle::completeness::EndpointState;
use qualys_sec_inspector::catalogue::Endpoint;
use qualys_sec_inspector::qualys::paging::{Cursors, Next, PageFacts, next};

/// The way on from the pages in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// The first page, or the first page of the next batch of ids.
    Start,
    /// The page that the answer with this seq leads to.
    On {
        prev: u64,
        params: Params,
    },
    Ended {
        state: EndpointState,
        reason: Option<String>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Position {
    /// Index of the variant that is asked; kept once a page was whole.
    pub variant: usize,
    /// First pages that are safe: of fan-outs, the number of batches begun.
    pub starts: usize,
    pub pages: u64,
    pub records: u64,
    /// Attempts at the page that comes next.
    pub attempts: u32,
    pub way: Way,
    cursors: Cursors,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            variant: 0,
            starts: 0,
            pages: 0,
            records: 0,
            attempts: 0,
            way: Way::Start,
            cursors: Cursors::default(),
        }
    }
}

impl Position {
    /// A whole page with this seq, which answered `sent`, is safe.
    pub(crate) fn advance(
        &mut self,
        endpoint: &Endpoint,
        seq: u64,
        sent: &Params,
        page: &PageFacts,
    ) {
        if self.way == Way::Start {
            self.starts += 1;
            self.cursors = Cursors::default();
        }
        self.pages += 1;
        self.records = self.records.saturating_add(page.records);
        self.attempts = 0;
        let params = match next(endpoint, sent, &mut self.cursors, page) {
            Next::End => {
                // A fan-out goes on with its next batch; whether there is one, the batches know.
                self.way = Way::Start;
                if endpoint.fan_out.is_none() {
                    self.end(EndpointState::Present, None);
                }
                return;
            }
            Next::Query(params) => params,
            Next::AfterId(id) => params_after(endpoint, self.variant, &id),
            Next::Truncated(reason) => {
                self.end(EndpointState::Truncated, Some(reason));
                return;
            }
        };
        self.way = Way::On { prev: seq, params };
    }

    /// The endpoint is over. With pages in hand a failure, whatever it is, means that the rest is
    /// missing; without records a whole list is empty.
    pub(crate) fn end(&mut self, state: EndpointState, reason: Option<String>) {
        use EndpointState::{Empty, Present, Skipped, Truncated};
        let state = match state {
            Present | Empty if self.records == 0 => Empty,
            Present | Empty => Present,
            Skipped => Skipped,
            _ if self.pages > 0 => Truncated,
            other => other,
        };
        self.way = Way::Ended { state, reason };
    }

    /// Moves to a lower version, or after an unknown parameter to the next variant. False where
    /// there is none, or where pages of the present one are in hand: versions are not mixed.
    pub(crate) fn fall_back(&mut self, endpoint: &Endpoint, parameters: bool) -> bool {
        let Some(present) = endpoint.variants.get(self.variant) else { return false };
        let found = endpoint
            .variants
            .iter()
            .enumerate()
            .skip(self.variant + 1)
            .find(|(_, lower)| parameters || lower.version != present.version);
        match found {
            Some((index, _)) if self.pages == 0 => {
                self.variant = index;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualys_sec_inspector::catalogue::endpoint;

    fn known(id: &str) -> &'static Endpoint {
        endpoint(id).expect("known")
    }

    fn facts(records: u64) -> PageFacts {
        PageFacts { records, ..PageFacts::default() }
    }

    #[test]
    fn a_list_that_ends_is_present_or_empty() {
        for (records, state) in [(3, EndpointState::Present), (0, EndpointState::Empty)] {
            let mut position = Position::default();
            position.advance(known("vm/hosts"), 2, &Vec::new(), &facts(records));
            assert_eq!(position.way, Way::Ended { state, reason: None });
        }
    }

    #[test]
    fn a_failure_behind_a_whole_page_is_a_truncation() {
        let mut position = Position::default();
        position.end(EndpointState::Denied, None);
        assert_eq!(position.way, Way::Ended { state: EndpointState::Denied, reason: None });
        let mut position = Position { pages: 1, ..Position::default() };
        position.end(EndpointState::Denied, None);
        assert_eq!(position.way, Way::Ended { state: EndpointState::Truncated, reason: None });
    }

    #[test]
    fn versions_fall_newest_first_and_parameters_within_a_version() {
        let detections = known("vm/detections");
        let version = |p: &Position| detections.variants.get(p.variant).map(|v| v.version);
        let mut position = Position::default();
        assert!(position.fall_back(detections, true));
        assert_eq!((version(&position), position.variant), (Some("5.0"), 1));
        assert!(position.fall_back(detections, true));
        assert_eq!(version(&position), Some("4.0"));
        assert!(position.fall_back(detections, false));
        assert_eq!(version(&position), Some("3.0"));
        position.pages = 1;
        assert!(!position.fall_back(detections, false));
        let mut last = Position { variant: detections.variants.len() - 1, ..Position::default() };
        assert!(!last.fall_back(detections, true));
    }

    #[test]
    fn a_batch_ends_at_the_next_start() {
        let knowledge = known("vm/knowledge-base");
        let mut position = Position::default();
        position.advance(knowledge, 2, &Vec::new(), &facts(200));
        position.advance(knowledge, 3, &Vec::new(), &facts(5));
        assert_eq!((position.starts, position.pages, position.records), (2, 2, 205));
        assert_eq!(position.way, Way::Start);
    }
}
