//! `about.php` and `portal/version`: what the platform says about itself.

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{self, PLATFORM, Xml};

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

pub(crate) fn portal(_call: &Call) -> Result<Reply, Refusal> {
    let mut xml = Xml::declared();
    let location = format!("https://{PLATFORM}/qps/xsd/version.xsd");
    xml.open_with("ServiceResponse", &xml::service_attributes(&location));
    xml.text("responseCode", "SUCCESS");
    xml.number("count", 1);
    xml.open("data");
    xml.open("Portal-Version");
    xml.text("PortalApplication-VERSION", "3.21.0.0-4");
    for (module, version) in [
        ("QWEB__VM", "2.39.1-1"),
        ("ITAM", "3.4.0.0-2"),
        ("CA", "3.21.0.0"),
        ("QUESTIONNAIRE__V2", "1.30.0.0"),
        ("THREAT__PROTECT", "1.12.0"),
    ] {
        xml.text(&format!("{module}-VERSION"), version);
    }
    xml.close("Portal-Version");
    xml.open("QWeb-Version");
    qweb(&mut xml);
    xml.close("QWeb-Version");
    xml.close("data");
    xml.close("ServiceResponse");
    Ok(Reply::bytes(200, "application/xml", xml.finish()))
}

fn qweb(xml: &mut Xml) {
    xml.text("WEB-VERSION", WEB);
    xml.text("SCANNER-VERSION", SCANNER);
    xml.text("VULNSIGS-VERSION", SIGNATURES);
}
