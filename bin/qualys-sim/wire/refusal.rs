//! The error envelopes of the families: who refuses, with which status, code and text.

use serde_json::json;

use super::node::Form;
use super::reply::Reply;
use super::xml::{self, Xml};

/// A refusal in the words of the FO error contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Option<&'static str>,
    pub(crate) text: String,
    /// `ITEM_LIST`.
    pub(crate) items: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code: Some(code), text: text.into(), items: Vec::new() }
    }

    pub(crate) fn unrecognized(names: &str) -> Self {
        Self::new(400, "1901", format!("Unrecognized parameter(s): {names}"))
    }

    pub(crate) fn missing(names: &str) -> Self {
        Self::new(400, "1903", format!("Missing required parameter(s): {names}"))
    }

    pub(crate) fn exclusive(names: &str) -> Self {
        Self::new(400, "1904", format!("Please specify only one of these parameters: {names}"))
    }

    pub(crate) fn invalid(name: &str, value: &str, reason: &str) -> Self {
        Self::new(400, "1905", format!("parameter {name} has invalid value: {value} ({reason})"))
    }

    pub(crate) fn unsupported(name: &str, value: &str) -> Self {
        let pair = format!("{name}={value}");
        let text = "The following combination of key=value pairs is not supported: ";
        Self::new(400, "1907", format!("{text}{pair}"))
    }

    /// The caller's role does not reach this list. The answers on record carry no code.
    pub(crate) fn forbidden() -> Self {
        let text = "You do not have permission to run this API.".to_owned();
        Self { status: 403, code: None, text, items: Vec::new() }
    }

    pub(crate) fn bad_login() -> Self {
        Self::new(401, "2000", "Bad Login/Password")
    }

    /// `SIMPLE_RETURN`. The recorded 400 answers start with the DOCTYPE, without an XML declaration.
    pub(crate) fn simple_return(&self, now: i64) -> Reply {
        let mut xml = if self.status == 400 { Xml::bare() } else { Xml::declared() };
        xml.doctype("SIMPLE_RETURN", "api/2.0/simple_return.dtd");
        xml.open("SIMPLE_RETURN");
        xml.open("RESPONSE");
        xml.text("DATETIME", &xml::date(now));
        if let Some(code) = self.code {
            xml.text("CODE", code);
        }
        xml.text("TEXT", &self.text);
        if !self.items.is_empty() {
            xml.open("ITEM_LIST");
            for (key, value) in &self.items {
                xml.open("ITEM");
                xml.text("KEY", key);
                xml.text("VALUE", value);
                xml.close("ITEM");
            }
            xml.close("ITEM_LIST");
        }
        xml.close("RESPONSE");
        xml.close("SIMPLE_RETURN");
        let reply = Reply::bytes(self.status, "application/xml", xml.finish());
        if self.status == 401 {
            return reply.header("WWW-Authenticate", "Basic realm=\"Qualys API\"");
        }
        reply
    }

    /// `GENERIC_RETURN`, the envelope of `/msp/`.
    pub(crate) fn generic_return(&self, api: &str, login: &str, now: i64) -> Reply {
        let mut xml = Xml::declared();
        xml.doctype("GENERIC_RETURN", "generic_return.dtd");
        xml.open("GENERIC_RETURN");
        let at = xml::date(now);
        xml.void("API", &[("name", api), ("username", login), ("at", &at)]);
        let number = self.code.unwrap_or("0");
        xml.open_with("RETURN", &[("status", "FAILED"), ("number", number)]);
        xml.text("MESSAGE", &self.text);
        xml.close("RETURN");
        xml.close("GENERIC_RETURN");
        Reply::bytes(self.status, "text/xml;charset=UTF-8", xml.finish())
    }
}

/// A QPS error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) resolution: String,
}

impl ServiceError {
    pub(crate) fn new(
        code: &'static str,
        message: impl Into<String>,
        resolution: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), resolution: resolution.into() }
    }

    /// `ServiceResponse`, always under HTTP 200, as recorded.
    pub(crate) fn reply(&self, form: Form) -> Reply {
        let Self { code, message, resolution } = self;
        if form == Form::Json {
            let body = json!({"ServiceResponse": {
                "responseErrorDetails": {"errorMessage": message, "errorResolution": resolution},
                "responseCode": code,
            }});
            return Reply::json(200, &body);
        }
        let mut xml = Xml::declared();
        let location = format!("https://{}/qps/xsd/2.0/am/hostasset.xsd", xml::PLATFORM);
        xml.open_with("ServiceResponse", &xml::service_attributes(&location));
        xml.text("responseCode", code);
        xml.open("responseErrorDetails");
        xml.text("errorMessage", message);
        xml.text("errorResolution", resolution);
        xml.close("responseErrorDetails");
        xml.close("ServiceResponse");
        Reply::bytes(200, "application/xml", xml.finish())
    }
}

/// A page of the front end, where the API never got to answer.
pub(crate) fn front_end(status: u16, title: &str) -> Reply {
    let page = format!(
        "<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<p>The requested \
         resource could not be served.</p>\n</body>\n</html>\n"
    );
    Reply::bytes(status, "text/html", page.into_bytes())
}
