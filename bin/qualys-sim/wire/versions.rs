//! `about.php` and `portal/version`: what the platform says about itself.

use super::call::Call;
use super::node::Object;
use super::refusal::Refusal;
use super::reply::Reply;
use super::service::{self, Kind};
use super::xml::Xml;

const KIND: Kind = Kind { element: "Portal-Version", schema: "xsd/version.xsd" };
const WEB: &str = "10.39.1.0-1";
const SCANNER: &str = "13.4.22-1";
const SIGNATURES: &str = "2.6.420-2";

pub(crate) fn about(_call: &Call) -> Result<Reply, Refusal> {
    let mut xml = Xml::declared();
    xml.doctype("ABOUT", "about.dtd");
    xml.open("ABOUT");
    qweb(&mut xml);
    xml.close("ABOUT");
    Ok(Reply::bytes(200, "text/xml;charset=UTF-8", xml.finish()))
}

pub(crate) fn portal(call: &Call) -> Result<Reply, Refusal> {
    let application = Object::new()
        .text("PortalApplication-VERSION", "3.21.0.0-4")
        .text("QWEB__VM-VERSION", "2.39.1-1")
        .text("ITAM-VERSION", "3.4.0.0-2")
        .text("CA-VERSION", "3.21.0.0")
        .text("WAS-VERSION", "6.27.0.0-12")
        .text("CLOUDVIEW-VERSION", "2.25.0.0-3")
        .text("QUESTIONNAIRE__V2-VERSION", "1.30.0.0")
        .text("THREAT__PROTECT-VERSION", "1.12.0");
    let qweb = Object::new()
        .text("WEB-VERSION", WEB)
        .text("SCANNER-VERSION", SCANNER)
        .text("VULNSIGS-VERSION", SIGNATURES);
    let records = [("Portal-Version", application), ("QWeb-Version", qweb)];
    Ok(service::whole(call.form, KIND, 1, &records))
}

fn qweb(xml: &mut Xml) {
    xml.text("WEB-VERSION", WEB);
    xml.text("SCANNER-VERSION", SCANNER);
    xml.text("VULNSIGS-VERSION", SIGNATURES);
}
