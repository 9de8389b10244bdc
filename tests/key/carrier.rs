//! Carries the collector's calls to a simulated subscription by calling it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::HeaderValue;

use crate::call::{Call, Content, Heard, Hearing, Transport, sent_headers};
use crate::judged::NOW;
use crate::silence::Silence;
use crate::subscription::{Incoming, Subscription};
use crate::wire::params::Params;
use crate::wire::reply::Body;

/// The simulator's front door, without a socket before it.
pub(crate) struct Direct {
    subscription: Subscription,
    /// Records of a page at most, whatever is asked for.
    page: Option<u32>,
    /// What answers leave out.
    silences: Vec<Silence>,
    calls: AtomicUsize,
}

impl Transport for Direct {
    fn send<'a>(&'a self, call: &'a Call, authorization: Option<&'a HeaderValue>) -> Hearing<'a> {
        Box::pin(async move { self.hear(call, authorization) })
    }
}

impl Direct {
    pub(crate) fn new(subscription: Subscription, page: Option<u32>) -> Self {
        Self { subscription, page, silences: Vec::new(), calls: AtomicUsize::new(0) }
    }

    pub(crate) fn silent(self, silences: Vec<Silence>) -> Self {
        Self { silences, ..self }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// A call that asks for smaller pages.
    fn narrowed(&self, call: &Call) -> Call {
        let mut call = call.clone();
        let Some(page) = self.page.map(|page| page.to_string()) else { return call };
        for (name, value) in &mut call.params {
            match name.as_str() {
                "truncation_limit" => value.clone_from(&page),
                "" => {
                    let head = "<limitResults>";
                    if let Some((before, rest)) = value.split_once(head)
                        && let Some((_, behind)) = rest.split_once('<')
                    {
                        *value = format!("{before}{head}{page}<{behind}");
                    }
                }
                _ => {}
            }
        }
        call
    }

    fn hear(&self, call: &Call, authorization: Option<&HeaderValue>) -> Heard {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let call = &self.narrowed(call);
        let has_body = matches!(call.content, Content::Xml | Content::Json);
        let mut params = Params::default();
        let mut body = Vec::new();
        match call.params.first() {
            Some((_, document)) if has_body => body = document.clone().into_bytes(),
            _ => params.read(&pairs(&call.params)),
        }
        let headers = sent_headers(call.content);
        let header =
            |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, v)| v.clone());
        let incoming = Incoming {
            post: call.method == "POST",
            path: call.path.clone(),
            params,
            body,
            authorization: authorization.map(|value| value.to_str().unwrap().to_owned()),
            cookie: None,
            content_type: header("content-type"),
            accept: header("accept"),
            time: NOW,
            requested_with: header("x-requested-with").is_some(),
        };
        let outgoing = self.subscription.answer(incoming, Instant::now());
        let reply = outgoing.reply;
        let body = match reply.body {
            Body::Bytes(bytes) => bytes,
            Body::Pieces(pieces) => pieces.flatten().collect(),
        };
        let silences = self.silences.iter().filter(|silence| silence.strikes(&call.path));
        let body = silences.fold(body, |body, silence| silence.hush(&body));
        let headers = reply.headers.into_iter();
        Heard {
            status: reply.status,
            headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect(),
            wire_len: body.len() as u64,
            body,
            ..Heard::default()
        }
    }
}

fn pairs(params: &[(String, String)]) -> String {
    let code = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = params.iter().map(|(name, value)| format!("{}={}", code(name), code(value)));
    pairs.collect::<Vec<_>>().join("&")
}
