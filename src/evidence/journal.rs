//! What the journal says about each endpoint: asked or not, answered how, in which chain of pages.
use crate::bundle::manifest::EndpointOutcome;
use crate::bundle::record::{Exchange, Outcome, Record, instant_ms};
use crate::catalogue::Endpoint;
use std::collections::BTreeMap;

/// The journal as far as the model needs it.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) login: String,
    pub(super) role: Option<String>,
    pub(super) plan: Vec<String>,
    /// Of `run_end`, by endpoint.
    pub(super) outcomes: BTreeMap<String, EndpointOutcome>,
    /// Endpoint to reason.
    pub(super) skips: BTreeMap<String, String>,
    /// Usable answers by endpoint, in journal order.
    pub(super) answers: BTreeMap<String, Vec<Answer>>,
    /// The last attempt without a usable answer, by endpoint.
    pub(super) failures: BTreeMap<String, (Outcome, Option<String>)>,
}

/// One usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) seq: u64,
    pub(super) page: u64,
    pub(super) prev: Option<u64>,
    pub(super) body: i64,
    pub(super) version: String,
    /// Unix seconds: when the whole answer was there.
    pub(super) received: i64,
    pub(super) path: String,
    pub(super) params: Vec<(String, String)>,
}

impl Answer {
    /// What a fan-out asked for: the ids in its parameter, or the one in its path.
    pub(super) fn asked(&self, endpoint: &Endpoint) -> Option<&str> {
        let fan_out = endpoint.fan_out?;
        if !fan_out.param.is_empty() {
            let asked = self.params.iter().rfind(|(name, _)| name == fan_out.param);
            return asked.map(|(_, ids)| ids.as_str());
        }
        endpoint.variants.iter().find_map(|variant| {
            let (head, tail) = variant.path.split_once("{}")?;
            let (_, behind) = self.path.split_once(head)?;
            behind.strip_suffix(tail)
        })
    }
}

/// Answers that each led to the next.
pub(super) type Chain = Vec<Answer>;

impl Journal {
    /// Takes one record; they must come in order.
    pub(super) fn add(&mut self, seq: u64, record: Record) {
        match record {
            Record::RunStart(start) => {
                self.login = start.login;
                self.plan = start.plan;
            }
            Record::Exchange(exchange) => self.exchange(seq, exchange),
            Record::Skip(skip) => {
                self.skips.insert(skip.endpoint, skip.reason);
            }
            Record::Resume(_) => {}
            Record::RunEnd(end) => {
                self.role = end.role;
                let outcomes = end.outcomes.into_iter();
                self.outcomes = outcomes.map(|one| (one.endpoint.clone(), one)).collect();
            }
        }
    }

    fn exchange(&mut self, seq: u64, exchange: Exchange) {
        let body = exchange.body.as_ref().filter(|_| exchange.outcome == Outcome::Ok);
        let Some(body) = body else {
            self.failures.insert(exchange.endpoint, (exchange.outcome, exchange.code));
            return;
        };
        let began = instant_ms(&exchange.time).unwrap_or_default();
        let took = i64::try_from(exchange.duration_ms).unwrap_or_default();
        let answer = Answer {
            seq,
            page: exchange.page,
            prev: exchange.prev,
            body: body.id,
            version: exchange.version,
            received: began.saturating_add(took).div_euclid(1000),
            path: exchange.path,
            params: exchange.params,
        };
        self.answers.entry(exchange.endpoint).or_default().push(answer);
    }
}

/// The chains of an endpoint's answers, those for the same question together, newest first. A
/// fan-out asks a question for each batch of ids; everything else asks one.
pub(super) fn chains(endpoint: &Endpoint, answers: &[Answer]) -> Vec<Vec<Chain>> {
    // Where a page was answered twice, the later answer goes on.
    let next: BTreeMap<u64, &Answer> =
        answers.iter().filter_map(|answer| Some((answer.prev?, answer))).collect();
    let is_first = |answer: &&Answer| {
        answer.prev.is_none_or(|prev| !answers.iter().any(|other| other.seq == prev))
    };
    let mut questions: BTreeMap<&str, Vec<Chain>> = BTreeMap::new();
    for first in answers.iter().rev().filter(is_first) {
        let question = match endpoint.fan_out {
            Some(_) => first.asked(endpoint).unwrap_or(&first.path),
            None => "",
        };
        let mut chain = vec![first.clone()];
        let mut at = first.seq;
        // A page follows the one before it in the journal, so this ends.
        while let Some(&following) = next.get(&at).filter(|following| following.seq > at) {
            at = following.seq;
            chain.push(following.clone());
        }
        questions.entry(question).or_default().push(chain);
    }
    questions.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    fn answer(seq: u64, prev: Option<u64>, ids: &str) -> Answer {
        Answer {
            seq,
            page: 1,
            prev,
            body: 1,
            version: "2.0".to_owned(),
            received: 0,
            path: format!("/api/{}.0/fo/auth/{ids}/", 2 + seq % 2),
            params: vec![("ids".to_owned(), ids.to_owned())],
        }
    }

    fn seqs(endpoint: &str, answers: &[Answer]) -> Vec<Vec<Vec<u64>>> {
        let endpoint = catalogue::endpoint(endpoint).unwrap();
        let chains = chains(endpoint, answers);
        let of_chain = |chain: &Chain| chain.iter().map(|answer| answer.seq).collect();
        chains.iter().map(|same| same.iter().map(of_chain).collect()).collect()
    }

    #[test]
    fn a_list_is_one_question_and_its_newest_chain_stands_first() {
        let answers = [
            answer(2, None, ""),
            answer(3, Some(2), ""),
            answer(5, None, ""),
            answer(6, Some(5), ""),
            answer(7, Some(6), ""),
        ];
        assert_eq!(seqs("vm/hosts", &answers), [vec![vec![5, 6, 7], vec![2, 3]]]);
    }

    #[test]
    fn a_fan_out_is_a_question_for_each_batch() {
        let answers = [answer(2, None, "1,2"), answer(3, None, "3"), answer(4, None, "1,2")];
        assert_eq!(seqs("vm/knowledge-base", &answers), [vec![vec![4], vec![2]], vec![vec![3]]]);
    }

    #[test]
    fn a_fan_out_in_the_path_is_a_question_for_each_id_in_any_version() {
        let answers =
            [answer(2, None, "unix"), answer(3, None, "windows"), answer(5, None, "unix")];
        let expected = [vec![vec![5], vec![2]], vec![vec![3]]];
        assert_eq!(seqs("vm/auth-record-details", &answers), expected);
    }

    #[test]
    fn a_page_answered_twice_goes_on_from_the_later_answer() {
        let answers = [answer(2, None, ""), answer(3, Some(2), ""), answer(4, Some(2), "")];
        assert_eq!(seqs("vm/hosts", &answers), [vec![vec![2, 4]]]);
    }
}
